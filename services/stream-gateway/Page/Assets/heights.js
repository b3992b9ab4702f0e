// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The heights of all rows of a list. They are estimated until a row was in the document once, then measured. Sums are kept
// for blocks, so finding a row by position, or a position by row, takes a few hundred additions and no tree.

const block = 128; // rows

export class Heights {
  count = 0;
  /** All of them together, in pixels. */
  total = 0;
  #estimates;
  #heights = new Float32Array(1024);
  #isMeasured = new Uint8Array(1024);
  #sums = [];

  /** @param {() => (row: number) => number} estimates  Gives what says the likely height of a row, in pixels. */
  constructor(estimates) { this.#estimates = estimates; }

  of(row) { return this.#heights[row]; }

  isMeasured(row) { return this.#isMeasured[row] === 1; }

  /** Sets how many rows there are. Rows that were there keep their heights. */
  resize(count) {
    const from = Math.min(this.count, count);
    if (count > this.#heights.length) {
      const length = 2 ** Math.ceil(Math.log2(count));
      const heights = new Float32Array(length);
      const isMeasured = new Uint8Array(length);
      heights.set(this.#heights);
      isMeasured.set(this.#isMeasured);
      this.#heights = heights;
      this.#isMeasured = isMeasured;
    }
    this.count = count;
    this.#estimateFrom(from);
  }

  /** Forgets all that was measured: another width, other rows. */
  forget() { this.#estimateFrom(0); }

  /** A row may have another height than it had. */
  forgetRow(row) { this.#isMeasured[row] = 0; }

  /** Notes the real height of a row, and says whether it is another one than was thought. */
  measured(row, height) {
    this.#isMeasured[row] = 1;
    if (height === this.#heights[row]) return false;
    const more = height - this.#heights[row];
    this.#sums[Math.floor(row / block)] += more;
    this.total += more;
    this.#heights[row] = height;
    return true;
  }

  /** Where a row begins, in pixels from the first one. */
  position(row) {
    const whole = Math.floor(row / block);
    let at = 0;
    for (let index = 0; index < whole; index++) at += this.#sums[index];
    for (let index = whole * block; index < row; index++) at += this.#heights[index];
    return at;
  }

  /** The row at a position. */
  rowAt(position) {
    if (position <= 0) return 0;
    let index = 0;
    let at = 0;
    while (index < this.#sums.length - 1 && at + this.#sums[index] <= position) at += this.#sums[index++];
    let row = index * block;
    while (row < this.count - 1 && at + this.#heights[row] <= position) at += this.#heights[row++];
    return row;
  }

  #estimateFrom(from) {
    const estimate = this.#estimates();
    for (let row = from; row < this.count; row++) {
      this.#heights[row] = estimate(row);
      this.#isMeasured[row] = 0;
    }
    this.#sums.length = Math.ceil(this.count / block);
    for (let index = Math.floor(from / block); index < this.#sums.length; index++) {
      const end = Math.min((index + 1) * block, this.count);
      let sum = 0;
      for (let row = index * block; row < end; row++) sum += this.#heights[row];
      this.#sums[index] = sum;
    }
    this.total = this.#sums.reduce((sum, one) => sum + one, 0);
  }
}
