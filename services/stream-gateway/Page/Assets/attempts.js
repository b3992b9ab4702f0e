// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A connection that is made again until it has come to its end.

const shortestWait = 200; // milliseconds before another attempt, whatever the server says
const longestSilence = 45_000; // milliseconds; a gateway sends something every 15 s unless it is set to another time

export class Attempts {
  isClosed = false;
  /** What is read has come to its end. */
  isOver = false;
  /** How long the server asks to wait before another attempt, in milliseconds. */
  pause = 1000;
  key;
  #abort = new AbortController();
  #attempts = 0;
  #skipPause = null;
  #silence = longestSilence;

  /** @param {number} key  What the page calls the connection. */
  constructor(key) { this.key = key; }

  retryNow() { this.#skipPause?.(); }

  close() {
    this.isClosed = true;
    this.#abort.abort();
    this.#skipPause?.();
  }

  tell(state, more = {}) { postMessage({ key: this.key, state: { state, ...more } }); }

  /** Something came that the server does not send to everybody: the next attempt is the first one again. */
  succeeded() { this.#attempts = 0; }

  /**
   * Connects until it is over.
   * @param {(signal: AbortSignal) => Promise<Response>} open
   * @param {(response: Response, heard: () => void) => Promise<void>} read  Until the connection ends.
   */
  async run(open, read) {
    let lost = 0;
    while (!this.isClosed && !this.isOver) {
      const outcome = await this.#once(open, read);
      if (this.isClosed) return;
      if (this.isOver || outcome.state === "over") break;
      if (!lost || this.#attempts === 0) lost = Date.now();
      const wait = Math.max(outcome.wait ?? 0, this.#backoff());
      this.tell(outcome.state, { ...outcome, since: lost, retryAt: Date.now() + wait });
      await new Promise((resolve) => {
        this.#skipPause = resolve;
        setTimeout(resolve, wait);
      });
      this.#skipPause = null;
      this.#attempts += 1;
    }
    this.tell("over");
  }

  /** How long to wait before the next attempt: what the server asked for, then longer each time, never the same. */
  #backoff() {
    const first = Math.max(shortestWait, this.pause);
    return Math.min(15_000, first * 2 ** Math.min(this.#attempts, 6)) * (0.75 + Math.random() / 2);
  }

  /** One connection, to its end. Says why it ended. */
  async #once(open, read) {
    this.#abort = new AbortController();
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => this.#abort.abort("silent"), this.#silence);
    };
    try {
      heard();
      const response = await open(this.#abort.signal);
      if (response.status === 204 || response.status === 410) return { state: "over" };
      if (!response.ok) return await refusal(response);
      this.tell("live");
      await read(response, heard);
      return { state: "reconnecting", reason: "The gateway closed the connection." };
    } catch {
      if (this.#abort.signal.reason === "silent") this.#silence = 2 * longestSilence;
      return { state: "reconnecting", reason: "The connection was lost." };
    } finally {
      clearTimeout(silence);
      this.#abort.abort();
    }
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
