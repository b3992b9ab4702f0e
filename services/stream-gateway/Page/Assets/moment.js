// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The one thing that picture, log and timeline of a run share: which moment they show.

/** @typedef {import("./run-log.js").RunLog} RunLog */

export const speeds = [1, 2, 4, 8, 16];
const quiet = 3; // seconds without a record that a replay may shorten
const shortened = 1; // seconds that are left of them

export class Moment {
  /** Seconds since the run's first record. */
  at = 0;
  /** Whether it is the end, wherever that is by now. */
  isLive = true;
  isPlaying = false;
  speed;
  /** Whether a replay shortens quiet times. */
  shortens = true;
  /** The index of the record that was chosen; -1 for none. */
  chosen = -1;
  #log;
  #skew;
  #listeners = [];
  #frame = 0;

  /**
   * @param {RunLog} log
   * @param {() => number} skew  How far the gateway's clock is ahead of ours, in milliseconds.
   */
  constructor(log, skew, speed = 1) {
    this.#log = log;
    this.#skew = skew;
    this.speed = speeds.includes(speed) ? speed : 1;
  }

  get isOver() { return this.#log.end !== null; }

  /** Where the run's end is, in seconds. */
  get head() {
    if (this.isOver || !this.#log.start) return this.#log.head;
    return Math.max(this.#log.head, (Date.now() + this.#skew() - this.#log.start) / 1000);
  }

  onchange(listener) { this.#listeners.push(listener); }

  /** Tells everybody. `reveal` says whether the log is to scroll to the moment. */
  changed(reveal = false) { for (const listener of this.#listeners) listener(reveal); }

  /** The run has gone on. */
  goOn() { if (this.isLive) this.at = this.head; }

  /** Shows another moment. */
  moveTo(at, chosen = null) {
    this.at = Math.max(0, Math.min(at, this.head));
    this.isLive = false;
    this.chosen = chosen ?? this.#log.indexAt(this.at);
    this.changed(true);
  }

  /** Shows the moment of a record. */
  choose(index) { this.moveTo(this.#log.records[index].at, index); }

  toLive() {
    this.play(false);
    this.isLive = true;
    this.at = this.head;
    this.chosen = -1;
    this.changed();
  }

  /** How much faster than that a quiet time goes by. */
  #hurry() {
    if (!this.shortens) return 1;
    const { records } = this.#log;
    const here = this.#log.indexAt(this.at);
    const length = (records[here + 1]?.at ?? this.head) - (records[here]?.at ?? 0);
    return length > quiet ? length / shortened : 1;
  }

  toggleShortening() {
    this.shortens = !this.shortens;
    this.changed();
  }

  faster(by) {
    this.speed = speeds[(speeds.indexOf(this.speed) + by + speeds.length) % speeds.length];
    this.changed();
  }

  /** Goes to the beginning of the step before or after. */
  step(by) {
    const steps = this.#log.steps;
    if (!steps.length) return;
    const here = steps.indexOf(this.#log.stepAt(this.at));
    this.moveTo(steps[Math.max(0, Math.min(steps.length - 1, here + by))].at);
  }

  /** Lets the run go by again. At its end this is live again. */
  play(isOn = !this.isPlaying) {
    cancelAnimationFrame(this.#frame);
    this.isPlaying = isOn;
    if (!isOn) return this.changed();
    if (this.at >= this.head - 0.05) this.at = 0;
    let last = performance.now();
    const tick = (time) => {
      const at = this.at + ((time - last) / 1000) * this.speed * this.#hurry();
      last = time;
      if (at >= this.head) return this.toLive();
      this.moveTo(at);
      this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
    this.changed();
  }
}
