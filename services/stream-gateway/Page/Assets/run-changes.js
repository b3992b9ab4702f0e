// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What goes on in all runs, as the gateway tells it: then the list need not be asked for again and again.

import { Stream } from "./stream.js";

/**
 * Lets a poll ask when something has changed, instead of every two seconds. Where the gateway does not tell, the poll
 * goes on as before.
 * @param {import("./poll.js").Poll} poll
 * @param {Record<string, string>} filter  `batch_id`, `session_id`
 * @param {(change: object) => boolean} take  Takes a run that has gone on to another step; false when it is not known.
 */
export function followChanges(poll, filter, take) {
  return new Stream(`/api/v1/stream-runs?${new URLSearchParams({ from: "now", ...filter })}`, {
    onentries(entries) {
      // Texts are cut in changes, so what is new or has another status is asked for.
      const isKnown = entries.map(({ kind, fields }) => kind === "run" && !fields.was && take(fields));
      if (!isKnown.every(Boolean)) poll.soon();
    },
    onstate: ({ state }) => { poll.isFollowed = state === "live"; },
  });
}
