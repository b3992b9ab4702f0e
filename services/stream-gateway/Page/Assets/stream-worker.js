// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Reads streams off the main thread, by fetch: unlike EventSource it sees the status, and can resume where a page left
// off. What came is posted piece by piece, the next when the page has dealt with the last, so a busy page is never
// flooded.

import { EventParser } from "./sse.js";
import { idAt, valuesOf, width } from "./record.js";
import { Attempts } from "./attempts.js";
import { FrameParser, frame } from "./frames.js";

const pause = 50; // milliseconds between batches
const largest = 2000 * width; // values of a batch

/** @type {Map<number, Attempts>} */
const connections = new Map();

addEventListener("message", ({ data }) => {
  const { key, does, path, lastEventID } = data;
  if (does === "open") connections.set(key, new RecordConnection(key, path, lastEventID));
  if (does === "watch") connections.set(key, new FrameConnection(key, path));
  const connection = connections.get(key);
  if (does === "taken") connection?.taken();
  if (does === "retry") connection?.retryNow();
  if (does === "close") {
    connection?.close();
    connections.delete(key);
  }
});

/** The records of a run, in batches. */
class RecordConnection extends Attempts {
  #parser;
  #waiting = []; // values of entries that the page has not been given
  #isTaken = true; // whether the page has dealt with the last batch
  #room = null; // resolves when there is room for more
  #timer = 0;

  constructor(key, path, lastEventID) {
    super(key);
    this.#parser = new EventParser(lastEventID);
    this.run((signal) => {
      const id = this.#parser.lastEventID;
      return fetch(path, { headers: id ? { "Last-Event-ID": id } : {}, signal, cache: "no-store" });
    }, (response, heard) => this.#read(response, heard));
  }

  taken() {
    this.#isTaken = true;
    if (this.#waiting.length) this.#schedule();
  }

  close() {
    super.close();
    this.#room?.();
    clearTimeout(this.#timer);
  }

  async #read(response, heard) {
    const parser = new EventParser(this.#parser.lastEventID);
    this.#parser = parser;
    const reader = response.body.getReader();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.isClosed) return;
      heard();
      this.#take(parser.feed(decoder.decode(value, { stream: true })));
      this.pause = parser.retry ?? this.pause;
      if (this.#waiting.length >= 2 * largest) await new Promise((resolve) => { this.#room = resolve; });
    }
  }

  #take(events) {
    for (const { id, data } of events) {
      let event;
      try {
        event = JSON.parse(data);
      } catch {
        continue; // not of this protocol
      }
      this.succeeded();
      if (event.type === "error") this.tell("told", { message: String(event.message ?? "") });
      if (event.type === "connected" || event.type === "heartbeat") {
        postMessage({ key: this.key, serverTime: Date.parse(event.timestamp) });
      }
      const values = valuesOf(event, id, data);
      if (values) this.#waiting.push(...values);
      if (event.type === "end" || event.type === "batch_end") this.isOver = true;
    }
    if (this.#waiting.length) this.#schedule();
  }

  #schedule() {
    if (!this.#isTaken || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#isTaken = false;
      const entries = this.#waiting.splice(0, largest);
      // Never ahead of what the page has been given.
      const lastEventID = this.#waiting.length
        ? entries.findLast((value, at) => at % width === idAt && value)
        : this.#parser.lastEventID;
      postMessage({ key: this.key, entries, lastEventID, isMore: this.#waiting.length >= largest });
      if (this.#waiting.length < 2 * largest) {
        this.#room?.();
        this.#room = null;
      }
    }, this.#waiting.length < largest ? pause : 0);
  }
}

/** Pictures of runs. The page is given the latest one of a run, whatever came before it. */
class FrameConnection extends Attempts {
  /** @type {Map<string, object>} */
  #waiting = new Map();
  #isTaken = true;

  constructor(key, path) {
    super(key);
    this.run((signal) => fetch(path, { signal, cache: "no-store" }), async (response, heard) => {
      const parser = new FrameParser();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.isClosed) return;
        heard();
        for (const part of parser.feed(value)) {
          this.succeeded();
          const one = frame(part);
          this.#waiting.set(one.run, one);
        }
        this.#give();
      }
    });
  }

  taken() {
    this.#isTaken = true;
    this.#give();
  }

  #give() {
    if (!this.#isTaken || !this.#waiting.size) return;
    this.#isTaken = false;
    const frames = [...this.#waiting.values()];
    this.#waiting.clear();
    postMessage({ key: this.key, frames }, frames.map(({ jpeg }) => jpeg));
  }
}
