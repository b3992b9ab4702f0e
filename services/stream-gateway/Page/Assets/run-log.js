// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What the page knows of one run: its records in order, its steps, and where the marked ones are.

import { notice } from "./record.js";

/**
 * @typedef {object} Step
 * @property {number} number
 * @property {string} title  What it is about.
 * @property {string} page  The page that it began on, as the log calls it.
 * @property {string} url
 * @property {number} first  The index of its first record.
 * @property {number} at  When it began, in seconds since the run's first record.
 * @property {number} acts  When the browser began to act, the same way; before that a model thought.
 * @property {number | null} end  When it ended; null while it goes on.
 * @property {string | null} picture  Where its picture is.
 * @property {boolean} isBad
 */

const ranks = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3, CRITICAL: 4 };
export const rank = (level) => ranks[level] ?? 1;
/** Whether a record is worth a look by itself. */
export const isTrouble = (entry) => rank(entry.level) >= 2;

const pictureTarget = /^\/api\/agents\/[A-Za-z0-9._:-]{1,128}\/screenshots\/[0-9]{1,4}$/;
const most = 200_000; // records
const batch = 50_000; // records that are let go of at once
const thoughts = ["goal", "good", "warn", "unknown", "memory"];

export class RunLog {
  /** @type {import("./record.js").Entry[]} */
  records = [];
  /** @type {Step[]} */
  steps = [];
  /** When the first record was said, in milliseconds since 1970. */
  start = 0;
  /** The run's `end`, once it came. */
  end = null;
  hasPictures = false;
  /** The records that are worth a look by themselves, and the gaps, in order. */
  troubles = [];
  gaps = [];
  /** How many records were let go of to keep the page small. */
  dropped = 0;
  #marked = new Map();
  #places = []; // where the browser was, as far as the log says: { at, url }
  #last = 0;

  /** How many seconds after the first record the last one was said. */
  get head() { return this.#last; }

  /**
   * Adds what came.
   * @returns {{ dropped: number, changedSteps: boolean }}  By how much indices are smaller than before, and whether
   *   steps have changed.
   */
  append(entries) {
    let changedSteps = false;
    for (const entry of entries) {
      if (!this.start && entry.time) this.start = entry.time;
      // Clocks of publishers may differ; what came later is not shown as earlier.
      entry.at = Math.max(this.#last, (entry.time - this.start) / 1000 || 0);
      this.#last = entry.at;
      this.#note(entry);
      if (entry.kind === "screenshot") changedSteps = this.#picture(entry) || changedSteps;
      else if (entry.kind === "end") {
        this.end = entry;
        this.#close(entry.at);
        if (entry.fields.status === "failed" && this.steps.length) this.steps.at(-1).isBad = true;
        changedSteps = true;
      } else changedSteps = this.#record(entry) || changedSteps;
    }
    let dropped = 0;
    while (this.records.length > most) dropped += this.#drop();
    return { dropped, changedSteps };
  }

  /** The step that goes on at a time. */
  stepAt(at) { return this.steps[lastIndex(this.steps, (step) => step.at <= at + 0.001)] ?? null; }

  /** The last record that was said at a time, as an index; -1 before the first. */
  indexAt(at) { return lastIndex(this.records, (entry) => entry.at <= at + 0.001); }

  /** The last record with a mark that was said at a time. */
  lastMarked(mark, at) {
    const indices = this.#marked.get(mark) ?? [];
    const found = lastIndex(indices, (index) => this.records[index].at <= at + 0.001);
    return found < 0 ? null : this.records[indices[found]];
  }

  /** The address of the page that the browser was on at a time. */
  urlAt(at) { return this.#places[lastIndex(this.#places, (place) => place.at <= at + 0.001)]?.url ?? ""; }

  #note(entry) {
    const { url } = entry;
    const isAddress = url && /^(https?|about):/.test(url);
    if (isAddress && this.#places.at(-1)?.url !== url) this.#places.push({ at: entry.at, url });
  }

  #record(entry) {
    const index = this.records.push(entry) - 1;
    if (entry.kind === "gap") this.gaps.push(entry);
    else if (isTrouble(entry)) this.troubles.push(entry);
    let changed = false;
    if (entry.step && entry.step > (this.steps.at(-1)?.number ?? 0)) {
      this.#close(entry.at);
      const { title, page, url } = this.#heading(entry);
      this.steps.push({
        number: entry.step, title, page, url, first: index, at: entry.at, acts: entry.at, end: null, picture: null,
        isBad: false,
      });
      entry.begins = this.steps.length - 1;
      changed = true;
    }
    const step = this.steps.at(-1);
    entry.stepIndex = this.steps.length - 1;
    if (step && thoughts.includes(entry.mark)) {
      step.acts = entry.at;
      if (entry.mark === "goal") step.title = entry.body.replace(/^Next goal: /, "");
      changed = true;
    }
    if (step && entry.level === "ERROR") step.isBad = changed = true;
    if (!this.#marked.has(entry.mark)) this.#marked.set(entry.mark, []);
    this.#marked.get(entry.mark).push(index);
    return changed;
  }

  /** "Step 3: title (address)" in its parts. */
  #heading(entry) {
    const text = entry.body.replace(/^Step \d+: /, "");
    const found = /^(.*) \(((?:https?|about):[^\s)]*)\)$/s.exec(text);
    if (found) return { title: found[1], page: found[1], url: found[2] };
    return { title: text, page: text, url: entry.url };
  }

  #picture(entry) {
    const step = this.steps.findLast((one) => one.number === entry.step);
    const url = entry.fields.url;
    if (!step || typeof url !== "string" || !pictureTarget.test(url)) return false;
    step.picture = url;
    step.pictureAt = entry.at;
    this.hasPictures = true;
    return true;
  }

  #close(at) {
    const step = this.steps.at(-1);
    if (step && step.end === null) step.end = at;
  }

  /** Lets the oldest records go, and says in their place that they are not here. Returns how many. */
  #drop() {
    const { time, at } = this.records[batch];
    this.dropped += batch;
    const said = notice(`${this.dropped.toLocaleString("en")} older records are not kept by this page.`, time);
    said.at = at;
    // It takes the place of the last one that goes, or of the notice before.
    this.records.splice(0, batch + 1, said);
    this.troubles = this.troubles.filter((entry) => entry.at >= at);
    this.gaps = this.gaps.filter((entry) => entry.at >= at);
    this.#marked.clear();
    this.records.forEach((entry, index) => {
      if (!this.#marked.has(entry.mark)) this.#marked.set(entry.mark, []);
      this.#marked.get(entry.mark).push(index);
    });
    for (const step of this.steps) step.first = Math.max(0, step.first - batch);
    return batch;
  }
}

/** The last index in an ordered list that still holds, by halving; -1 for none. */
export function lastIndex(list, holds) {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(list[middle])) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
