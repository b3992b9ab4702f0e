// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Which records of a run are rows of its log: all, those of a level, or those with which a step begins. No document here.

import { isTrouble, rank } from "./run-log.js";

/** Name, text, and the least rank. */
export const levels = [["", "All", 0], ["warning", "Warnings", 2], ["error", "Errors", 3]];

export class LogRows {
  isFolded = false;
  /** The records, as indices. */
  records = [];
  /** Rows with which a step begins, and rows that are worth a look by themselves. */
  steps = [];
  troubles = [];
  #log;
  #level = "";
  #seen = 0;

  /**
   * @param {import("./run-log.js").RunLog} log
   * @param {string} level  A name; any other counts as all.
   */
  constructor(log, level) {
    this.#log = log;
    this.level = level;
  }

  get count() { return this.records.length; }

  get level() { return this.#level; }

  set level(name) { this.#level = levels.some(([known]) => known === name) ? name : ""; }

  entry(row) { return this.#log.records[this.records[row]]; }

  /** The row of a record, or of the last one before it; -1 for none. */
  rowOf(index) { return this.records.findLastIndex((one) => one <= index); }

  /** Takes the records that came. */
  grow() {
    for (; this.#seen < this.#log.records.length; this.#seen++) this.#take(this.#seen);
  }

  /** Takes all records anew. */
  refill() {
    this.records = [];
    this.steps = [];
    this.troubles = [];
    this.#seen = 0;
    this.grow();
  }

  #take(index) {
    const entry = this.#log.records[index];
    if (!this.#passes(entry)) return;
    const row = this.records.push(index) - 1;
    if (entry.begins !== undefined) this.steps.push(row);
    if (isTrouble(entry)) this.troubles.push(row);
  }

  #passes(entry) {
    if (this.isFolded) return entry.begins !== undefined;
    if (!this.#level) return true;
    return entry.kind === "log" && rank(entry.level) >= levels.find(([name]) => name === this.#level)[2];
  }
}
