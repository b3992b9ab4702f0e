// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The timeline of a run: its steps as long as they took, their pictures where they end, and the moment that is shown.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { iconButton } from "./components.js";
import { span, visible } from "./format.js";

const room = 1.07; // what is left free ahead of a run that goes on
const narrowest = 3; // pixels of a step
const mostTicks = 400;
const distances = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600]; // seconds between times

export class Timeline {
  node;
  #log;
  #moment;
  /** How many seconds the axis has. */
  #length = 1;
  #drawn = 0; // until where the steps are drawn
  #number = h("output.readout.number", { "aria-hidden": "true" }, "0:00.0");
  #live = h("button.golive", { type: "button", onclick: () => this.#moment.toLive() }, h("i.dot"), "Live");
  #play = h("button.button.bare", { type: "button", "data-part": "play", onclick: () => this.#moment.play() }, icon("play"));
  #speed = h("button.button.bare.rate", { type: "button", "aria-label": "Speed", onclick: () => this.#moment.faster(1) }, "1×");
  #shorten = h("button.button.bare.shorten", {
    type: "button", "aria-label": "Shorten quiet times in a replay", title: "Shorten quiet times in a replay  q",
    onclick: () => this.#moment.toggleShortening(),
  }, icon("fold"));
  #track = h("div.track", { role: "slider", tabindex: "0", "aria-label": "Time", "aria-valuemin": "0" });
  #playhead = h("div.playhead", {}, h("span"));
  #ghost = h("div.ghost", { hidden: true }, h("span"));
  #future = h("i.future");
  #segments = [];
  #here = null; // the step whose segment is marked
  #current = null; // the bar of the step that goes on
  #connected = false;

  /**
   * @param {import("./run-log.js").RunLog} log
   * @param {import("./moment.js").Moment} moment
   */
  constructor(log, moment) {
    this.#log = log;
    this.#moment = moment;
    this.node = h("section.time", { "aria-label": "Timeline" },
      h("h2.sr", {}, "Timeline"),
      h("div.controls", {}, h("div", {}, this.#number, this.#live),
        h("div", {}, iconButton("left", "Previous step  K", { onclick: () => moment.step(-1) }), this.#play,
          iconButton("right", "Next step  J", { onclick: () => moment.step(1) }), this.#speed,
          this.#shorten)),
      this.#track);
    new ResizeObserver(() => this.build()).observe(this.#track);
    this.#listen();
    moment.onchange(() => this.draw());
  }

  set isConnected(value) {
    this.#connected = value;
    this.draw();
  }

  /** Shows another moment without going there; null takes it away. */
  point(at, hasWords = false) {
    this.#ghost.hidden = at === null || at > this.#moment.head;
    if (this.#ghost.hidden) return;
    this.#ghost.style.left = this.#left(at);
    const step = this.#log.stepAt(at);
    this.#ghost.firstChild.textContent = hasWords && step ? `${span(at)}  ${step.number} ${visible(step.title)}` : span(at);
    this.#ghost.classList.toggle("flip", at / this.#length > 0.75);
  }

  /** Draws the steps anew. */
  build() {
    const { head, isOver } = this.#moment;
    if (isOver) this.#length = Math.max(0.1, head);
    else if (head > this.#length || this.#drawn === 0) this.#length = Math.max(1, head * room);
    const width = this.#track.clientWidth || 1000;
    const scale = width / this.#length;
    this.#drawn = head;
    this.#current = null;
    this.#here = null;
    this.#segments = this.#merged(scale)
      .map((part) => ({ from: part.from, to: part.to, node: this.#segment(part, scale) }));
    const parts = this.#segments.map(({ node }) => node);
    this.#track.replaceChildren(...parts, ...this.#gaps(), ...this.#ticks(scale), ...(isOver ? [] : [this.#future]),
      this.#axis(scale, width), this.#ghost, this.#playhead);
    this.#track.setAttribute("aria-valuemax", String(Math.round(head)));
    this.draw();
  }

  /** The run has gone on by time alone. */
  goOn() {
    if (!this.#moment.isOver && this.#moment.head > this.#length) return this.build();
    if (this.#current) {
      const { node, step, scale } = this.#current;
      node.style.width = `${Math.max(narrowest, (this.#moment.head - step.at) * scale - 2)}px`;
    }
    this.draw();
  }

  draw() {
    const { at, isLive, isPlaying, speed, shortens, isOver } = this.#moment;
    this.#playhead.style.left = this.#left(at);
    this.#playhead.firstChild.textContent = span(at);
    this.#playhead.classList.toggle("flip", at / this.#length > 0.97);
    this.#future.style.left = this.#left(this.#moment.head);
    this.#number.textContent = span(at);
    this.#live.hidden = isOver;
    this.#live.setAttribute("aria-pressed", String(isLive && this.#connected));
    this.#speed.textContent = `${speed}×`;
    this.#shorten.setAttribute("aria-pressed", String(shortens));
    if (this.#play.dataset.shows !== String(isPlaying)) {
      this.#play.dataset.shows = String(isPlaying);
      this.#play.replaceChildren(icon(isPlaying ? "pause" : "play"));
      this.#play.setAttribute("aria-label", isPlaying ? "Stop" : "Play");
    }
    const step = this.#log.stepAt(at);
    this.#track.setAttribute("aria-valuenow", String(Math.round(at)));
    this.#track.setAttribute("aria-valuetext", step ? `${span(at)}, step ${step.number}: ${visible(step.title)}` : span(at));
    if (this.#here === step) return;
    this.#here = step;
    for (const { node, from, to } of this.#segments) {
      node.classList.toggle("here", step !== null && from <= step.number && step.number <= to);
    }
  }

  #left(at) { return `${(100 * at) / this.#length}%`; }

  /** Steps that would be too narrow to see stand for each other. */
  #merged(scale) {
    const parts = [];
    for (const step of this.#log.steps) {
      const last = parts.at(-1);
      if (last && ((last.end ?? this.#moment.head) - last.at) * scale < narrowest && step.end !== null) {
        last.end = step.end;
        last.to = step.number;
        last.isBad ||= step.isBad;
        last.picture = step.picture ?? last.picture;
      } else parts.push({ ...step, from: step.number, to: step.number, step });
    }
    return parts;
  }

  #segment(part, scale) {
    const end = part.end ?? this.#moment.head;
    const length = Math.max(0, end - part.at);
    const width = Math.max(narrowest, length * scale - 2);
    const thought = length > 0 ? Math.min(1, Math.max(0, part.acts - part.at) / length) : 0;
    const still = h("span.still", { set: { width: `${Math.min(64, width)}px` } });
    if (part.picture) still.append(h("img", { src: part.picture, alt: "", draggable: "false", loading: "lazy" }));
    else still.classList.add("bare");
    const kind = part.isBad ? "bad" : part.end === null ? "live" : "plain";
    const node = h(`div.segment.${kind}`, {
      set: { left: this.#left(part.at), width: `${width}px` },
    }, still, h("span.bar2", {}, h("b", { set: { width: `${100 * thought}%` } })),
      width < 14 ? null : h("span.name", {}, h("b", {}, String(part.from)), width > 44 ? ` ${visible(part.title)}` : ""));
    if (part.end === null) this.#current = { node, step: part.step, scale };
    return node;
  }

  #gaps() {
    return this.#log.gaps.slice(0, mostTicks)
      .map((entry) => h("i.hole.hatched", { set: { left: this.#left(entry.at), width: "8px" }, title: entry.body }));
  }

  #ticks(scale) {
    const ticks = [];
    let last = -9;
    for (const entry of this.#log.troubles) {
      if ((entry.at - last) * scale < 2) continue;
      last = entry.at;
      const kind = entry.level === "WARNING" ? "warn" : "bad";
      ticks.push(h(`i.tick.${kind}`, { set: { left: this.#left(entry.at) }, title: visible(entry.body) }));
      if (ticks.length === mostTicks) break;
    }
    return ticks;
  }

  #axis(scale, width) {
    const every = distances.find((seconds) => seconds * scale >= 84) ?? this.#length / 8;
    const axis = h("div.axis");
    for (let at = 0; at * scale < width - 30; at += every) {
      axis.append(h("span.number", { set: { left: this.#left(at) } }, span(at, every < 1)));
    }
    return axis;
  }

  #listen() {
    const at = (event) => {
      const box = this.#track.getBoundingClientRect();
      return ((event.clientX - box.left) / box.width) * this.#length;
    };
    this.#track.addEventListener("pointerdown", (event) => {
      this.#track.setPointerCapture(event.pointerId);
      this.#moment.play(false);
      this.#moment.moveTo(at(event));
      this.#track.onpointermove = (move) => this.#moment.moveTo(at(move));
      this.#track.onpointerup = () => { this.#track.onpointermove = null; };
    });
    this.#track.addEventListener("pointermove", (event) => this.point(at(event), true));
    this.#track.addEventListener("pointerleave", () => this.point(null));
    this.#track.addEventListener("keydown", (event) => {
      const { head, at: now } = this.#moment;
      const to = { Home: 0, End: head, PageUp: now - 10, PageDown: now + 10 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.#moment.moveTo(to);
    });
  }
}
