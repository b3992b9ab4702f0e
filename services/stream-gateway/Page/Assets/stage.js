// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The browser as the run saw it: the picture that belongs to the moment, and what the model thought of it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { iconButton, picture } from "./components.js";
import { visible } from "./format.js";
import { lastIndex } from "./run-log.js";
import { Film } from "./film.js";
import { Screen } from "./screen.js";

const thoughts = [["Goal", "goal", /^Next goal: /], ["Judgement", "good", /^Eval: /], ["Memory", "memory", /^Memory: /]];

export class Stage {
  node;
  #log;
  #moment;
  #before = false; // the picture before this step is asked for
  #shown = ""; // what stands in the view
  #address = h("span.url");
  #chip = h("span.chip");
  #view = h("div.view");
  #thoughts = h("dl.now");
  #isLost = false;
  #film = new Film();
  #screen = new Screen(".large", "The page, live");
  #ways = h("span.ways");
  #isWatched = false; // whether live pictures come

  /**
   * @param {import("./run-log.js").RunLog} log
   * @param {import("./moment.js").Moment} moment
   */
  constructor(log, moment) {
    this.#log = log;
    this.#moment = moment;
    const full = iconButton("full", "Full screen", {
      class: "button bare small",
      onclick: () => (document.fullscreenElement ? document.exitFullscreen() : this.#view.requestFullscreen()),
    });
    this.node = h("section.stage", { "aria-label": "The browser" }, h("h2.sr", {}, "The browser"),
      h("figure.frame", {}, h("figcaption", {}, icon("lock"), this.#address, this.#chip, this.#ways, full), this.#view),
      this.#thoughts);
    moment.onchange(() => this.draw());
  }

  /** What shows the page's live picture. */
  get surface() { return this.#screen.node; }

  /** What can be done with the page. */
  set ways(nodes) { this.#ways.replaceChildren(...nodes); }

  /** While it holds, the picture before the step is shown. */
  set showsBefore(value) {
    this.#before = value;
    this.draw();
  }

  /** Whether what is shown may be old. */
  set isLost(value) {
    this.#isLost = value;
    this.draw();
  }

  /** Whether live pictures can come. */
  set isWatched(value) {
    this.#isWatched = value;
    this.draw();
  }

  /** @param {import("./frames.js").Frame} frame */
  show(frame) {
    this.#film.add(frame);
    this.draw();
  }

  draw() {
    const { at, isLive, isOver, chosen } = this.#moment;
    const entry = isLive ? null : this.#log.records[chosen];
    const target = targetOf(entry, at);
    // What was clicked is shown as it was then.
    const moment = this.#before ? (this.#log.stepAt(at)?.at ?? at) - 0.05 : target ? target.at : at;
    const isAtEnd = isLive && !this.#before;
    const step = target
      ? this.#stepPicture((step) => step.number < entry.step)
      : this.#stepPicture((step) => isAtEnd || step.pictureAt <= moment + 0.05);
    const frame = isAtEnd && isOver ? null : this.#filmed(isAtEnd, moment, step);
    this.#drawAddress(frame?.url || this.#log.urlAt(step ? step.pictureAt : at));
    this.#drawChip(step, frame, isAtEnd);
    if (frame) this.#drawFrame(frame, isAtEnd);
    else this.#drawPicture(step);
    this.#drawRing(target);
    this.#thoughts.replaceChildren(...thoughts.map(([name, mark, head]) => {
      const entry = this.#log.lastMarked(mark, at);
      const text = entry ? visible(entry.body.replace(head, "")) : h("span.none", {}, "None yet");
      return h("div", {}, h("dt", {}, name), h("dd", {}, text));
    }));
    this.#thoughts.hidden = !thoughts.some(([, mark]) => this.#log.lastMarked(mark, Infinity));
  }

  /** The last step of those that hold that has a picture. */
  #stepPicture(holds) {
    const pictured = this.#log.steps.filter((step) => step.picture);
    return pictured[lastIndex(pictured, holds)] ?? null;
  }

  /** The live picture of a time, unless that of a step is newer. */
  #filmed(isAtEnd, at, step) {
    if (isAtEnd) return this.#isWatched ? this.#film.latest : null;
    const frame = this.#film.at(this.#log.start + at * 1000);
    const isOlder = step && step.pictureAt <= at && frame?.time < this.#log.start + step.pictureAt * 1000;
    return isOlder ? null : frame;
  }

  #drawChip(step, frame, isAtEnd) {
    const isStale = isAtEnd && !this.#moment.isOver && this.#isLost;
    const isOn = isAtEnd && frame && !isStale;
    this.#chip.className = `chip${isStale ? " stale" : isOn ? " on" : ""}`;
    const nothing = this.#log.hasPictures ? "No picture yet" : "No pictures";
    const place = frame ? "As it was" : step ? `After step ${step.number}` : nothing;
    const text = isStale ? "Connection lost" : isOn ? "Live" : this.#before ? "Before this step" : place;
    this.#chip.replaceChildren(...(isStale || isOn ? [h("i.dot"), text] : [text]));
  }

  #drawFrame(frame, isAtEnd) {
    this.#screen.show(frame);
    this.#screen.label = isAtEnd ? "The page, live" : "The page as it was";
    if (this.#shown === "live") return;
    this.#shown = "live";
    this.#view.replaceChildren(this.#screen.node);
  }

  /** Shows on the picture where something was done. */
  #drawRing(target) {
    const ring = this.#view.querySelector(".ring");
    if (!target || !this.#view.querySelector("canvas, img")) return ring?.remove();
    const { box: [x, y, width, height], view: [across, down] } = target;
    const node = ring ?? h("i.ring");
    const at = { left: x / across, top: y / down, width: width / across, height: height / down };
    for (const [name, share] of Object.entries(at)) node.style.setProperty(name, `${100 * share}%`);
    if (!ring) this.#view.firstChild.append(node);
  }

  #drawAddress(url) {
    const [, host = "", rest = ""] = /^https?:\/\/([^/]*)(.*)$/s.exec(url) ?? [];
    this.#address.replaceChildren(h("b", {}, visible(host || url)), visible(rest));
    this.#address.title = visible(url);
  }

  #drawPicture(step) {
    const key = step?.picture ?? (this.#log.hasPictures ? "later" : this.#log.records.length ? "none" : "unknown");
    if (this.#shown === key) return;
    this.#shown = key;
    const node = picture(step?.picture, { alt: step ? `The page after step ${step.number}` : "", kind: ".large" });
    if (key === "none") {
      node.append(h("span.why.plain", {}, "No pictures of this run. With ", h("code", {}, "SCREENSHOTS=1"),
        " or ", h("code", {}, "\"screenshots\": true"), " agent-api keeps one of each step."));
    }
    this.#view.replaceChildren(node);
  }
}

/** Where a record says that something was done, and when that began; null where it does not say. */
function targetOf(entry, at) {
  const { data, duration_ms: duration } = entry?.fields ?? {};
  const { box, view } = data ?? {};
  const isGiven = (list, length) => Array.isArray(list) && list.length === length && list.every(Number.isFinite);
  if (!isGiven(box, 4) || !isGiven(view, 2) || !(view[0] > 0 && view[1] > 0) || entry.at !== at) return null;
  return { box, view, at: entry.at - (Number(duration) || 0) / 1000 - 0.06 };
}
