// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What can be done with a run, wherever it is shown.

import { isOver, copy, confirm } from "./components.js";
import { cancelRun, cancelBatch, curl, runPage, steerRun } from "./api.js";
import { later } from "./later.js";
import { may } from "./account.js";

/** @typedef {{ request_id: string, session_id: string, batch_id?: string, task: string, status: string }} Run */

/** Cancels a run, after a question. */
export async function cancel(run, say) {
  const detail = "Its browser is closed, and what it has not done stays undone.";
  if (!(await confirm("Cancel this run?", detail, "Cancel the run"))) return;
  try {
    await cancelRun(run.request_id);
    say("The run is being cancelled");
  } catch (error) {
    say(error.message);
  }
}

/** Holds a run before its next action, or lets it go on. */
export async function hold(run, say) {
  const action = run.status === "paused" ? "resume" : "pause";
  try {
    await steerRun(run.request_id, action);
    say(action === "pause" ? "The run is held before its next action" : "The run goes on");
  } catch (error) {
    say(error.message);
  }
}

/** Cancels all runs of a batch that are not over, after a question. */
export async function cancelAll(batch, say) {
  const detail = "All of its runs that are not over are stopped.";
  if (!(await confirm(`Cancel the batch ${batch}?`, detail, "Cancel the batch"))) return;
  try {
    await cancelBatch(batch);
    say("The batch is being cancelled");
  } catch (error) {
    say(error.message);
  }
}

const newRun = later(() => import("./new-run.js"), "newRun");

/** Opens the form with the run's task, under another name. */
export const runAgain = (run) =>
  newRun({ task: run.task, session: run.session_id === run.request_id ? "" : run.session_id });

export const copyCurl = (run, say) =>
  copy(curl({ task: run.task, request_id: `${run.request_id}-again` }), say, "The command is copied");

export const copyLink = (run, say) => copy(location.origin + runPage(run.request_id), say, "The link is copied");

/** What a menu offers for a run. */
export const itemsFor = (run, say) => [
  isOver(run) || !may("control", run) ? null : run.status === "paused"
    ? ["play", "Go on", () => hold(run, say)] : ["pause", "Pause", () => hold(run, say)],
  isOver(run) || !may("control", run) ? null : ["stop", "Cancel", () => cancel(run, say)],
  run.task && may("run") ? ["again", "Run again", () => runAgain(run)] : null,
  run.task ? ["copy", "Copy as curl", () => copyCurl(run, say)] : null,
  ["link", "Copy a link", () => copyLink(run, say)],
].filter(Boolean);
