// The runs of the list in the order in which they are shown. No document here.

import { isOver, word } from "./components.js";

/** @typedef {import("./run-actions.js").Run} Run */

export const statuses = [
  ["all", "All", () => true],
  ["running", "Running", (run) => run.status === "running"],
  ["queued", "Queued", (run) => run.status === "queued"],
  ["completed", "Completed", (run) => run.status === "completed"],
  ["failed", "Failed", (run) => ["failed", "timed_out"].includes(run.status)],
  ["cancelled", "Cancelled", (run) => run.status === "cancelled"],
];
export const times = [["", "Any time", Infinity], ["1h", "Last hour", 3600e3], ["24h", "Last 24 hours", 86400e3], ["7d", "Last 7 days", 604800e3]];

/** The runs that a text and a time let through. */
export function found(runs, { q, since }) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const from = Date.now() - (times.find(([name]) => name === since)?.[2] ?? Infinity);
  return runs.filter((run) => {
    if (Date.parse(run.created_at) < from) return false;
    const text = `${run.task} ${run.request_id} ${run.session_id} ${run.batch_id ?? ""} ${run.result ?? ""} ${run.error ?? ""}`.toLowerCase();
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
  return ["completed", "failed", "timed_out", "cancelled", "running", "queued"].filter((status) => counts.has(status))
    .map((status) => `${counts.get(status)} ${word(status).toLowerCase()}`).join(", ");
}
