// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a search has found: lines under the run that they are of, each a link to its place there.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { glyph, isOver, word } from "./components.js";
import { count, moment, visible } from "./format.js";
import { runPage } from "./api.js";
import { listArchived } from "./archive.js";
import { valuesOf } from "./record.js";

/** @typedef {{ text: string, match?: boolean }} Part */
/** @typedef {{ request_id: string, place: number, id?: string, event: object, snippet?: Part[] }} Hit */

const longest = 400; // characters of a line without a snippet

/** Where a record is in the page. */
const linkTo = ({ request_id: run, id }) => `${runPage(run)}${id ? `#r${id}` : ""}`;

/** @param {Hit} hit */
function line(hit) {
  const [, , time = 0, text = "", bodyAt = 0, mark = "plain", level = "INFO"] = valuesOf(hit.event, hit.id ?? "", "") ?? [];
  const data = hit.event.data ?? {};
  const said = hit.event.type === "end" ? `${word(data.status)}. ${data.error ?? data.result ?? ""}` : text;
  const whole = { text: said.length > longest ? `${said.slice(0, longest)}…` : said };
  const parts = hit.snippet?.length ? [...hit.snippet] : [whole];
  // The sign that the line begins with is shown as an icon.
  const sign = text.slice(0, bodyAt);
  if (sign && parts[0].text.startsWith(sign)) parts[0] = { ...parts[0], text: parts[0].text.slice(sign.length) };
  const kind = { ERROR: ".error", CRITICAL: ".error", WARNING: ".warning" }[level] ?? "";
  return h("li", {}, h(`a.line${kind}`, { href: linkTo(hit), "data-place": String(hit.place) },
    h("time", { datetime: time ? new Date(time).toISOString() : null }, time ? moment(time) : ""), icon(mark),
    h("span.words", {}, kind ? h("span.sr", {}, `${level.toLowerCase()}: `) : null,
      parts.map(({ text: part, match }) => (match ? h("mark", {}, visible(part)) : visible(part))))));
}

/** The list of what was found. It grows. */
export class Hits {
  node = h("ol.hits");
  #runs = new Map(); // what is known of runs: name → a promise
  #last = null; // the group that was added last

  /** How many lines there are, and of how many runs. */
  lines = 0;
  get runs() { return this.#runs.size; }

  clear() {
    this.node.replaceChildren();
    this.#runs.clear();
    this.#last = null;
    this.lines = 0;
  }

  /** @param {Hit[]} hits  In the order in which they are shown. */
  add(hits) {
    for (const hit of hits) {
      if (this.#last?.run !== hit.request_id) this.#begin(hit.request_id);
      this.#last.list.append(line(hit));
      this.#last.number.textContent = count(this.#last.list.children.length, "line");
    }
    this.lines += hits.length;
  }

  #begin(run) {
    const link = h("a", { href: runPage(run) }, run);
    const head = h("h2", {}, link);
    const number = h("span");
    const list = h("ol", { "aria-label": `Lines of ${run}` });
    this.node.append(h("li.hit", { "data-run": run },
      head, h("p.meta", {}, h("span.id", {}, run), number), list));
    this.#last = { run, list, number };
    if (!this.#runs.has(run)) this.#runs.set(run, factsOf(run));
    this.#runs.get(run).then((facts) => {
      if (!facts) return;
      if (facts.task) {
        link.textContent = link.title = visible(facts.task);
        list.setAttribute("aria-label", `Lines of ${facts.task}`);
      }
      if (isOver(facts)) head.prepend(glyph(facts));
    });
  }
}

const waiting = [];
let asking = 0;

/** What the archive knows of a run; null where it does not say. A few are asked for at a time. */
function factsOf(run) {
  return new Promise((resolve) => {
    waiting.push({ run, resolve });
    next();
  });
}

async function next() {
  if (asking >= 2 || !waiting.length) return;
  const { run, resolve } = waiting.shift();
  asking += 1;
  resolve(await listArchived({ request_id: run, limit: 1 }).then(({ runs }) => runs[0] ?? null, () => null));
  asking -= 1;
  next();
}
