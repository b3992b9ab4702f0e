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
/**
 * What goes on, what is over, and what only the archive has. Runs of a batch stand together, in the order in which they were asked for.
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
  const runsOf = (item) => (item.run ? [item.run] : item.runs);
  const goesOn = (item) => runsOf(item).some((run) => !isOver(run));
  const isArchived = (item) => runsOf(item).every((run) => run.isArchived);
  return [
    ["In progress", items.filter(goesOn)], ["Earlier", items.filter((item) => !goesOn(item) && !isArchived(item))],
    ["From the archive", items.filter(isArchived)],
  ];
}

/** "2 completed, 1 failed" */
export function summary(runs) {
  const counts = new Map();
  for (const run of runs) counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
  return ["completed", "failed", "timed_out", "cancelled", "waiting", "paused", "running", "queued"].filter((status) => counts.has(status))
    .map((status) => `${counts.get(status)} ${word(status).toLowerCase()}`).join(", ");
}
