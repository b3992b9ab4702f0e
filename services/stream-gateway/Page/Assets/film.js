// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The live pictures of a run that this tab has seen lately, so that one can go back while it goes on.

import { lastIndex } from "./run-log.js";

const longest = 120_000; // milliseconds
const largest = 24 << 20; // bytes

/** @typedef {import("./frames.js").Frame} Frame */

export class Film {
  /** @type {Frame[]} */
  #frames = [];
  #bytes = 0;

  get latest() { return this.#frames.at(-1) ?? null; }

  /** @param {Frame} frame */
  add(frame) {
    if (frame.state === "none" || frame.tag === this.latest?.tag) return;
    this.#frames.push(frame);
    this.#bytes += frame.jpeg.byteLength;
    while (this.#bytes > largest || frame.time - this.#frames[0].time > longest) {
      // The last one of a page that stands still is not let go of.
      if (this.#frames.length === 1) break;
      this.#bytes -= this.#frames.shift().jpeg.byteLength;
    }
  }

  /** The picture that was the latest at a time, in milliseconds since 1970; null before the first one. */
  at(time) { return this.#frames[lastIndex(this.#frames, (frame) => frame.time <= time)] ?? null; }
}
