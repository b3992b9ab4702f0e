// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A list of any length with rows of any height, of which at most 200 are in the document.
//
// What is true is the anchor: the first row in view and how far it is scrolled; the scroll position follows from it. Rows
// stand in normal flow between two spacers, so selecting text, the browser's own find and screen readers meet an
// ordinary document.

import { Heights } from "./heights.js";

const most = 200; // rows in the document
const ahead = 300; // pixels beyond each edge
const slowly = 500; // milliseconds between drawings while rows pour in
const tail = 12; // pixels below the last row

export class WindowedList {
  /** Is called after each drawing. */
  onmove = () => {};
  rows;
  #scroller;
  #heights;
  #render;
  #above;
  #below;
  #shown = new Map();
  #anchor = { row: 0, offset: 0 };
  #isFollowing = true;
  #isScheduled = false;
  #isStale = false;
  #isPlaced = false; // the anchor was set and is not drawn yet: the scroll position says nothing until then
  #changed = new Set(); // rows to be drawn again
  #written = -1; // the scroll position that we have set ourselves
  #width = 0;
  #drawn = -Infinity; // when, by the page's clock

  /**
   * @param {HTMLElement} scroller
   * @param {{ render: (row: number) => HTMLElement, estimates: () => (row: number) => number }} options
   */
  constructor(scroller, { render, estimates }) {
    this.#scroller = scroller;
    this.#render = render;
    this.#heights = new Heights(estimates);
    [this.#above, this.rows, this.#below] = ["spacer", "rows", "spacer"].map((name) => {
      const node = document.createElement("div");
      node.className = name;
      return node;
    });
    scroller.append(this.#above, this.rows, this.#below);
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width === this.#width) return this.#schedule();
      this.#width = contentRect.width;
      this.refresh();
    }).observe(scroller);
  }

  /** Whether the list stays at its end. */
  get isFollowing() { return this.#isFollowing; }
  get count() { return this.#heights.count; }
  /** The first row in view. */
  get first() { return this.#anchor.row; }
  get total() { return this.#heights.total; }

  /** How far below the upper edge of what is in view a row begins, in pixels. */
  below(row) { return this.#heights.position(row) - this.#scroller.scrollTop; }

  /** The share of the list's height at which a row lies. */
  share(row) { return this.#heights.position(row) / Math.max(1, this.total); }

  /**
   * There are more rows at the end; nothing else has changed.
   * @param {boolean} isMore  Whether others follow at once: then it is not drawn for each few of them.
   */
  grow(count, isMore = false) {
    this.#heights.resize(count);
    if (!isMore || performance.now() - this.#drawn > slowly) this.#schedule();
  }

  /** Other rows than before, of which the given one stays where the eye is. */
  replace(count, row) {
    this.#heights.resize(count);
    this.refresh(row);
  }

  /** The same rows, but they look different. */
  refresh(row = this.#anchor.row) {
    this.#isStale = true;
    this.#isPlaced = true;
    this.#heights.forget();
    this.#anchor = { row: Math.max(0, Math.min(row, this.count - 1)), offset: 0 };
    this.#schedule();
  }

  /** A row is to be drawn again, perhaps with another height. */
  again(row) {
    this.#changed.add(row);
    this.#schedule();
  }

  follow(isOn = true) {
    this.#isFollowing = isOn;
    if (!isOn) return;
    this.#isPlaced = true;
    this.#schedule();
  }

  /** Brings a row into view; nothing moves if it is there already. */
  reveal(row) {
    const position = this.#heights.position(row);
    const height = this.#scroller.clientHeight;
    const now = this.#heights.position(this.#anchor.row) + this.#anchor.offset;
    this.#isFollowing = false;
    if (position >= now + 36 && position + this.#heights.of(row) <= now + height - 8) return;
    this.#place(position - height * 0.35);
  }

  scrollTo(position) {
    this.#isFollowing = false;
    this.#place(position);
  }

  /** Writes, reads, and writes again where a height was not as thought. */
  draw() {
    this.#isScheduled = false;
    this.#isPlaced = false;
    const height = this.#scroller.clientHeight;
    if (this.#isStale) {
      this.#isStale = false;
      this.rows.replaceChildren();
      this.#shown.clear();
    }
    const focused = this.#removeChanged();
    for (let round = 0; round < 4; round++) {
      const lowest = Math.max(0, this.total + tail - height);
      let position = this.#heights.position(this.#anchor.row) + this.#anchor.offset;
      if (this.#isFollowing || position > lowest) this.#setPosition((position = lowest));
      const first = this.#heights.rowAt(position - ahead);
      const last = Math.min(this.#heights.rowAt(position + height + ahead), first + most - 1, this.count - 1);
      this.#removeOutside(first, last);
      this.#space(first, last);
      this.#addInside(first, last);
      if (!this.#measure()) break;
      this.#space(first, last);
    }
    if (focused !== null) this.#shown.get(focused)?.focus({ preventScroll: true });
    this.#scroll(height);
    this.#drawn = performance.now();
    this.onmove();
  }

  /** Takes rows away that are to be drawn again. Returns the one that had the focus. */
  #removeChanged() {
    let focused = null;
    for (const row of this.#changed) {
      const node = this.#shown.get(row);
      if (node?.contains(document.activeElement)) focused = row;
      node?.remove();
      this.#shown.delete(row);
      this.#heights.forgetRow(row);
    }
    this.#changed.clear();
    return focused;
  }

  #removeOutside(first, last) {
    for (const [row, node] of this.#shown) {
      if (row >= first && row <= last) continue;
      // The keyboard must not end up nowhere.
      if (node.contains(document.activeElement)) this.#scroller.focus({ preventScroll: true });
      node.remove();
      this.#shown.delete(row);
    }
  }

  #addInside(first, last) {
    let next = this.rows.firstChild;
    for (let row = first; row <= last; row++) {
      let node = this.#shown.get(row);
      if (!node) {
        node = this.#render(row);
        node.dataset.row = row;
        this.#shown.set(row, node);
        this.rows.insertBefore(node, next);
      } else next = node.nextSibling;
    }
  }

  #measure() {
    let hasChanged = false;
    for (const [row, node] of this.#shown) {
      if (this.#heights.isMeasured(row)) continue;
      hasChanged = this.#heights.measured(row, node.offsetHeight) || hasChanged;
    }
    return hasChanged;
  }

  #scroll(height) {
    const wanted = this.#isFollowing
      ? Math.max(0, this.total + tail - height)
      : Math.min(this.total + tail - height, this.#heights.position(this.#anchor.row) + this.#anchor.offset);
    if (Math.abs(this.#scroller.scrollTop - wanted) <= 1) return;
    this.#scroller.scrollTop = Math.round(wanted);
    this.#written = this.#scroller.scrollTop;
  }

  #scrolled() {
    if (this.#isPlaced) return;
    const position = this.#scroller.scrollTop;
    if (Math.abs(position - this.#written) <= 1) {
      this.#written = -1;
      return;
    }
    this.#setPosition(position);
    this.#isFollowing = position + this.#scroller.clientHeight >= this.#scroller.scrollHeight - 4;
    this.#schedule();
  }

  #place(position) {
    this.#setPosition(Math.max(0, position));
    this.#isPlaced = true;
    this.#schedule();
  }

  #space(first, last) {
    this.#above.style.height = `${this.#heights.position(first)}px`;
    const rest = this.total - this.#heights.position(Math.min(last + 1, this.count));
    this.#below.style.height = `${tail + Math.max(0, rest)}px`;
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.draw());
  }

  #setPosition(position) {
    const row = this.#heights.rowAt(position);
    this.#anchor = { row, offset: position - this.#heights.position(row) };
  }
}
