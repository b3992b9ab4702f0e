// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A run, or a batch of runs, as a row of the list.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { glyph, goesOn, picture, iconButton, isOver, strip, showMenu } from "./components.js";
import { clock, count, moment, span, took, visible } from "./format.js";
import { runPage } from "./api.js";
import { itemsFor, cancelAll } from "./run-actions.js";
import { may } from "./account.js";
import { seen } from "./glimpse.js";
import { LiveTiles } from "./live-tiles.js";
import { summary } from "./run-groups.js";
import { keyed } from "./keyed.js";

/** How long a run has taken so far, in seconds; null before it begins. */
export function elapsed(run) {
  if (!run.started_at) return null;
  const end = run.finished_at ? Date.parse(run.finished_at) : Date.now();
  return Math.max(0, (end - Date.parse(run.started_at)) / 1000);
}

/** What there is to say about a run in one line. */
export function outcome(run) {
  if (run.status === "queued") return h("span.say", {}, "Waiting for its turn");
  if (run.waiting_for) return h("span.say", {}, visible(run.waiting_for.question));
  if (run.error) return h(`span.say${run.status === "cancelled" ? "" : ".bad"}`, {}, visible(run.error));
  if (run.result) return h(`span.say${/^[{[]/.test(run.result) ? ".mono" : ""}`, {}, visible(run.result));
  return h("span.say", {}, visible(seen(run.request_id)?.line ?? ""));
}

/** The run's steps as far as they are known. */
export function stepsOf(run) {
  const glimpse = seen(run.request_id);
  if (!glimpse?.steps?.length) return null;
  const now = isOver(run) ? glimpse.log.head : (Date.now() - glimpse.log.start) / 1000;
  return strip(glimpse.steps, now);
}

function where(run) {
  const label = run.status === "queued" ? "Not begun" : !isOver(run) ? `Step ${run.steps}`
    : run.isArchived && !run.steps ? count(run.records, "record") : count(run.steps, "step");
  const tokens = run.usage ? `${(run.usage.input_tokens + run.usage.output_tokens).toLocaleString("en")} tokens` : "";
  const bar = stepsOf(run) ?? h(`span.strip${run.steps ? ".unknown" : ".none"}`, { "aria-hidden": "true" });
  return h("div.where", {}, bar, h("small", {}, h("span", {}, label), h("span", {}, tokens)));
}

/** A length that goes on by itself while the run does. */
export function ticking(run, kind) {
  const seconds = elapsed(run);
  const text = seconds === null ? "" : isOver(run) ? took(seconds) : span(seconds, false);
  const isGoingOn = goesOn(run);
  return h(`span.${kind}${isGoingOn ? ".ticking" : ""}`, isGoingOn ? { "data-since": Date.parse(run.started_at) } : {}, text);
}

/** Lets all lengths in an element go on. */
export function tick(root) {
  for (const node of root.querySelectorAll("[data-since]")) {
    node.textContent = span(Math.max(0, (Date.now() - Number(node.dataset.since)) / 1000), false);
  }
}

const time = (text) => h("time", { datetime: text, title: text }, text ? clock(Date.parse(text)) : "");

/** The live pictures of the rows that go on. */
export const live = new LiveTiles({ fps: 1, width: 320 });

/** The run's latest picture, live while it goes on. */
const thumbnail = (run) => (goesOn(run) ? live.screen(run.request_id) : null)
  ?? picture(seen(run.request_id)?.picture, { isQueued: run.status === "queued" });

export function runRow(run, say) {
  const task = visible(run.task || run.request_id);
  const link = h("a", { href: runPage(run.request_id), title: task, "data-part": "link" }, task);
  const more = iconButton("more", `More for ${run.request_id}`, {
    "data-part": "more", "aria-haspopup": "menu", onclick: () => showMenu(more, itemsFor(run, say)),
  });
  const row = h("div.row", { "data-run": run.request_id },
    thumbnail(run),
    h("div", {}, h("div.title", {}, glyph(run), link),
      h("div.meta", {}, h("span.id", { title: run.request_id }, run.request_id), outcome(run))),
    where(run), ticking(run, "took"), time(run.created_at), more);
  row.querySelector("time").title = moment(Date.parse(run.created_at));
  return h("li", {}, row);
}

/** What a row of a run depends on. The bar of a run that goes on grows every few seconds. */
export function signature(run) {
  const glimpse = seen(run.request_id);
  const turn = goesOn(run) ? Math.floor(Date.now() / 5000) : 0;
  const isLive = goesOn(run) && live.screen(run.request_id) !== null;
  return JSON.stringify([run, glimpse?.line, glimpse?.picture, glimpse?.log.records.length, turn, isLive]);
}

const folded = new Set();

export function batchRow({ batch, runs }, say, isComplete) {
  const over = runs.filter(isOver).length;
  const text = summary(runs);
  const list = h("ul.children", { id: `batch-${batch}`, hidden: folded.has(batch) });
  keyed(list, runs, { key: (run) => run.request_id, signature, make: (run) => runRow(run, say) });
  const twist = h("button.twist", {
    type: "button", "data-part": "twist", "aria-expanded": String(!folded.has(batch)), "aria-controls": list.id,
    "aria-label": `Runs of ${batch}`,
    onclick: () => {
      list.hidden = !list.hidden;
      folded[list.hidden ? "add" : "delete"](batch);
      twist.setAttribute("aria-expanded", String(!list.hidden));
    },
  }, icon("right"));
  const more = iconButton("more", `More for ${batch}`, {
    "data-part": "more", "aria-haspopup": "menu", onclick: () => showMenu(more, [
      ["grid", "Show on the wall", () => { location.href = `/wall?batch=${encodeURIComponent(batch)}`; }],
      over < runs.length && may("control", { batch_id: batch }) ? ["stop", "Cancel the batch", () => cancelAll(batch, say)] : null,
    ]),
  });
  const cells = runs.slice(0, 100).map((run) => h(`i.${run.status}`));
  const pictures = runs.slice(0, 4)
    .map((run) => picture(seen(run.request_id)?.picture, { isQueued: run.status === "queued" }));
  const link = h("a", { href: `/wall?batch=${encodeURIComponent(batch)}`, "data-part": "link" }, batch);
  const row = h("div.row", { "data-batch": batch },
    h("span.stack", {}, pictures),
    h("div", {}, h("div.title", {}, twist, link),
      h("div.meta", {}, h("span.say", {}, text))),
    h("div.where", {}, h("span.cells", { role: "img", "aria-label": text }, cells), h("small", {},
      h("span", {}, `${over} of ${isComplete ? "" : "at least "}${runs.length} done`), h("span", {}, "Batch"))),
    h("span.took", {}), time(runs[0].created_at), more);
  return h("li", {}, row, list);
}
