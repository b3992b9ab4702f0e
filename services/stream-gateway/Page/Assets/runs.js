// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The list of runs: what goes on first, what is over last.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { shell } from "./shell.js";
import { bind } from "./keys.js";
import { listRuns, startRun, runPage } from "./api.js";
import { Poll } from "./poll.js";
import { followChanges } from "./run-changes.js";
import { keyed } from "./keyed.js";
import { connectionBanner } from "./connection.js";
import { look } from "./glimpse.js";
import { statuses, groups, summary } from "./run-groups.js";
import { found } from "./run-filter.js";
import { bounds, timeRange, timesOf } from "./time-range.js";
import { History } from "./history.js";
import { hasArchive } from "./account.js";
import { runRow, batchRow, live, signature, tick } from "./run-row.js";
import { cancel, runAgain } from "./run-actions.js";
import { goesOn, isOver } from "./components.js";

const { say, announce, connection, known } = shell("Runs");
const main = document.querySelector("main");
const query = new URLSearchParams(location.search);
const filter = {
  status: query.get("status") ?? "all", q: query.get("q") ?? "", session: query.get("session") ?? "",
  batch: query.get("batch") ?? "", ...timesOf(query),
};
const pageSize = 100;
let pages = 1; // how many pages of the list are shown
let runs = [];
let next = null; // where the list goes on

// ---- what is around the rows ----
const lead = h("p.lead");
const finder = h("input", {
  type: "search", placeholder: "Filter by task, name or result", "data-find": true, value: filter.q,
  "aria-label": "Filter by task, name or result", oninput: () => { filter.q = finder.value; changed(); },
  onkeydown: (event) => { if (event.key === "Escape") { finder.value = filter.q = ""; finder.blur(); changed(); } },
});
const chips = h("div.filters", { role: "group", "aria-label": "Status" });
const narrowed = h("p.narrowed", { hidden: true });
const banner = h("div.banner", { hidden: true });
const sections = h("div.sections");
const more = h("button.button.earlier", { type: "button", hidden: true, onclick: () => showMore() });

main.append(banner,
  h("div.runs-top", {}, h("h1", {}, "Runs"), lead,
    h("label.finder", {}, icon("search"), finder, h("kbd", {}, "/")),
    timeRange(filter, () => { archived = null; changed(); })),
  chips, narrowed, sections, more);

function changed() {
  const kept = Object.entries(filter).filter(([name, value]) => value && !(name === "status" && value === "all"));
  const search = new URLSearchParams(kept).toString();
  history.replaceState(null, "", search ? `/?${search}` : "/");
  draw();
}

// ---- the rows ----
const lists = new Map();

function draw() {
  const all = found(listed(), filter);
  lead.textContent = all.length ? `${summary(all.filter((run) => !isOver(run)))}` : "";
  document.title = `${titleOf(all)} · Stepcast`;
  keyed(chips, statuses.map(([name, text, holds]) => ({ name, text, number: all.filter(holds).length })), {
    key: ({ name }) => name, signature: ({ name, number }) => `${number} ${filter.status === name}`, make: chip,
  });
  const holds = statuses.find(([name]) => name === filter.status)?.[2] ?? (() => true);
  const shown = all.filter(holds);
  for (const [title, items] of groups(shown)) section(title, items);
  drawNarrowed();
  drawEmpty(shown);
  more.hidden = !next && !(hasArchive() && (archived?.goesOn ?? true));
  more.textContent = next ? "Show earlier runs" : "Show older runs from the archive";
}

const titleOf = (all) => {
  const running = all.filter(goesOn).length;
  return running ? `Runs, ${running} running` : "Runs";
};

const chip = ({ name, text, number }) => h("button", {
  type: "button", "data-part": name, "aria-pressed": String(filter.status === name),
  onclick: () => { filter.status = name; changed(); },
}, text, h("span.count", {}, String(number)));

function section(title, items) {
  if (!lists.has(title)) {
    const id = `group-${lists.size}`;
    const list = h("ul", { "aria-labelledby": id });
    lists.set(title, list);
    sections.append(h("section", {}, h("h2", { id }, title), list));
  }
  const list = lists.get(title);
  list.parentNode.hidden = !items.length;
  keyed(list, items, {
    key: (item) => item.key,
    signature: (item) => (item.run ? signature(item.run) : JSON.stringify([item.runs.map(signature), !next])),
    make: (item) => (item.run ? runRow(item.run, say) : batchRow(item, say, !next)),
  });
  for (const row of list.querySelectorAll("[data-run]")) inView.observe(row);
}

// Rows that are in view are looked at closer.
const near = new Set();
const inView = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (!isIntersecting || !target.isConnected) near.delete(target.dataset.run);
    else near.add(target.dataset.run);
  }
  glance();
}, { rootMargin: "200px" });

let isDrawing = false;
function redraw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => { isDrawing = false; draw(); });
}

function glance() {
  const shown = listed().filter((run) => near.has(run.request_id));
  for (const run of shown) if (run.steps) look(run.request_id, `${run.status} ${run.steps}`, redraw);
  live.show(shown.filter(goesOn).map((run) => run.request_id), redraw);
}

function drawNarrowed() {
  const [kind, name] = filter.batch ? ["batch", filter.batch] : ["session", filter.session];
  narrowed.hidden = !name;
  narrowed.replaceChildren(`Only the ${kind} `, h("b", {}, name), " ", h("a.text", { href: "/" }, "Show all"));
}

// ---- nothing to show ----
let blank = null;

function drawEmpty(shown) {
  if (shown.length || !answered) {
    blank?.remove();
    blank = null;
    return;
  }
  const kind = listed().length ? "filtered" : "empty";
  if (blank?.dataset.kind === kind) return;
  blank?.remove();
  blank = listed().length ? nothingFound() : nothingYet();
  blank.dataset.kind = kind;
  main.insertBefore(blank, more);
}

const nothingFound = () => h("div.blank", {}, h("h2", {}, "No run matches"),
  h("p", {}, "Of the runs that are loaded none matches the filter."),
  h("p", {}, h("a.text", { href: "/" }, "Show all runs")),
  h("p", { "data-needs": "archive" }, h("a.text", { href: `/search?${new URLSearchParams({ q: filter.q })}` },
    "Search the lines of all runs")));

function nothingYet() {
  const task = h("input.field", { "aria-label": "Task", value: "Go to example.com and read the heading" });
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const start = async (event) => {
    event.preventDefault();
    try {
      const run = await startRun({ task: task.value, request_id: `run-${Date.now().toString(36)}` });
      location.href = runPage(run.request_id);
    } catch (error) {
      trouble.hidden = false;
      trouble.textContent = error.message;
    }
  };
  const examples = ["Go to example.com and read the heading", "Go to example.com, then click \"More information\""];
  return h("div.blank", {}, h("h2", {}, "No runs yet"),
    h("p", {}, "Say in plain English what a browser should do, and watch it happen here."),
    h("form.start", { onsubmit: start }, task, h("button.button.primary", { type: "submit" }, "Start")), trouble,
    h("p.tries", {}, "Or try ", examples.map((text) =>
      h("button", { type: "button", onclick: () => { task.value = text; task.focus(); } }, text))),
    h("p.or", {}, "Or from a terminal: ", h("code", {}, `dashboard-cli run "${examples[0]}"`)));
}

// ---- where the runs come from ----
let answered = false;
/** What the archive has, once it is asked for. @type {History | null} */
let archived = null;

/** The runs of agent-api, then those that only the archive has. */
function listed() {
  if (!archived) return runs;
  const names = new Set(runs.map((run) => run.request_id));
  return [...runs, ...archived.runs.filter((run) => !names.has(run.request_id))];
}

async function showMore() {
  if (next) {
    pages += 1;
    return poll.now();
  }
  more.disabled = true;
  const names = { session_id: filter.session, batch_id: filter.batch, ...bounds(filter) };
  archived ??= new History(Object.fromEntries(Object.entries(names).filter(([, value]) => value)));
  const before = listed().length;
  try {
    await archived.older(new Set(listed().map((run) => run.request_id)));
    if (listed().length === before && !archived.goesOn) say("The archive has no older runs");
  } catch (error) {
    say(error.message);
  }
  more.disabled = false;
  answered = true;
  draw();
}
known.then(() => draw());

async function ask() {
  const all = [];
  let after = null;
  for (let page = 0; page < pages; page++) {
    const parameters = { limit: pageSize };
    if (filter.session) parameters.session_id = filter.session;
    if (filter.batch) parameters.batch_id = filter.batch;
    if (after) parameters.after = after;
    const answer = await listRuns(parameters);
    all.push(...answer.runs);
    after = answer.next ?? null;
    if (!after) break;
  }
  return { all, after };
}

let before = new Map();
const poll = new Poll({
  ask,
  onanswer({ all, after }) {
    runs = all;
    next = after;
    answered = true;
    for (const run of runs) {
      const was = before.get(run.request_id);
      if (was && was !== run.status && isOver(run)) announce(`${run.request_id}: ${run.status.replace("_", " ")}`);
    }
    before = new Map(runs.map((run) => [run.request_id, run.status]));
    draw();
    glance();
  },
  onstate(state) {
    known.then(() => {
      // Without agent-api the archive alone tells of runs.
      const isArchiveAlone = state.status === 404 && hasArchive();
      if (isArchiveAlone && !archived) showMore();
      if (!isArchiveAlone) connection(state);
      connectionBanner(banner, isArchiveAlone ? { state: "live" } : state, () => poll.now());
    });
  },
});
followChanges(poll, {
  ...(filter.batch ? { batch_id: filter.batch } : {}), ...(filter.session ? { session_id: filter.session } : {}),
}, (change) => {
  const run = runs.find((one) => one.request_id === change.request_id);
  if (!run) return false;
  run.steps = change.steps;
  redraw();
  glance();
  return true;
});
setInterval(() => tick(main), 1000);

// ---- keys ----
const links = () => [...main.querySelectorAll(".row .title a")].filter((link) => link.checkVisibility());
const go = (by) => {
  const all = links();
  const here = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by))]?.focus();
};
const focused = () => {
  const id = document.activeElement.closest?.("[data-run]")?.dataset.run;
  return runs.find((run) => run.request_id === id);
};
bind("A list of runs", [
  { keys: "j", text: "Next run", act: () => go(1) },
  { keys: "k", text: "Previous run", act: () => go(-1) },
  { keys: "r", text: "Run again", act: () => { const run = focused(); if (run) runAgain(run); } },
  { keys: "x", text: "Cancel, after a question", act: () => {
    const run = focused();
    if (run && !isOver(run)) cancel(run, say);
  } },
]);
