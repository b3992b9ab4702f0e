// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A record as a row of the log. What was published stays text; the sign that a line begins with is drawn in a column of its
// own, and copying gives the line as it was published.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { iconButton, strip } from "./components.js";
import { count, took, visible } from "./format.js";

/** @typedef {import("./record.js").Entry} Entry */

const heads = {
  goal: "Next goal:", good: "Eval:", warn: "Eval:", unknown: "Eval:", memory: "Memory:", task: "Task:", result: "Result:",
  read: "Extracted:", block: "Blocked:",
};
const aligned = /^[ \t]|\t| {2,}|[\u2500-\u257f]/m; // a table, a traceback, code: its columns must stay
const long = 600; // characters

/** How many characters of a line are shown unasked. */
export const shownLength = (entry) => Math.min(entry.length, long);

/** Every field of a record, as it was published. */
function fields(entry) {
  const { message, ...others } = entry.fields;
  const all = { message: message ?? entry.text, id: entry.id || undefined, ...others };
  const text = (value) => visible(typeof value === "string" ? value : JSON.stringify(value));
  return h("dl.fields", {}, Object.entries(all).filter(([, value]) => value !== undefined)
    .map(([name, value]) => h("div", {}, h("dt", {}, visible(name)), h("dd", {}, text(value)))));
}

/**
 * @param {Entry} entry
 * @param {{ time: string, isOpen: boolean, onopen: () => void, onlink: () => void }} how
 */
export function row(entry, { time, isOpen, onopen, onlink }) {
  if (entry.kind === "gap") {
    return h("article.rec.gap", { "aria-label": "Gap" }, h("time", {}, time), icon("away", "mark"),
      h("p.words", {}, h("b", {}, entry.body), " They were let go of before this page read them."));
  }
  if (entry.kind === "notice") return h("article.rec.notice", {}, h("span"), h("p", {}, entry.body));
  const head = heads[entry.mark];
  const isCut = !isOpen && entry.length > long;
  const body = visible(entry.body.slice(0, isCut ? long : undefined)) + (isCut ? "…" : "");
  const hasHead = head && body.startsWith(head);
  const words = h(`p.words${aligned.test(entry.body) ? ".fixed" : ""}`, {},
    hasHead ? [h("span.head", {}, head), body.slice(head.length)] : body);
  if (isCut) {
    const text = `Show all ${count(entry.length, "character")}`;
    words.append(h("button.all", { type: "button", onclick: onopen }, text));
  }
  const link = entry.id
    ? iconButton("link", "Copy a link to this record", { class: "button bare tiny", tabindex: "-1", onclick: onlink })
    : null;
  const level = { WARNING: ".warning", ERROR: ".error", CRITICAL: ".error" }[entry.level] ?? "";
  return h(`article.rec.${entry.mark}${level}`, {}, h("time", {}, time), icon(entry.mark, "mark"), words,
    isOpen ? fields(entry) : null, link);
}

/**
 * The record with which a step begins.
 * @param {{ time: string, isFolded: boolean, now: number, entry?: Entry | null }} how  All fields of `entry` are shown.
 */
export function stepRow(step, { time, isFolded, now, entry = null }) {
  const path = step.url.replace(/^https?:\/\/[^/]+/, "") || (step.url ? "/" : "");
  const length = Math.max(0, (step.end ?? now) - step.at);
  const kinds = `${isFolded ? ".folded" : ""}${step.end === null ? ".current" : ""}${step.isBad ? ".failed" : ""}`;
  return h(`article.rec.step${kinds}`, {},
    h("time", {}, time), h("span.n", { "aria-label": `Step ${step.number}` }, String(step.number)),
    h("div.words", {}, h("h3", {}, visible(isFolded ? step.title : step.page)),
      h("span.path", {}, visible(isFolded && step.title !== step.page ? `${step.page}  ${path}` : path))),
    h("span.length", {}, strip([step], now, false), h("span.number", {}, took(length))),
    entry ? fields(entry) : null);
}
