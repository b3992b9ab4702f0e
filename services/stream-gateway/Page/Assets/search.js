// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Search over the records of all runs that the archive has.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { shell } from "./shell.js";
import { bind } from "./keys.js";
import { searchRecords } from "./archive.js";
import { button } from "./components.js";
import { count } from "./format.js";
import { signInPath } from "./account.js";
import { Hits } from "./hits.js";
import { bounds, isBackwards, timeRange, timesOf } from "./time-range.js";

const pause = 300; // milliseconds after the last letter
const again = 5000; // milliseconds between attempts while the archive does not answer
const emptyPages = 10; // pages without a hit that are asked for one after the other

const { announce } = shell("Search");
const main = document.querySelector("main");
const query = new URLSearchParams(location.search);
const filter = {
  q: query.get("q") ?? "", level: (query.get("level") ?? "").toUpperCase(), sort: query.get("sort") === "rank" ? "rank" : "",
  session: query.get("session") ?? "", batch: query.get("batch") ?? "", run: query.get("run") ?? "", ...timesOf(query),
};

// ---- the fields ----
const pick = (label, name, options) => {
  const select = h("select.select", { "aria-label": label, onchange: () => { filter[name] = select.value; changed(); } },
    options.map(([value, text]) => h("option", { value, selected: value === filter[name] }, text)));
  return h("span.pick", {}, select, icon("down"));
};
const found = h("span.count", { role: "status" });
const finder = h("input", {
  type: "search", value: filter.q, maxlength: 500, "data-find": true, autocomplete: "off", spellcheck: "false",
  placeholder: "Words of any line of any run", "aria-label": "Search all runs", "aria-describedby": "search-rule",
  oninput: () => { filter.q = finder.value; changed(pause); },
});
const form = h("form.query", { onsubmit: (event) => { event.preventDefault(); changed(); } },
  h("label.finder.big", {}, icon("search"), finder, found),
  h("div.picks", {},
    pick("Level", "level", [["", "Any level"], ["WARNING", "Warnings and errors"], ["ERROR", "Errors"]]),
    timeRange(filter, () => changed()),
    pick("Order", "sort", [["", "Newest first"], ["rank", "Best first"]]),
    h("p.hint", { id: "search-rule" }, "All words must be there. ", h("code", {}, "\"add to cart\""),
      " keeps words together, ", h("code", {}, "check*"), " is how a word begins.")));
const narrowed = h("p.narrowed", { hidden: true });
const hits = new Hits();
const told = h("div.told-here");
const more = button("down", "Show more", "earlier", { hidden: true, onclick: () => search(true) });
main.append(h("h1.sr", {}, "Search"), form, narrowed, hits.node, told, more);

for (const [name, text] of [["run", "run"], ["batch", "batch"], ["session", "session"]]) {
  if (!filter[name]) continue;
  narrowed.hidden = false;
  narrowed.append(`Only the ${text} `, h("b", {}, filter[name]), " ", h("a.text", { href: "/search" }, "Search all"));
}

// ---- what is asked ----
let cursor = null; // where the hits go on
let turn = 0; // answers to former questions are left aside
let timer = 0;

function changed(wait = 0) {
  const kept = new URLSearchParams(Object.entries(filter).filter(([, value]) => value)).toString();
  history.replaceState(null, "", kept ? `/search?${kept}` : "/search");
  document.title = `${filter.q ? `${filter.q} · ` : ""}Search · Stepcast`;
  clearTimeout(timer);
  timer = setTimeout(() => search(), wait);
}

const isNarrow = () => Boolean(filter.q.trim() || filter.level || filter.since || filter.from || filter.to
  || filter.run || filter.session || filter.batch);

function parameters() {
  const all = {
    q: filter.q.trim(), level: filter.level, request_id: filter.run, session_id: filter.session, batch_id: filter.batch,
    sort: filter.q.trim() ? filter.sort : "", ...bounds(filter),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

async function search(isMore = false) {
  clearTimeout(timer);
  const mine = ++turn;
  if (!isNarrow()) return show(begin());
  if (isMore) more.disabled = true;
  form.setAttribute("aria-busy", "true");
  const asked = parameters();
  let after = isMore ? cursor : null;
  let page = null;
  try {
    for (let pages = 0; pages < emptyPages; pages++) {
      page = await searchRecords(after ? { ...asked, after } : asked);
      if (mine !== turn) return;
      after = page.next ?? null;
      if (page.hits.length || !after) break;
    }
  } catch (error) {
    if (mine === turn) show(trouble(error), isMore);
    return;
  }
  const first = hits.lines;
  if (!isMore) hits.clear();
  cursor = after;
  hits.add(page.hits);
  show(hits.lines ? null : nothing(), true);
  if (isMore && page.hits.length) hits.node.querySelectorAll(".line")[first]?.focus();
}

/** Shows what there is to say beside the hits. @param {HTMLElement | null} node @param {boolean} [keeps]  The hits stay. */
function show(node, keeps = false) {
  form.removeAttribute("aria-busy");
  if (!keeps) {
    hits.clear();
    cursor = null;
  }
  finder.toggleAttribute("aria-invalid", false);
  if (node?.dataset.invalid) finder.setAttribute("aria-invalid", "true");
  told.replaceChildren(...(node ? [node] : []));
  more.disabled = false;
  more.hidden = !cursor;
  more.querySelector("span").textContent = hits.lines ? "Show more" : "Look further back";
  found.textContent = hits.lines
    ? `${count(hits.lines, "line")}${cursor ? " so far" : ""} in ${count(hits.runs, "run")}` : "";
  const heading = node?.querySelector("h2")?.textContent;
  if (heading) announce(heading);
}

// ---- what there is to say ----
const blank = (heading, ...parts) => h("div.blank", {}, h("h2", {}, heading), parts);

function begin() {
  const examples = ["failed", "\"not an allowed domain\"", "check*"];
  return blank("Find any line again",
    h("p", {}, "Every line of every run that the archive has, also of runs that are long over: texts, addresses, actions, ",
      "results and errors."),
    h("p.tries", {}, "Try ", examples.map((text) => h("button", {
      type: "button", onclick: () => { finder.value = filter.q = text; finder.focus(); changed(); },
    }, text))));
}

function nothing() {
  if (cursor) {
    return blank("Nothing found so far", h("p", {}, "The newest records have nothing that fits. Older ones may."));
  }
  if (isBackwards(filter)) return blank("Nothing found", h("p", {}, "The time ends before it begins."));
  const isTimed = filter.since || filter.from || filter.to;
  return blank("Nothing found", h("p", {}, "No line of the runs that you may view has all of this.",
    isTimed ? " A longer time may have more." : "",
    filter.level ? " So may lower levels." : ""));
}

function trouble(error) {
  if (error.status === 404) {
    return blank("This gateway has no archive",
      h("p", {}, "Search needs one. Set ", h("code", {}, "ARCHIVE_URL"), " of stream-gateway, for example to ",
        h("code", {}, "sqlite:/var/lib/stepcast/archive.sqlite"), ", and start it again."),
      h("p", {}, "The log of a single run can be searched on the page of the run."));
  }
  if (error.status === 401) {
    return blank("You are signed out", h("p", {}, "What you look for is kept."),
      h("p", {}, h("a.button.primary", { href: signInPath() }, "Sign in")));
  }
  if (error.status === 400 || error.status === 422) {
    const names = {
      q: "The text", since: "The time", until: "The time", session_id: "The session", batch_id: "The batch",
      request_id: "The run",
    };
    const reasons = error.fields.length
      ? error.fields.map(({ field, message }) => `${names[field] ?? field} ${message}.`) : [error.message];
    const node = blank("That cannot be searched for", reasons.map((text) => h("p", {}, text)));
    node.dataset.invalid = error.fields.some(({ field }) => field === "q") ? "q" : "";
    return node;
  }
  const isAway = !error.status || error.status >= 500;
  if (isAway) timer = setTimeout(() => search(), again);
  return blank(isAway ? "The archive cannot be reached" : "The search was refused",
    h("p", {}, error.message, isAway ? " Runs go on, and nothing is lost. The page tries again by itself." : ""),
    h("p", {}, button("again", "Try now", "", { onclick: () => search() })));
}

// ---- keys ----
const go = (by) => {
  const all = [...hits.node.querySelectorAll(".line")];
  const here = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by))]?.focus();
};
finder.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  go(1);
});
bind("Search", [
  { keys: "j", text: "Next line", act: () => go(1) },
  { keys: "k", text: "Previous line", act: () => go(-1) },
  { keys: "m", text: "Show more", act: () => { if (!more.hidden) more.click(); } },
]);

document.title = `${filter.q ? `${filter.q} · ` : ""}Search · Stepcast`;
if (!isNarrow()) finder.focus();
search();
