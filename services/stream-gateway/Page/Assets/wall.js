// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Several runs at once: those that go on as tiles, those that have just ended or wait on a shelf below.

import { h } from "./dom.js";
import { shell } from "./shell.js";
import { bind } from "./keys.js";
import { button, glyph, goesOn, isOver, picture } from "./components.js";
import { took, visible } from "./format.js";
import { getBatch, getRun, listRuns, runPage } from "./api.js";
import { Poll } from "./poll.js";
import { followChanges } from "./run-changes.js";
import { keyed } from "./keyed.js";
import { connectionBanner } from "./connection.js";
import { look, seen } from "./glimpse.js";
import { elapsed, outcome, signature, stepsOf, tick, ticking } from "./run-row.js";
import { summary } from "./run-groups.js";
import { LiveTiles } from "./live-tiles.js";
import { remember, remembered } from "./preferences.js";

const { connection } = shell("Wall");
const main = document.querySelector("main");
const query = new URLSearchParams(location.search);
const batch = query.get("batch") ?? "";
const chosen = (query.get("runs") ?? "").split(",").filter(Boolean).slice(0, 50);
const recent = 10 * 60_000; // milliseconds for which a run has just ended
const everyGlance = 4000; // milliseconds between two looks at a run that goes on
const sizes = ["small", "medium", "large"];

// ---- what is around the tiles ----
const lead = h("p.lead");
const banner = h("div.banner", { hidden: true });
const tiles = h("ul.tiles", { "data-size": remembered("tiles", "medium") });
const shelf = h("ul");
const shelfSection = h("section.shelf", { "aria-labelledby": "shelf", hidden: true },
  h("h2", { id: "shelf" }, "Just ended, and queued"), shelf);
const blank = h("div.blank", { hidden: true });
const sizeButtons = sizes.map((size) => h("button", {
  type: "button", "aria-pressed": String(size === tiles.dataset.size), onclick: () => resize(size),
}, size[0].toUpperCase() + size.slice(1)));
const full = () =>
  (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
const what = batch ? `Batch ${batch}` : chosen.length ? "Chosen runs" : "All in progress";

main.append(banner,
  h("div.wall-top", {}, h("h1", {}, "Wall"), h("span.which", {}, what),
    batch || chosen.length ? h("a.text", { href: "/wall" }, "Show all") : null, lead,
    h("div.group", { role: "group", "aria-label": "Size of the tiles" }, sizeButtons),
    button("full", "Full screen", "", { onclick: full })),
  tiles, blank, shelfSection);

function resize(size) {
  tiles.dataset.size = size;
  remember("tiles", size);
  sizeButtons.forEach((one, index) => one.setAttribute("aria-pressed", String(sizes[index] === size)));
}

// ---- tiles ----
const live = new LiveTiles({ fps: 1, width: 640 });
for (const [name, by] of [["pointerover", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
  tiles.addEventListener(name, ({ target }) => live.lookAt((by && target.closest("[data-run]")?.dataset.run) || ""));
}
const link = (run) =>
  h("a", { href: runPage(run.request_id), title: visible(run.task), "data-part": "link" }, visible(run.task));
const bar = (run) => stepsOf(run) ?? h(`span.strip${run.steps ? ".unknown" : ".none"}`, { "aria-hidden": "true" });

function tile(run) {
  return h(`li.tile.${run.status}`, { "data-run": run.request_id },
    h("div.face", {}, live.screen(run.request_id) ?? picture(seen(run.request_id)?.picture, { alt: "" }),
      run.steps ? h("span.fresh", {}, `Step ${run.steps}`) : null),
    bar(run),
    h("div.under", {}, h("div.title", {}, glyph(run), link(run), ticking(run, "number")), h("p", {}, outcome(run))));
}

function kept(run) {
  const seconds = elapsed(run);
  return h("li.kept", { "data-run": run.request_id },
    picture(seen(run.request_id)?.picture, { isQueued: run.status === "queued" }),
    h("div", {}, h("div.title", {}, glyph(run), link(run)), h("p", {}, outcome(run)),
      h("p.when", {}, isOver(run) && seconds !== null ? `${took(seconds)}, ${run.request_id}` : run.request_id)),
    bar(run));
}

// ---- where the runs come from ----
async function ask() {
  if (batch) return (await getBatch(batch)).runs;
  if (chosen.length) return Promise.all(chosen.map(getRun));
  const { runs } = await listRuns({ limit: 200 });
  const now = Date.now();
  return runs.filter((run) => !isOver(run) || now - Date.parse(run.finished_at ?? run.created_at) < recent);
}

let runs = null;

function draw() {
  const goOn = runs.filter(goesOn);
  const others = runs.filter((run) => !goesOn(run));
  // The newest ending first, then what waits.
  others.sort((a, b) => Date.parse(b.finished_at ?? 0) - Date.parse(a.finished_at ?? 0));
  live.show(goOn.map((run) => run.request_id), redraw);
  keyed(tiles, goOn, {
    key: (run) => run.request_id, make: tile,
    signature: (run) => `${signature(run)} ${Boolean(live.screen(run.request_id))}`,
  });
  keyed(shelf, others.slice(0, 60), { key: (run) => run.request_id, signature, make: kept });
  shelfSection.hidden = !others.length;
  lead.textContent = summary(runs);
  document.title = `${goOn.length ? `Wall, ${goOn.length} running` : "Wall"} · Stepcast`;
  blank.hidden = goOn.length > 0;
  blank.replaceChildren(h("h2", {}, "Nothing is running"), h("p", {}, "A run appears here as soon as it starts."));
}

let isDrawing = false;
function glance() {
  const turn = Math.floor(Date.now() / everyGlance);
  for (const run of runs) {
    const mark = goesOn(run) ? `${run.steps} ${turn}` : `${run.status} ${run.steps}`;
    if (run.steps) look(run.request_id, mark, redraw);
  }
}

function redraw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => { isDrawing = false; draw(); });
}

const poll = new Poll({
  ask,
  onanswer(answer) {
    runs = answer;
    draw();
    glance();
  },
  onstate(state) {
    connection(state);
    connectionBanner(banner, state, () => poll.now());
  },
});
followChanges(poll, batch ? { batch_id: batch } : {}, (change) => {
  const run = runs?.find((one) => one.request_id === change.request_id);
  // Of runs that were not chosen nothing is wanted.
  if (!run) return chosen.length > 0;
  run.steps = change.steps;
  redraw();
  glance();
  return true;
});
setInterval(() => tick(main), 1000);

// ---- keys ----
const go = (by) => {
  const links = [...main.querySelectorAll(".title a")];
  const here = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, here + by))]?.focus();
};
bind("The wall", [
  { keys: "j", text: "Next run", act: () => go(1) },
  { keys: "k", text: "Previous run", act: () => go(-1) },
  { keys: "+", text: "Larger tiles", act: () => resize(sizes[Math.min(2, sizes.indexOf(tiles.dataset.size) + 1)]) },
  { keys: "-", text: "Smaller tiles", act: () => resize(sizes[Math.max(0, sizes.indexOf(tiles.dataset.size) - 1)]) },
]);
