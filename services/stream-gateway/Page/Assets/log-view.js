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
import { isTrouble, rank } from "./run-log.js";

const levels = [["", "All"], ["warning", "Warnings"], ["error", "Errors"]];

export class LogView {
  node;
  isFolded = false;
  #log;
  #moment;
  #onlink;
  #onpoint;
  /** The records that the filter lets through, as indices; then which of these rows are steps and trouble. */
  #rows = [];
  #steps = [];
  #troubles = [];
  #seen = 0;
  #level = "";
  #isAbsolute = remembered("clock", "") === "absolute";
  #open = new Set();
  #list;
  #map;
  #finder = new Finder((at) => this.#log.records[this.#rows[at]].text);
  #scroller = h("div.scroll", { role: "feed", tabindex: "0", "aria-label": "Log", "aria-busy": "false" });
  #pinned = h("div.pinned", { "aria-hidden": "true", hidden: true });
  #box = h("div.listbox");
  #jump = h("button.tolive", { type: "button", hidden: true, onclick: () => this.#moment.toLive() }, icon("down"), h("span", {}, "Jump to live"));
  #number = h("span.count", { "aria-live": "polite" });
  #field = h("input", { type: "search", placeholder: "Find in this run", "data-find": true, "aria-label": "Find in this run" });
  #inContext = h("button.button.small.context", { type: "button", hidden: true, onclick: () => this.showInContext() }, "View in context");
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
    this.#level = levels.some(([name]) => name === level) ? level : "";
    this.#levelButtons = levels.map(([name, text]) => h("button", {
      type: "button", "aria-pressed": String(name === this.#level), onclick: () => this.setLevel(name),
    }, text));
    this.#toggles = {
      fold: this.#toggle("fold", "Fold to steps  f", false, (isOn) => { this.isFolded = isOn; this.#filter(); }),
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
    this.#list = new WindowedList(this.#scroller, { render: (at) => this.#render(at), estimate: (at) => this.#estimate(at) });
    this.#list.onmove = () => this.#moved();
    this.#map = new ScrollMap(this.#list, this.#scroller);
    this.#field.value = q;
    this.node = h("section.log", { "aria-label": "Log" },
      h("h2.sr", {}, "Log"),
      h("div.tools", {}, h("label.finder", {}, icon("search"), this.#field, this.#number, h("kbd", {}, "/")), this.#inContext,
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
  get query() { return { level: this.#level, q: this.#field.value.trim() }; }

  /** Records came. */
  grow(hasDropped) {
    if (hasDropped) {
      this.#open.clear();
      return this.#filter();
    }
    const from = this.#rows.length;
    for (; this.#seen < this.#log.records.length; this.#seen++) this.#take(this.#seen);
    if (this.#rows.length === from) return;
    this.#finder.goOn(from, this.#rows.length);
    if (this.#finder.letters) this.#tellNumber();
    this.#list.grow(this.#rows.length);
  }

  /** The steps have changed: those in the document are drawn again. */
  redrawSteps() {
    for (const node of this.#list.rows.querySelectorAll(".step.current, .step.folded")) this.#list.again(Number(node.dataset.row));
    this.#pinned.dataset.step = "";
  }

  setLevel(name) {
    this.#level = name;
    this.#levelButtons.forEach((one, index) => one.setAttribute("aria-pressed", String(levels[index][0] === name)));
    this.#filter();
    this.#moment.changed();
  }

  /** Takes filter and fold away, and keeps the record that is chosen where the eye is. */
  showInContext() {
    const { chosen } = this.#moment;
    if (this.isFolded) this.#toggles.fold.click();
    this.setLevel("");
    if (chosen >= 0) this.#moment.choose(chosen);
    this.#scroller.focus();
  }

  /** Does what a button above the log does: `fold`, `wrap` or `clock`. */
  press(name) { this.#toggles[name].click(); }

  /** Goes to the next record that holds, by 1 or -1. */
  move(by, holds = () => true) {
    const start = by > 0 ? this.#list.first - 1 : this.#rows.length;
    const here = this.#moment.chosen < 0 ? start : this.#rows.findLastIndex((index) => index <= this.#moment.chosen);
    for (let at = here + by; at >= 0 && at < this.#rows.length; at += by) {
      if (!holds(this.#log.records[this.#rows[at]])) continue;
      this.#moment.choose(this.#rows[at]);
      return;
    }
  }

  /** Shows or hides all fields of a record. */
  toggleFields(index) {
    const entry = this.#log.records[index];
    const at = this.#rows.indexOf(index);
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

  #passes(entry) {
    if (this.isFolded) return entry.begins !== undefined;
    if (!this.#level) return true;
    return entry.kind === "log" && rank(entry.level) >= (this.#level === "error" ? 3 : 2);
  }

  #take(index) {
    const entry = this.#log.records[index];
    if (!this.#passes(entry)) return;
    const at = this.#rows.push(index) - 1;
    if (entry.begins !== undefined) this.#steps.push(at);
    if (isTrouble(entry)) this.#troubles.push(at);
  }

  #filter() {
    const anchor = this.#rows[this.#list.first] ?? 0;
    const isFollowing = this.#list.isFollowing;
    this.#rows = [];
    this.#steps = [];
    this.#troubles = [];
    for (this.#seen = 0; this.#seen < this.#log.records.length; this.#seen++) this.#take(this.#seen);
    this.#list.replace(this.#rows.length, this.#rows.findIndex((index) => index >= anchor));
    this.#list.follow(isFollowing);
    this.#search();
    this.#inContext.hidden = !this.#level && !this.isFolded;
  }

  #timeOf(entry) { return this.#isAbsolute ? clock(entry.time, true) : span(entry.at); }

  #estimate(at) {
    const entry = this.#log.records[this.#rows[at]];
    if (entry.begins !== undefined) return this.isFolded ? 53 : 37;
    const isWrapped = this.#scroller.classList.contains("wrap");
    const perLine = isWrapped ? Math.max(20, (this.#scroller.clientWidth - 128) / 6.6) : Infinity;
    return 6 + 20 * Math.max(1, Math.ceil(shownLength(entry) / perLine));
  }

  #render(at) {
    const index = this.#rows[at];
    const entry = this.#log.records[index];
    const time = this.#timeOf(entry);
    const node = entry.begins !== undefined
      ? stepRow(this.#log.steps[entry.begins], {
        time, isFolded: this.isFolded, now: this.#moment.head, entry: this.#open.has(index) ? entry : null,
      })
      : row(entry, {
        time, isOpen: this.#open.has(index), onopen: () => this.toggleFields(index), onlink: () => this.#onlink(index),
      });
    node.setAttribute("aria-posinset", String(at + 1));
    node.setAttribute("aria-setsize", this.#moment.isOver ? String(this.#rows.length) : "-1");
    node.tabIndex = -1;
    if (entry.id) node.dataset.id = entry.id;
    this.#dim(node, index);
    return node;
  }

  #dim(node, index) {
    node.classList.toggle("chosen", index === this.#moment.chosen);
    node.classList.toggle("later", !this.#moment.isLive && this.#log.records[index].at > this.#moment.at + 0.05);
  }

  #show(reveal) {
    if (this.#moment.isLive) this.#list.follow();
    else if (reveal) {
      const at = this.#rows.findLastIndex((index) => index <= this.#moment.chosen);
      if (at >= 0) this.#list.reveal(at);
    }
    for (const node of this.#list.rows.children) this.#dim(node, this.#rows[Number(node.dataset.row)]);
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
    const entry = this.#log.records[this.#rows[first]];
    const step = entry && this.#log.steps[entry.stepIndex];
    this.#pinned.hidden = !step || this.isFolded || (this.#list.below(first) > -1 && entry.begins !== undefined);
    if (this.#pinned.hidden) return;
    if (this.#pinned.dataset.step !== String(step.number)) {
      this.#pinned.dataset.step = String(step.number);
      const time = this.#isAbsolute ? clock(this.#log.start + step.at * 1000, true) : span(step.at);
      this.#pinned.replaceChildren(stepRow(step, { time, isFolded: false, now: this.#moment.head }));
    }
    const next = this.#steps.find((at) => at > first);
    const push = next === undefined ? 0 : Math.min(0, this.#list.below(next) - 37);
    this.#pinned.style.transform = `translateY(${push}px)`;
  }

  #drawMap() {
    const colourOf = (at) => (this.#log.records[this.#rows[at]].level === "WARNING" ? "ask-fill" : "bad-fill");
    const here = this.#moment.chosen < 0 ? -1 : this.#rows.findLastIndex((index) => index <= this.#moment.chosen);
    this.#map.draw([
      { rows: this.#steps, colour: () => "think", size: 1, left: 3, width: 0 },
      { rows: this.#troubles, colour: colourOf, size: 3, left: 4, width: 4 },
      { rows: this.#finder.rows, colour: () => "find-mark", size: 3, left: -8, width: 4 },
      { rows: here < 0 ? [] : [here], colour: () => "ink", size: 2, left: 2, width: 0 },
    ]);
  }

  #search() {
    this.#finder.search(this.#field.value, this.#rows.length);
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
        const here = this.#rows.indexOf(this.#moment.chosen);
        const at = this.#finder.next(here, event.shiftKey ? -1 : 1);
        if (at >= 0) this.#moment.choose(this.#rows[at]);
      } else if (event.key === "Escape") {
        this.#field.value = "";
        this.#search();
        this.focus();
      }
    });
    const indexOf = (event) => {
      const node = event.target.closest("[data-row]");
      return node ? this.#rows[Number(node.dataset.row)] : undefined;
    };
    this.#scroller.addEventListener("click", (event) => {
      const index = indexOf(event);
      if (index !== undefined && !event.target.closest("a, button") && getSelection().isCollapsed) this.#moment.choose(index);
    });
    this.#scroller.addEventListener("dblclick", (event) => {
      const index = indexOf(event);
      if (index === undefined) return;
      getSelection().removeAllRanges();
      this.toggleFields(index);
    });
    this.#scroller.addEventListener("pointerover", (event) => this.#onpoint(this.#log.records[indexOf(event)]?.at ?? null));
    this.#scroller.addEventListener("pointerleave", () => this.#onpoint(null));
    this.#scroller.addEventListener("copy", (event) => this.#copy(event));
  }

  /** Whole lines are copied as they were published. */
  #copy(event) {
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    const rowOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-row]");
    const [from, to] = range ? [rowOf(range.startContainer), rowOf(range.endContainer)] : [];
    if (!from || !to || from === to) return;
    const lines = this.#rows.slice(Number(from.dataset.row), Number(to.dataset.row) + 1).map((index) => this.#log.records[index].text);
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
  }
}
