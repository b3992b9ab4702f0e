// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The browser as the run saw it: the picture that belongs to the moment, and what the model thought of it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { iconButton, picture } from "./components.js";
import { visible } from "./format.js";
import { lastIndex } from "./run-log.js";

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
      h("figure.frame", {}, h("figcaption", {}, icon("lock"), this.#address, this.#chip, full), this.#view),
      this.#thoughts);
    moment.onchange(() => this.draw());
  }

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

  draw() {
    const { steps } = this.#log;
    const { at, isLive, isOver } = this.#moment;
    const pictured = steps.filter((step) => step.picture);
    let index = isLive ? pictured.length - 1 : lastIndex(pictured, (step) => step.pictureAt <= at + 0.05);
    if (this.#before) index -= 1;
    const step = pictured[index] ?? null;
    this.#drawAddress(this.#log.urlAt(step ? step.pictureAt : at));
    const isStale = isLive && !isOver && this.#isLost;
    this.#chip.className = `chip${isStale ? " stale" : ""}`;
    const nothing = this.#log.hasPictures ? "No picture yet" : "No pictures";
    const place = step ? `After step ${step.number}` : nothing;
    this.#chip.replaceChildren(...(isStale ? [h("i.dot"), "Connection lost"] : [place]));
    this.#drawPicture(step);
    this.#thoughts.replaceChildren(...thoughts.map(([name, mark, head]) => {
      const entry = this.#log.lastMarked(mark, at);
      const text = entry ? visible(entry.body.replace(head, "")) : h("span.none", {}, "None yet");
      return h("div", {}, h("dt", {}, name), h("dd", {}, text));
    }));
    this.#thoughts.hidden = !thoughts.some(([, mark]) => this.#log.lastMarked(mark, Infinity));
  }

  #drawAddress(url) {
    const [, host = "", rest = ""] = /^https?:\/\/([^/]*)(.*)$/s.exec(url) ?? [];
    this.#address.replaceChildren(h("b", {}, visible(host || url)), visible(rest));
    this.#address.title = visible(url);
  }

  #drawPicture(step) {
    const key = step?.picture ?? (this.#log.hasPictures ? "later" : "none");
    if (this.#shown === key) return;
    this.#shown = key;
    const node = picture(step?.picture, { alt: step ? `The page after step ${step.number}` : "", kind: ".large" });
    if (key === "none") {
      node.append(h("span.why.plain", {}, "No pictures of this run. With ", h("code", {}, "SCREENSHOTS=1"),
        " agent-api takes one after each step."));
    }
    this.#view.replaceChildren(node);
  }
}
