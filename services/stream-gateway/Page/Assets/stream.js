// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The page's side of the worker that reads streams.

import { asset } from "./dom.js";
import { entries } from "./record.js";

/**
 * @typedef {object} ConnectionState
 * @property {"connecting" | "live" | "reconnecting" | "refused" | "over" | "paused"} state
 * @property {number} [since]  Since when it is lost, in milliseconds since 1970.
 * @property {number} [retryAt]
 * @property {number} [status]
 * @property {string} [reason]
 */

// The only script that the page makes a worker of; the content security policy lets no other through.
const workerURL = asset("./stream-worker.js");
const policy = globalThis.trustedTypes?.createPolicy("stepcast", { createScriptURL: () => workerURL });
const hiddenFor = 30_000; // milliseconds until a page that nobody sees lets its connections go

let worker = null;
let nextKey = 1;
/** @type {Map<number, Stream>} */
const streams = new Map();
/** All that were not closed, whether they have a connection or not. @type {Set<Stream>} */
const all = new Set();
let hiding = 0;

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(() => all.forEach((stream) => stream.letGo()), hiddenFor);
  else all.forEach((stream) => stream.comeBack());
});
// A page that the browser keeps for "back" must not keep connections, since there are six to a host. Its worker may be
// stopped before it reads a message.
addEventListener("pagehide", () => {
  all.forEach((stream) => stream.letGo());
  worker?.terminate();
  worker = null;
});
addEventListener("pageshow", ({ persisted }) => { if (persisted) all.forEach((stream) => stream.comeBack()); });

function started() {
  if (worker) return worker;
  worker = new Worker(policy ? policy.createScriptURL("") : workerURL, { type: "module" });
  worker.addEventListener("error", () => {
    for (const stream of streams.values()) stream.fail();
  });
  worker.addEventListener("message", ({ data }) => streams.get(data.key)?.receive(data));
  return worker;
}

/**
 * The records of a run as they come, over any number of connections, each once; or the pictures of runs, the latest of
 * each.
 */
export class Stream {
  /** The place to resume from. */
  lastEventID;
  /** How far the gateway's clock is ahead of ours, in milliseconds. */
  skew = 0;
  #path;
  #key = 0;
  #onentries;
  #onframes;
  #onstate;
  #state = { state: "connecting" };

  /**
   * @param {string} path
   * @param {{ onentries?: (entries: import("./record.js").Entry[], isMore: boolean) => void,
   *   onframes?: (frames: import("./frames.js").Frame[]) => void,
   *   onstate: (state: ConnectionState, told?: string) => void, lastEventID?: string }} options
   */
  constructor(path, { onentries, onframes, onstate, lastEventID = "" }) {
    this.#path = path;
    this.#onentries = onentries;
    this.#onframes = onframes;
    this.#onstate = onstate;
    this.lastEventID = lastEventID;
    all.add(this);
    this.#open();
  }

  get state() { return this.#state; }

  retry() { worker?.postMessage({ key: this.#key, does: "retry" }); }

  close() {
    all.delete(this);
    this.#disconnect();
  }

  /** The worker does not run: nothing will come. */
  fail() {
    this.#change({ state: "refused", reason: "The page cannot run its worker here. Reload it, or use another browser." });
  }

  receive(message) {
    if (message.serverTime) this.skew = message.serverTime - Date.now();
    if (message.entries) {
      this.lastEventID = message.lastEventID ?? this.lastEventID;
      this.#onentries(entries(message.entries), message.isMore);
      worker.postMessage({ key: this.#key, does: "taken" });
    }
    if (message.frames) {
      this.#onframes(message.frames);
      worker.postMessage({ key: this.#key, does: "taken" });
    }
    if (message.state?.state === "told") this.#onstate(this.#state, message.state.message);
    else if (message.state) this.#change(message.state);
  }

  /** Gives the connection up until the page is seen again. */
  letGo() {
    if (this.#state.state === "over" || this.#state.state === "paused") return;
    this.#disconnect();
    this.#change({ state: "paused", since: Date.now() });
  }

  comeBack() {
    if (this.#state.state !== "paused") return;
    this.#change({ state: "connecting", since: this.#state.since });
    this.#open();
  }

  #open() {
    this.#key = nextKey++;
    streams.set(this.#key, this);
    const does = this.#onframes ? "watch" : "open";
    started().postMessage({ key: this.#key, does, path: this.#path, lastEventID: this.lastEventID });
  }

  #disconnect() {
    if (!this.#key) return;
    streams.delete(this.#key);
    worker?.postMessage({ key: this.#key, does: "close" });
    this.#key = 0;
  }

  #change(state) {
    this.#state = state;
    this.#onstate(state);
  }
}
