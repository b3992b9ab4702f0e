// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The log of a run: its records in a windowed list, with find, a level filter and folding to steps.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { iconButton } from "./components.js";
import { clock, count, span } from "./format.js";
import { remember, remembered } from "./preferences.js";
import { Finder } from "./find.js";
import { WindowedList } from "./list.js";
import { row, stepRow, shownLength } from "./row.js";
import { ScrollMap } from "./scroll-map.js";
import { LogRows, levels } from "./log-rows.js";

export class LogView {
  node;
  #log;
  #moment;
  #onlink;
  #onpoint;
  #rows;
  #isAbsolute = remembered("clock", "") === "absolute";
  #open = new Set();
  #list;
  #map;
  #finder = new Finder((at) => this.#rows.entry(at).text);
  #scroller = h("div.scroll", { role: "feed", tabindex: "0", "aria-label": "Log", "aria-busy": "false" });
  #pinned = h("div.pinned", { "aria-hidden": "true", hidden: true });
  #box = h("div.listbox");
  #jump = h("button.tolive", { type: "button", hidden: true, onclick: () => this.#moment.toLive() },
    icon("down"), h("span", {}, "Jump to live"));
  #number = h("span.count", { "aria-live": "polite" });
  #field = h("input", {
    type: "search", placeholder: "Find in this run", "data-find": true, "aria-label": "Find in this run",
  });
  #inContext = h("button.button.small.context", { type: "button", hidden: true, onclick: () => this.showInContext() },
    "View in context");
  #levelButtons;
  #toggles;

  /**
   * @param {import("./run-log.js").RunLog} log
   * @param {import("./moment.js").Moment} moment
   * @param {{ onlink: (index: number) => void, onpoint: (at: number | null) => void, level: string, q: string }} how
   */
  constructor(log, moment, { onlink, onpoint, level, q }) {
    this.#log = log;
    this.#moment = moment;
    this.#onlink = onlink;
    this.#onpoint = onpoint;
    this.#rows = new LogRows(log, level);
    this.#levelButtons = levels.map(([name, text]) => h("button", {
      type: "button", "aria-pressed": String(name === this.#rows.level), onclick: () => this.setLevel(name),
    }, text));
    this.#toggles = {
      fold: this.#toggle("fold", "Fold to steps  f", false, (isOn) => { this.#rows.isFolded = isOn; this.#filter(); }),
      wrap: this.#toggle("wrap", "Wrap long lines  w", remembered("wrap", "on") === "on", (isOn) => {
        remember("wrap", isOn ? "on" : "off");
        this.#scroller.classList.toggle("wrap", isOn);
        this.#list.refresh();
      }),
      clock: this.#toggle("clock", "Times of the clock  t", this.#isAbsolute, (isOn) => {
        this.#isAbsolute = isOn;
        this.#box.classList.toggle("absolute", isOn);
        remember("clock", isOn ? "absolute" : "");
        this.#list.refresh();
      }),
    };
    this.#scroller.classList.toggle("wrap", remembered("wrap", "on") === "on");
    const drawing = { render: (at) => this.#render(at), estimates: () => this.#estimates() };
    this.#list = new WindowedList(this.#scroller, drawing);
    this.#list.onmove = () => this.#moved();
    this.#map = new ScrollMap(this.#list, this.#scroller);
    this.#field.value = q;
    this.node = h("section.log", { "aria-label": "Log" },
      h("h2.sr", {}, "Log"),
      h("div.tools", {},
        h("label.finder", {}, icon("search"), this.#field, this.#number, h("kbd", {}, "/")), this.#inContext,
        h("div.group", { role: "group", "aria-label": "Level" }, this.#levelButtons), Object.values(this.#toggles)),
      this.#box);
    this.#box.append(this.#scroller, this.#map.node, this.#pinned, this.#jump);
    this.#box.classList.toggle("absolute", this.#isAbsolute);
    this.#listen();
    moment.onchange((reveal) => this.#show(reveal));
    this.#search();
  }

  /** Whether the view stays at the end of the log. */
  get isFollowing() { return this.#list.isFollowing; }

  /** What is searched and filtered, for the address. */
  get query() { return { level: this.#rows.level, q: this.#field.value.trim() }; }

  /**
   * Records came.
   * @param {boolean} hasDropped  Whether the oldest ones have made way for them.
   * @param {boolean} isMore  Whether others follow at once.
   */
  grow(hasDropped, isMore) {
    if (hasDropped) {
      this.#open.clear();
      return this.#filter();
    }
    const from = this.#rows.count;
    this.#rows.grow();
    if (this.#rows.count === from) return;
    this.#finder.goOn(from, this.#rows.count);
    if (this.#finder.letters) this.#tellNumber();
    this.#list.grow(this.#rows.count, isMore);
  }

  /** The steps have changed: those in the document are drawn again. */
  redrawSteps() {
    for (const node of this.#list.rows.querySelectorAll(".step.current, .step.folded")) {
      this.#list.again(Number(node.dataset.row));
    }
    this.#pinned.dataset.step = "";
  }

  setLevel(name) {
    this.#rows.level = name;
    this.#levelButtons.forEach((one, index) => one.setAttribute("aria-pressed", String(levels[index][0] === name)));
    this.#filter();
    this.#moment.changed();
  }

  /** Takes filter and fold away, and keeps the record that is chosen where the eye is. */
  showInContext() {
    const { chosen } = this.#moment;
    if (this.#rows.isFolded) this.#toggles.fold.click();
    this.setLevel("");
    if (chosen >= 0) this.#moment.choose(chosen);
    this.#scroller.focus();
  }

  /** Does what a button above the log does: `fold`, `wrap` or `clock`. */
  press(name) { this.#toggles[name].click(); }

  /** Goes to the next record that holds, by 1 or -1. */
  move(by, holds = () => true) {
    const start = by > 0 ? this.#list.first - 1 : this.#rows.count;
    const here = this.#moment.chosen < 0 ? start : this.#rows.rowOf(this.#moment.chosen);
    for (let at = here + by; at >= 0 && at < this.#rows.count; at += by) {
      if (!holds(this.#rows.entry(at))) continue;
      this.#moment.choose(this.#rows.records[at]);
      return;
    }
  }

  /** Shows or hides all fields of a record. */
  toggleFields(index) {
    const entry = this.#log.records[index];
    const at = this.#rows.records.indexOf(index);
    if (at < 0 || entry.kind !== "log") return;
    if (!this.#open.delete(index)) this.#open.add(index);
    this.#list.again(at);
  }

  focus() { this.#scroller.focus(); }

  #toggle(name, label, isOn, act) {
    return iconButton(name, label, {
      "aria-pressed": String(isOn),
      onclick: ({ currentTarget }) => {
        const to = currentTarget.getAttribute("aria-pressed") !== "true";
        currentTarget.setAttribute("aria-pressed", String(to));
        act(to);
      },
    });
  }

  #filter() {
    const anchor = this.#rows.records[this.#list.first] ?? 0;
    const isFollowing = this.#list.isFollowing;
    this.#rows.refill();
    this.#list.replace(this.#rows.count, this.#rows.records.findIndex((index) => index >= anchor));
    this.#list.follow(isFollowing);
    this.#search();
    this.#inContext.hidden = !this.#rows.level && !this.#rows.isFolded;
  }

  #timeOf(entry) { return this.#isAbsolute ? clock(entry.time, true) : span(entry.at); }

  #estimates() {
    const step = this.#rows.isFolded ? 53 : 37;
    const isWrapped = this.#scroller.classList.contains("wrap");
    const perLine = isWrapped ? Math.max(20, (this.#scroller.clientWidth - 128) / 6.6) : Infinity;
    return (at) => {
      const entry = this.#rows.entry(at);
      if (entry.begins !== undefined) return step;
      return 6 + 20 * Math.max(1, Math.ceil(shownLength(entry) / perLine));
    };
  }

  #render(at) {
    const index = this.#rows.records[at];
    const entry = this.#log.records[index];
    const time = this.#timeOf(entry);
    const node = entry.begins !== undefined
      ? stepRow(this.#log.steps[entry.begins], {
        time, isFolded: this.#rows.isFolded, now: this.#moment.head, entry: this.#open.has(index) ? entry : null,
      })
      : row(entry, {
        time, isOpen: this.#open.has(index), onopen: () => this.toggleFields(index), onlink: () => this.#onlink(index),
      });
    node.setAttribute("aria-posinset", String(at + 1));
    node.setAttribute("aria-setsize", this.#moment.isOver ? String(this.#rows.count) : "-1");
    node.tabIndex = -1;
    if (entry.id) node.dataset.id = entry.id;
    this.#dim(node, index);
    return node;
  }

  #dim(node, index) {
    if (index === undefined) return; // a row from before the filter, which is drawn anew in the next frame
    node.classList.toggle("chosen", index === this.#moment.chosen);
    node.classList.toggle("later", !this.#moment.isLive && this.#log.records[index].at > this.#moment.at + 0.05);
  }

  #show(reveal) {
    if (this.#moment.isLive) this.#list.follow();
    else if (reveal) {
      const at = this.#rows.rowOf(this.#moment.chosen);
      if (at >= 0) this.#list.reveal(at);
    }
    for (const node of this.#list.rows.children) this.#dim(node, this.#rows.records[Number(node.dataset.row)]);
    this.#drawMap();
    this.#jump.hidden = this.#moment.isOver || (this.#moment.isLive && this.#list.isFollowing);
  }

  #moved() {
    this.#pin();
    this.#drawMap();
    this.#finder.mark(this.#list.rows);
    this.#jump.hidden = this.#moment.isOver || (this.#moment.isLive && this.#list.isFollowing);
  }

  /** The head of the step in view stays at the top until the next one pushes it away. */
  #pin() {
    const first = this.#list.first;
    const entry = this.#rows.entry(first);
    const step = entry && this.#log.steps[entry.stepIndex];
    this.#pinned.hidden = !step || this.#rows.isFolded || (this.#list.below(first) > -1 && entry.begins !== undefined);
    if (this.#pinned.hidden) return;
    if (this.#pinned.dataset.step !== String(step.number)) {
      this.#pinned.dataset.step = String(step.number);
      const time = this.#isAbsolute ? clock(this.#log.start + step.at * 1000, true) : span(step.at);
      this.#pinned.replaceChildren(stepRow(step, { time, isFolded: false, now: this.#moment.head }));
    }
    const next = this.#rows.steps.find((at) => at > first);
    const push = next === undefined ? 0 : Math.min(0, this.#list.below(next) - 37);
    this.#pinned.style.transform = `translateY(${push}px)`;
  }

  #drawMap() {
    const colourOf = (at) => (this.#rows.entry(at).level === "WARNING" ? "ask-fill" : "bad-fill");
    const here = this.#moment.chosen < 0 ? -1 : this.#rows.rowOf(this.#moment.chosen);
    this.#map.draw([
      { rows: this.#rows.steps, colour: () => "think", size: 1, left: 3, width: 0 },
      { rows: this.#rows.troubles, colour: colourOf, size: 3, left: 4, width: 4 },
      { rows: this.#finder.rows, colour: () => "find-mark", size: 3, left: -8, width: 4 },
      { rows: here < 0 ? [] : [here], colour: () => "ink", size: 2, left: 2, width: 0 },
    ]);
  }

  #search() {
    this.#finder.search(this.#field.value, this.#rows.count);
    this.#tellNumber();
    this.#finder.mark(this.#list.rows);
    this.#drawMap();
  }

  #tellNumber() {
    const number = this.#finder.rows.length;
    this.#number.textContent = this.#finder.letters ? (number ? count(number, "line") : "none") : "";
  }

  #listen() {
    this.#field.addEventListener("input", () => { this.#search(); this.#moment.changed(); });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        const here = this.#rows.records.indexOf(this.#moment.chosen);
        const at = this.#finder.next(here, event.shiftKey ? -1 : 1);
        if (at >= 0) this.#moment.choose(this.#rows.records[at]);
      } else if (event.key === "Escape") {
        this.#field.value = "";
        this.#search();
        this.focus();
      }
    });
    const indexOf = (event) => {
      const node = event.target.closest("[data-row]");
      return node ? this.#rows.records[Number(node.dataset.row)] : undefined;
    };
    this.#scroller.addEventListener("click", (event) => {
      const index = indexOf(event);
      if (index === undefined || event.target.closest("a, button") || !getSelection().isCollapsed) return;
      this.#moment.choose(index);
    });
    this.#scroller.addEventListener("dblclick", (event) => {
      const index = indexOf(event);
      if (index === undefined) return;
      getSelection().removeAllRanges();
      this.toggleFields(index);
    });
    this.#scroller.addEventListener("pointerover", (event) => {
      this.#onpoint(this.#log.records[indexOf(event)]?.at ?? null);
    });
    this.#scroller.addEventListener("pointerleave", () => this.#onpoint(null));
    this.#scroller.addEventListener("copy", (event) => this.#copy(event));
  }

  /** Whole lines are copied as they were published. */
  #copy(event) {
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    const rowOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-row]");
    const [from, to] = range ? [rowOf(range.startContainer), rowOf(range.endContainer)] : [];
    if (!from || !to || from === to) return;
    const rows = this.#rows.records.slice(Number(from.dataset.row), Number(to.dataset.row) + 1);
    const lines = rows.map((index) => this.#log.records[index].text);
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
  }
}
