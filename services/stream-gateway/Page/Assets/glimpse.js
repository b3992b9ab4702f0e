// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A look at the end of a run's log: its last line, its last picture and, where the log is short, its steps.
//
// A list cannot keep a connection for each run, since a browser opens six to a host. So a glimpse takes the last records,
// and lets go as soon as nothing more comes.

import { EventParser } from "./sse.js";
import { entries as entriesOf, valuesOf } from "./record.js";
import { RunLog } from "./run-log.js";
import { streamPath } from "./api.js";

const records = 200;
const silence = 250; // milliseconds after which nothing more is expected
const atOnce = 2;

/**
 * @typedef {object} Glimpse
 * @property {string} line  What was said last.
 * @property {string | null} picture
 * @property {import("./run-log.js").Step[] | null} steps  Null when the log is longer than the glimpse.
 * @property {RunLog} log
 */

/** @type {Map<string, { mark: string, glimpse: Glimpse | null }>} */
const known = new Map();
const waiting = [];
let running = 0;

/** What was seen of a run the last time. */
export const seen = (id) => known.get(id)?.glimpse ?? null;

/**
 * Looks at a run, unless that was done already for this mark. `then` is called when there is something new.
 * @param {string} mark  Changes when there is something new to see.
 */
export function look(id, mark, then) {
  if (known.get(id)?.mark === mark) return;
  known.set(id, { mark, glimpse: seen(id) });
  waiting.push({ id, then });
  next();
}

async function next() {
  if (running >= atOnce || !waiting.length) return;
  const { id, then } = waiting.shift();
  running += 1;
  const glimpse = await glimpseOf(id);
  running -= 1;
  if (glimpse) {
    known.get(id).glimpse = glimpse;
    then();
  }
  next();
}

/** @returns {Promise<Glimpse | null>} */
async function glimpseOf(id) {
  const abort = new AbortController();
  const log = new RunLog();
  const parser = new EventParser();
  let timer = setTimeout(() => abort.abort(), 4000);
  try {
    const response = await fetch(`${streamPath(id)}?tail=${records}`, { signal: abort.signal, cache: "no-store" });
    if (!response.ok) return null;
    const reader = response.body.getReader();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), silence);
      const events = parser.feed(decoder.decode(value, { stream: true }));
      log.append(entriesOf(events.flatMap(({ id: place, data }) => valuesOf(JSON.parse(data), place, data) ?? [])));
    }
  } catch {
    // Let go of, or cut off: what has come counts.
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  if (!log.records.length) return null;
  const isWhole = log.records[0].fields.seq === 1;
  const line = log.records.findLast((record) => record.kind === "log" && record.mark !== "call")?.body ?? "";
  const picture = log.steps.findLast((step) => step.picture)?.picture ?? null;
  return { line, picture, steps: isWhole ? log.steps : null, log };
}
