// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Server-Sent Events from text that comes in pieces (the HTML standard, section 9.2).

/** @typedef {{ id: string, data: string }} ServerSentEvent  `id` is the event's own, or "" where it has none. */

export class EventParser {
  /** The id of the last event that is complete. */
  lastEventID;
  /** How many milliseconds to wait before the next connection, as far as the server has said. */
  retry = null;
  #id;
  #hasID = false;
  #data = null;
  #rest = "";
  #isFirst = true;

  constructor(lastEventID = "") {
    this.lastEventID = lastEventID;
    this.#id = lastEventID;
  }

  /**
   * Takes a piece of the stream, and returns the events that it completes. Events without data are left out; their ids
   * count.
   * @returns {ServerSentEvent[]}
   */
  feed(text) {
    if (this.#isFirst && text) {
      this.#isFirst = false;
      if (text.startsWith("\ufeff")) text = text.slice(1);
    }
    const events = [];
    const all = this.#rest + text;
    let from = 0;
    let feed = all.indexOf("\n");
    let back = all.indexOf("\r");
    while (feed >= 0 || back >= 0) {
      const isBack = back >= 0 && (feed < 0 || back < feed);
      const at = isBack ? back : feed;
      // A carriage return at the end may be the half of a line's end.
      if (isBack && at === all.length - 1) break;
      this.#line(all.slice(from, at), events);
      from = isBack && feed === at + 1 ? at + 2 : at + 1;
      if (feed >= 0 && feed < from) feed = all.indexOf("\n", from);
      if (isBack) back = all.indexOf("\r", from);
    }
    this.#rest = all.slice(from);
    return events;
  }

  #line(line, events) {
    if (line === "") return this.#dispatch(events);
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    else if (name === "id" && !value.includes("\0")) {
      this.#id = value;
      this.#hasID = true;
    } else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(events) {
    this.lastEventID = this.#id;
    if (this.#data !== null) events.push({ id: this.#hasID ? this.#id : "", data: this.#data });
    this.#data = null;
    this.#hasID = false;
  }
}
