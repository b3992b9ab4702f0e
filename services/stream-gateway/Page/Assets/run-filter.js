// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Which runs the list shows.

import { bounds } from "./time-range.js";

/** The runs that a text and a time let through. */
export function found(runs, filter) {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const { since, until } = bounds(filter);
  const [from, to] = [since ? Date.parse(since) : -Infinity, until ? Date.parse(until) : Infinity];
  return runs.filter((run) => {
    const time = Date.parse(run.created_at);
    if (time < from || time >= to) return false;
    const parts = [run.task, run.request_id, run.session_id, run.batch_id, run.result, run.error];
    const text = parts.filter(Boolean).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
