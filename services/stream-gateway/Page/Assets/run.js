// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// One run. Picture, log and timeline show the same moment; everything follows from that.

import { h } from "./dom.js";
import { shell } from "./shell.js";
import { bind } from "./keys.js";
import { getRun, listRuns, runPage, streamPath, viewPath } from "./api.js";
import { Poll } from "./poll.js";
import { Stream } from "./stream.js";
import { RunLog, isTrouble } from "./run-log.js";
import { Moment } from "./moment.js";
import { LogView } from "./log-view.js";
import { Timeline } from "./timeline.js";
import { Stage } from "./stage.js";
import { Place, hashOf } from "./place.js";
import { connectionBanner } from "./connection.js";
import { icon } from "./icons.js";
import { button, copy, goesOn, isOver } from "./components.js";
import { hasArchive, may } from "./account.js";
import { clock, visible } from "./format.js";
import { elapsed, tick } from "./run-row.js";
import { runHead, outcomeBanner, showInTab } from "./run-head.js";
import { cancel, hold, runAgain } from "./run-actions.js";
import { later } from "./later.js";
import { remember, remembered } from "./preferences.js";
import { notice } from "./record.js";
import { questionBanner } from "./question.js";

const [download, downloadFile, showAsText] = ["download", "downloadFile", "showAsText"]
  .map((name) => later(() => import("./download.js"), name));
const id = decodeURIComponent(location.pathname.split("/")[2]);
const query = new URLSearchParams(location.search);
const { say, announce, connection, known } = shell("Runs");
const main = document.querySelector("main");

// ---- what is known, and what shows it ----
const log = new RunLog();
let skew = () => 0;
const moment = new Moment(log, () => skew(), Number(remembered("speed", "1")));
moment.shortens = remembered("shorten", "1") === "1";
let run = { request_id: id, session_id: id, task: "", status: "unknown", steps: 0 };
let isKnown = false; // whether agent-api knows the run

const lineBanner = h("div.banner", { hidden: true });
const told = h("div.banner", { hidden: true, role: "status" });
const stage = new Stage(log, moment);
const timeline = new Timeline(log, moment);
const logView = new LogView(log, moment, {
  level: query.get("level") ?? "", q: query.get("q") ?? "",
  onlink: (index) => copy(location.origin + location.pathname + hashOf(log.records[index]), say, "The link is copied"),
  onpoint: (at) => timeline.point(at),
});
let head = h("header.head");
let banner = told;
const banners = h("div.banners", {}, lineBanner, told);
main.append(head, banners, stage.node, logView.node, timeline.node);

function drawHead() {
  const items = [
    ["link", "Copy a link to this moment", () => copyMoment()],
    ["download", "Download the log", () => download(id, log.records, "log")],
    ["download", "Download the log as JSON", () => download(id, log.records, "ndjson")],
    ...(hasArchive() ? [["download", "Download the run as one HTML file", () => downloadFile(id)]] : []),
    ["list", "Show the log as plain text", () => showAsText(log.records)],
  ];
  const fresh = runHead(run, { say, items, go: goToRun });
  const part = head.contains(document.activeElement) ? document.activeElement.dataset.part : null;
  const isUnfolded = head.querySelector(".unfold")?.getAttribute("aria-expanded") ?? "false";
  fresh.querySelector(".unfold").setAttribute("aria-expanded", isUnfolded);
  head.replaceWith(fresh);
  head = fresh;
  if (part) head.querySelector(`[data-part="${part}"]`)?.focus({ preventScroll: true });
  showInTab(run);
  drawWays();
}

function drawBanner() {
  const outcome = log.end?.fields ?? (isOver(run) ? run : null);
  let next = null;
  if (outcome) {
    const seconds = run.finished_at ? elapsed(run) ?? log.head : log.head;
    const trouble = log.records.findLastIndex((entry) => entry.kind === "log" && entry.level === "ERROR");
    const onwhere = outcome.status !== "completed" && trouble >= 0 ? () => moment.choose(trouble) : null;
    const isTimed = Number.isFinite(seconds) && outcome.status !== "unknown";
    next = outcomeBanner(outcome, { seconds: isTimed ? seconds : null, say, onwhere });
  } else if (!isKnown && !log.records.length) {
    next = h("div.banner.held", {}, icon("clock"), h("p", {}, h("b", {}, "There is no run of this name yet."),
      " The page waits, and shows it as soon as it starts."));
  } else if (run.status === "waiting" && run.waiting_for) {
    if (banner.dataset.question === run.waiting_for.expires_at) return;
    next = questionBanner(run, say);
  } else if (run.status === "paused") {
    next = h("div.banner.held", {}, icon("paused"), h("p", {}, h("b", {}, "Paused."), " Its time stands still."),
      may("control", run) ? button("play", "Go on", "", { onclick: () => hold(run, say) }) : null);
  } else if (run.status === "queued" && !log.records.length) {
    next = h("div.banner.held", {}, icon("queued"),
      h("p", {}, h("b", {}, "Queued."), " It begins as soon as there is a place."));
  }
  banner.replaceWith(next ?? told);
  banner = next ?? told;
}

// ---- the records ----
let place = Place.parse(location.hash);
let away = 0; // since when the page was not looked at
let announced = 0;

function take(entries, isMore) {
  if (away && entries.length) {
    entries = [notice(`New since you looked away at ${clock(away)}`, entries[0].time), ...entries];
    away = 0;
  }
  const wasEmpty = !log.records.length;
  const { dropped, changedSteps } = log.append(entries);
  if (dropped && moment.chosen >= 0) moment.chosen = Math.max(0, moment.chosen - dropped);
  moment.goOn();
  logView.grow(dropped > 0, isMore);
  if (changedSteps) stepsHaveChanged();
  if (wasEmpty && log.records.length) {
    fillFromLog();
    drawBanner();
  }
  stands(entries.findLast((entry) => entry.standing));
  const found = place?.go(log, moment);
  if (found) place = null;
  if (found === "gone") say("That record is not among those that are there any more; this is the next one");
  if (log.end) ended();
  else watch();
  told.hidden = true;
  schedule();
}

/** A person holds the run, it waits for one, or it goes on. */
function stands(entry) {
  if (!entry || log.end || run.status === entry.standing) return;
  run = { ...run, status: entry.standing, waiting_for: entry.fields.waiting_for };
  drawHead();
  drawBanner();
  announce(entry.body);
}

function ended() {
  Object.assign(run, { status: log.end.fields.status, result: log.end.fields.result, error: log.end.fields.error });
  run.steps = log.end.fields.steps ?? run.steps;
  run.finished_at ??= new Date(log.end.time).toISOString();
  view?.close();
  stage.isWatched = false;
  if (moment.isLive) moment.at = log.head;
  timeline.build();
  drawHead();
  drawBanner();
  moment.changed();
  announce(`The run has ended: ${run.status.replace("_", " ")}`);
  poll.now();
}

let stepTimer = 0;
/** Steps are drawn anew at most five times a second, however fast they come. */
function stepsHaveChanged() {
  stepTimer ||= setTimeout(() => {
    stepTimer = 0;
    logView.redrawSteps();
    timeline.build();
    tellStep();
  }, 200);
}

function tellStep() {
  const step = log.steps.at(-1);
  if (!step || step.number === announced || !moment.isLive) return;
  announced = step.number;
  announce(`Step ${step.number}: ${visible(step.title)}`);
}

/** Runs of other publishers are known by their log alone. */
function fillFromLog() {
  if (isKnown) return;
  const task = log.records.find((entry) => entry.mark === "task")?.body.replace(/^Task: /, "") ?? "";
  run = { ...run, task, status: "running", started_at: new Date(log.start).toISOString() };
  drawHead();
}

let isScheduled = false;
/** What follows from time and from records is drawn once in a frame. */
function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    stage.draw();
    timeline.goOn();
  });
}

const stream = new Stream(streamPath(id), {
  onentries: take,
  onstate(state, message) {
    if (message) {
      told.replaceChildren(icon("warn"), h("p", {}, visible(message)));
      told.className = "banner asks";
      told.hidden = false;
      return;
    }
    if (state.state === "paused") away = Date.now();
    if (state.state === "reconnecting" && wasLive) announce("The connection is lost");
    if (state.state === "live" && !wasLive && log.records.length) announce("The connection is back");
    wasLive = state.state === "live";
    stage.isLost = ["reconnecting", "refused"].includes(state.state);
    timeline.isConnected = ["live", "over"].includes(state.state);
    connection(state);
    connectionBanner(lineBanner, state, () => stream.retry());
  },
});
let wasLive = false;

// ---- the live picture ----
let view = null;
/** Watches the page that the run is on, until the run is over. */
function watch() {
  if (view || log.end || isOver(run)) return;
  // Who uses the page wants to see at once what comes of it.
  view = new Stream(viewPath([id], control?.isOn ? { fps: 15, width: 1280 } : { fps: 4, width: 960 }), {
    onframes: (frames) => {
      stage.isWatched = true;
      for (const frame of frames) stage.show(frame);
    },
    onstate: ({ state }) => { if (state !== "live") stage.isWatched = false; },
  });
}
skew = () => stream.skew;

// ---- control of the browser ----
let control = null;
const controlOf = later(() => import("./control.js"), "controlOf");
async function takeOver() {
  const made = control ?? await controlOf(id, say, () => {
    view?.close();
    view = null;
    watch();
    drawWays();
  });
  control ??= made;
  await control?.take();
}
function drawWays() {
  const isPossible = goesOn(run) && may("control", run);
  if (control?.isOn) control.attach(stage.surface);
  stage.ways = !isPossible ? [] : control?.isOn
    ? [button("play", "Give back", "primary.small", { onclick: () => control.give() })]
    : [button("hand", "Take over", "small", { onclick: takeOver })];
}

setInterval(() => {
  tick(head);
  if (moment.isOver || !log.records.length) return;
  moment.goOn();
  logView.redrawSteps();
  schedule();
}, 500);

// ---- what agent-api knows of the run ----
const poll = new Poll({
  ask: () => getRun(id),
  onanswer(answer) {
    isKnown = true;
    const hasChanged = JSON.stringify(answer) !== JSON.stringify(run);
    if (hasChanged) {
      // The log may be ahead of what was asked a moment ago.
      run = log.end && !isOver(answer) ? { ...answer, ...log.end.fields, request_id: id } : answer;
      drawHead();
      drawBanner();
    }
    if (isOver(answer)) poll.stop();
  },
  onstate(state) {
    if (state.status === 404) {
      askArchive();
      drawHead();
      drawBanner();
    }
  },
});
let isAsked = false;
/** What is known of a run that agent-api does not know any more. */
async function askArchive() {
  await known;
  if (isAsked || !hasArchive()) return;
  isAsked = true;
  const { archivedRun } = await import("./history.js");
  const found = await archivedRun(id).catch(() => null);
  if (isKnown || !found) return;
  isKnown = true;
  run = { ...found, ...(log.end?.fields ?? {}), request_id: id };
  if (isOver(run)) poll.stop();
  drawHead();
  drawBanner();
}
drawHead();
known.then(drawHead);
timeline.build();
stage.draw();

// ---- the address ----
moment.onchange(() => {
  remember("speed", String(moment.speed));
  remember("shorten", moment.shortens ? "1" : "0");
  const { level, q } = logView.query;
  const search = new URLSearchParams(Object.entries({ level, q }).filter(([, value]) => value)).toString();
  const hash = moment.isLive ? "" : moment.chosen >= 0 && log.records[moment.chosen]?.at === moment.at
    ? hashOf(log.records[moment.chosen]) : `#t${moment.at.toFixed(1)}`;
  address = `${runPage(id)}${search ? `?${search}` : ""}${hash}`;
  // Browsers stop pages that change their address more than some hundred times in half a minute.
  addressTimer ||= setTimeout(() => { addressTimer = 0; if (!place) history.replaceState(null, "", address); }, 300);
});
let address = "";
let addressTimer = 0;
addEventListener("hashchange", () => {
  place = Place.parse(location.hash);
  if (place?.go(log, moment)) place = null;
});

const copyMoment = () => copy(`${location.origin}${runPage(id)}#t${moment.at.toFixed(1)}`, say, "The link is copied");

async function goToRun(by) {
  try {
    const { runs } = await listRuns({ limit: 200 });
    const here = runs.findIndex((one) => one.request_id === id);
    const to = runs[here + by];
    if (here >= 0 && to) location.href = runPage(to.request_id);
    else say(by > 0 ? "This is the last run of the list" : "This is the first run of the list");
  } catch (error) {
    say(error.message);
  }
}

// ---- keys ----
const begins = (entry) => entry.begins !== undefined;
const jump = (event) => (event.shiftKey ? 10 : 1);
bind("One run: moving", [
  { keys: "j", text: "Next record", act: () => logView.move(1) },
  { keys: "k", text: "Previous record", act: () => logView.move(-1) },
  { keys: "J", text: "Next step", act: () => logView.move(1, begins) },
  { keys: "K", text: "Previous step", act: () => logView.move(-1, begins) },
  { keys: "e", text: "Next trouble", act: () => logView.move(1, isTrouble) },
  { keys: "E", text: "Previous trouble", act: () => logView.move(-1, isTrouble) },
  { keys: "Enter", text: "All fields of the record", act: () => {
    if (moment.chosen >= 0) logView.toggleFields(moment.chosen);
  } },
  { keys: "o", text: "View in context, without the filter", act: () => logView.showInContext() },
  { keys: "f", text: "Fold the log to its steps", act: () => logView.press("fold") },
  { keys: "w", text: "Wrap long lines", act: () => logView.press("wrap") },
  { keys: "y", text: "Copy a link to this record", act: () => {
    const entry = log.records[moment.chosen];
    if (entry) copy(`${location.origin}${runPage(id)}${hashOf(entry)}`, say, "The link is copied");
    else copyMoment();
  } },
  { keys: "[", text: "Previous run of the list", act: () => goToRun(-1) },
  { keys: "]", text: "Next run of the list", act: () => goToRun(1) },
]);
bind("One run: time", [
  { keys: "Space", text: "Play or stop the replay", act: () => moment.play() },
  { keys: "←", text: "One second back; with Shift ten", act: (event) => moment.moveTo(moment.at - jump(event)) },
  { keys: "→", text: "One second on; with Shift ten", act: (event) => moment.moveTo(moment.at + jump(event)) },
  { keys: "<", text: "Slower", act: () => moment.faster(-1) },
  { keys: ">", text: "Faster", act: () => moment.faster(1) },
  { keys: "q", text: "Shorten quiet times in a replay, or do not", act: () => moment.toggleShortening() },
  { keys: "l", text: "Jump to live, or to the end", act: () => moment.toLive() },
  {
    keys: "b", text: "Hold: the picture before this step",
    act: () => { stage.showsBefore = true; }, release: () => { stage.showsBefore = false; },
  },
  { keys: "t", text: "Times since the start, or of the clock", act: () => logView.press("clock") },
]);
bind("One run: steering", [
  { keys: "x", text: "Cancel, after a question", act: () => { if (!isOver(run)) cancel(run, say); } },
  { keys: "p", text: "Pause, or go on", act: () => { if (!isOver(run)) hold(run, say); } },
  { keys: "r", text: "Run again", act: () => runAgain(run) },
]);
