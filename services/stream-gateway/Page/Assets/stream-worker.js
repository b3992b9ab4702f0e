// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Reads streams of records off the main thread, by fetch: unlike EventSource it sees the status, and can resume where a
// page left off. What came is posted in batches, one at a time, so a busy page is never flooded.

import { EventParser } from "./sse.js";
import { entry } from "./record.js";

const pause = 50; // milliseconds between batches
const largest = 2000; // entries of a batch
const shortestWait = 200; // milliseconds before another attempt, whatever the server says
const longestSilence = 45_000; // milliseconds; a gateway sends a heartbeat every 15 s unless it is set to another time

/** @type {Map<number, Connection>} */
const connections = new Map();

addEventListener("message", ({ data }) => {
  const { key, does } = data;
  if (does === "open") connections.set(key, new Connection(key, data.path, data.lastEventID));
  const connection = connections.get(key);
  if (does === "taken") connection?.taken();
  if (does === "retry") connection?.retryNow();
  if (does === "close") {
    connection?.close();
    connections.delete(key);
  }
});

class Connection {
  #key;
  #path;
  #parser;
  #waiting = []; // entries that the page has not been given
  #isTaken = true; // whether the page has dealt with the last batch
  #room = null; // resolves when there is room for more
  #timer = 0;
  #abort = new AbortController();
  #isClosed = false;
  #isOver = false; // the end of the run was read
  #attempts = 0;
  #skipPause = null;
  #silence = longestSilence;

  constructor(key, path, lastEventID) {
    this.#key = key;
    this.#path = path;
    this.#parser = new EventParser(lastEventID);
    this.#run();
  }

  taken() {
    this.#isTaken = true;
    if (this.#waiting.length) this.#schedule();
  }

  retryNow() { this.#skipPause?.(); }

  close() {
    this.#isClosed = true;
    this.#abort.abort();
    this.#skipPause?.();
    this.#room?.();
    clearTimeout(this.#timer);
  }

  #tell(state, more = {}) { postMessage({ key: this.#key, state: { state, ...more } }); }

  async #run() {
    let lost = 0;
    while (!this.#isClosed && !this.#isOver) {
      const outcome = await this.#read();
      if (this.#isClosed) return;
      if (this.#isOver || outcome.state === "over") break;
      lost ||= Date.now();
      if (this.#attempts === 0) lost = Date.now();
      const wait = Math.max(outcome.wait ?? 0, this.#backoff());
      this.#tell(outcome.state, { ...outcome, since: lost, retryAt: Date.now() + wait });
      await new Promise((resolve) => {
        this.#skipPause = resolve;
        setTimeout(resolve, wait);
      });
      this.#skipPause = null;
      this.#attempts += 1;
    }
    this.#tell("over");
  }

  /** How long to wait before the next attempt: what the server asked for, then longer each time, never the same. */
  #backoff() {
    const first = Math.max(shortestWait, this.#parser.retry ?? 1000);
    return Math.min(15_000, first * 2 ** Math.min(this.#attempts, 6)) * (0.75 + Math.random() / 2);
  }

  /** One connection, to its end. Says why it ended. */
  async #read() {
    this.#abort = new AbortController();
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => this.#abort.abort("silent"), this.#silence);
    };
    try {
      heard();
      const id = this.#parser.lastEventID;
      const response = await fetch(this.#path, {
        headers: id ? { "Last-Event-ID": id } : {}, signal: this.#abort.signal, cache: "no-store",
      });
      if (response.status === 204) return { state: "over" };
      if (!response.ok) return await refusal(response);
      this.#tell("live");
      const parser = new EventParser(id);
      parser.retry = this.#parser.retry;
      this.#parser = parser;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { state: "reconnecting", reason: "The gateway closed the connection." };
        heard();
        this.#take(parser.feed(value));
        if (this.#waiting.length >= 2 * largest) await new Promise((resolve) => { this.#room = resolve; });
        if (this.#isClosed) return { state: "over" };
      }
    } catch {
      if (this.#abort.signal.reason === "silent") this.#silence = 2 * longestSilence;
      return { state: "reconnecting", reason: "The connection was lost." };
    } finally {
      clearTimeout(silence);
      this.#abort.abort();
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
      this.#attempts = 0;
      if (event.type === "error") this.#tell("told", { message: String(event.message ?? "") });
      if (event.type === "connected" || event.type === "heartbeat") {
        postMessage({ key: this.#key, serverTime: Date.parse(event.timestamp) });
      }
      const one = entry(event, id);
      if (one) this.#waiting.push(one);
      if (event.type === "end" || event.type === "batch_end") this.#isOver = true;
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
      const lastEventID = this.#waiting.length ? entries.findLast(({ id }) => id)?.id : this.#parser.lastEventID;
      postMessage({ key: this.#key, entries, lastEventID });
      if (this.#waiting.length < 2 * largest) {
        this.#room?.();
        this.#room = null;
      }
    }, this.#waiting.length < largest ? pause : 0);
  }
}

/** Why the gateway does not show the run, and when to ask again. */
async function refusal(response) {
  const after = Number(response.headers.get("Retry-After") ?? 0) * 1000;
  let reason = response.statusText;
  try {
    const problem = await response.json();
    const [error] = problem.errors ?? [];
    reason = error ? `${problem.detail} ${error.field}: ${error.message}.` : problem.detail;
  } catch {
    // A proxy's own page says nothing to people.
  }
  // What is refused for good is tried again only now and then: somebody may change it.
  const wait = [429, 502, 503, 504].includes(response.status) ? after : 60_000;
  return { state: "refused", status: response.status, reason, wait };
}
