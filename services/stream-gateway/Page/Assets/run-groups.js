// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The runs of the list in the order in which they are shown. No document here.

import { goesOn as isGoingOn, isOver, word } from "./components.js";

/** @typedef {import("./run-actions.js").Run} Run */

export const statuses = [
  ["all", "All", () => true],
  ["running", "Running", isGoingOn],
  ["queued", "Queued", (run) => run.status === "queued"],
  ["completed", "Completed", (run) => run.status === "completed"],
  ["failed", "Failed", (run) => ["failed", "timed_out"].includes(run.status)],
  ["cancelled", "Cancelled", (run) => run.status === "cancelled"],
];
/** Name, text, and milliseconds. */
export const times = [
  ["", "Any time", Infinity], ["1h", "Last hour", 3_600_000], ["24h", "Last 24 hours", 86_400_000],
  ["7d", "Last 7 days", 604_800_000],
];

/** The runs that a text and a time let through. */
export function found(runs, { q, since }) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const from = Date.now() - (times.find(([name]) => name === since)?.[2] ?? Infinity);
  return runs.filter((run) => {
    if (Date.parse(run.created_at) < from) return false;
    const parts = [run.task, run.request_id, run.session_id, run.batch_id, run.result, run.error];
    const text = parts.filter(Boolean).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * What goes on, and what is over. Runs of a batch stand together, in the order in which they were asked for.
 * @param {Run[]} runs  The newest first.
 */
export function groups(runs) {
  const items = [];
  const batches = new Map();
  for (const run of runs) {
    if (!run.batch_id) items.push({ key: `run ${run.request_id}`, run });
    else if (batches.has(run.batch_id)) batches.get(run.batch_id).runs.unshift(run);
    else {
      const item = { key: `batch ${run.batch_id}`, batch: run.batch_id, runs: [run] };
      batches.set(run.batch_id, item);
      items.push(item);
    }
  }
  const goesOn = (item) => (item.run ? [item.run] : item.runs).some((run) => !isOver(run));
  return [["In progress", items.filter(goesOn)], ["Earlier", items.filter((item) => !goesOn(item))]];
}

/** "2 completed, 1 failed" */
export function summary(runs) {
  const counts = new Map();
  for (const run of runs) counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
  return ["completed", "failed", "timed_out", "cancelled", "waiting", "paused", "running", "queued"].filter((status) => counts.has(status))
    .map((status) => `${counts.get(status)} ${word(status).toLowerCase()}`).join(", ");
}
