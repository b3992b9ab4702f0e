// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Runs of the archive, as the list shows them: those that agent-api does not list, or no longer.

import { listArchived } from "./archive.js";
import { isOver } from "./components.js";

const pages = 20; // asked for at once while they have nothing new

/** A run of the archive as agent-api would show it. Of runs of other publishers only the log is known. */
export function fromArchive(run) {
  const first = run.first_record_at;
  return {
    ...run, task: run.task ?? "", session_id: run.session_id ?? run.request_id, steps: run.steps ?? 0,
    // Redis has forgotten it, or never knew how it stands.
    status: isOver(run) ? run.status : run.ended ? "over" : "unknown",
    created_at: run.created_at ?? first, started_at: run.started_at ?? first,
    finished_at: run.finished_at ?? run.last_record_at, isArchived: true,
  };
}

/** What is known of a run that agent-api does not know any more; null for runs of other publishers. */
export async function archivedRun(id) {
  const { runs: [run] } = await listArchived({ request_id: id, limit: 1 });
  // Of the others the log says all, also how they stand.
  return run?.created_at ? fromArchive(run) : null;
}

/** The archived runs from the newest to the oldest, page by page. */
export class History {
  /** What has come so far. */
  runs = [];
  /** Whether there may be more. */
  goesOn = true;
  #query;
  #next = null;

  /** @param {Record<string, string>} query  `session_id`, `batch_id`, `since`, `until` */
  constructor(query) { this.#query = query; }

  /**
   * Asks for older runs, until there are some that are not known.
   * @param {Set<string>} known  Names of runs that are listed already.
   */
  async older(known) {
    for (let page = 0; page < pages && this.goesOn; page++) {
      const answer = await listArchived({ ...this.#query, limit: 100, ...(this.#next ? { after: this.#next } : {}) });
      this.#next = answer.next ?? null;
      this.goesOn = Boolean(this.#next);
      this.runs.push(...answer.runs.map(fromArchive));
      if (answer.runs.some((run) => !known.has(run.request_id))) return;
    }
  }
}
