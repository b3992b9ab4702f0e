// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A place for live pictures: the latest one that it was given, drawn when it is decoded.

import { h } from "./dom.js";
import { icon } from "./icons.js";

export class Screen {
  node;
  #canvas;
  #why;
  #shown = null; // the frame that is drawn or being decoded
  #isDecoding = false;
  #next = null;

  constructor(kind = "", label = "") {
    this.#canvas = h("canvas", label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" });
    this.#why = h("span.why", { hidden: true }, icon("lock"), " This page showed a secret, so it was not pictured.");
    this.node = h(`span.pic.screen${kind}`, {}, this.#canvas, this.#why);
  }

  get label() { return this.#canvas.getAttribute("aria-label"); }
  set label(text) { this.#canvas.setAttribute("aria-label", text); }

  /** @param {import("./frames.js").Frame} frame */
  show(frame) {
    if (frame === this.#shown) return;
    this.#shown = frame;
    const isWithheld = frame.state === "withheld";
    this.#why.hidden = !isWithheld;
    this.#canvas.hidden = isWithheld;
    this.node.classList.toggle("hatched", isWithheld);
    if (isWithheld) return;
    this.#next = frame;
    this.#decode();
  }

  async #decode() {
    if (this.#isDecoding) return;
    this.#isDecoding = true;
    while (this.#next) {
      const frame = this.#next;
      this.#next = null;
      try {
        const bitmap = await createImageBitmap(new Blob([frame.jpeg], { type: "image/jpeg" }));
        this.#canvas.width = bitmap.width;
        this.#canvas.height = bitmap.height;
        this.#canvas.getContext("2d").drawImage(bitmap, 0, 0);
        bitmap.close();
      } catch {
        // No picture; the one before stays.
      }
    }
    this.#isDecoding = false;
  }
}
