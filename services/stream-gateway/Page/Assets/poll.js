// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Asks again and again, as long as somebody looks.

const every = 2000; // milliseconds
const everyFollowed = 15_000; // milliseconds, while changes are told; runs of other publishers are not among them
const together = 150; // milliseconds in which changes are answered by one question
const longest = 15_000; // milliseconds between attempts while nothing answers

/** Calls `ask` now and after each pause. Answers go to `onanswer`; `onstate` gets the state of the connection. */
export class Poll {
  #ask;
  #onanswer;
  #onstate;
  #timer = 0;
  #isAsking = false;
  #again = false;
  #failures = 0;
  #since = 0;
  #isStopped = false;
  #isFollowed = false;
  #isSoon = false;

  constructor({ ask, onanswer, onstate }) {
    this.#ask = ask;
    this.#onanswer = onanswer;
    this.#onstate = onstate;
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
    this.now();
  }

  /** Whether changes are told, so that there is little to ask for. */
  set isFollowed(value) {
    if (this.#isFollowed === value) return;
    this.#isFollowed = value;
    // What has changed before is not told.
    this.now();
  }

  /** Asks in a moment, together with others who want that. */
  soon() {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setTimeout(() => { this.#isSoon = false; this.now(); }, together);
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Asks at once. */
  async now() {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    if (this.#isAsking) {
      this.#again = true;
      return;
    }
    this.#isAsking = true;
    let wait = this.#isFollowed ? everyFollowed : every;
    let answer;
    try {
      answer = await this.#ask();
      this.#failures = 0;
      this.#onstate({ state: "live" });
    } catch (error) {
      if (!this.#failures) this.#since = Date.now();
      wait = Math.min(longest, every * 2 ** this.#failures);
      this.#failures += 1;
      const isLost = !error.status || error.status >= 500;
      this.#onstate({
        state: isLost ? "reconnecting" : "refused", since: this.#since, retryAt: Date.now() + wait, status: error.status,
        reason: error.message,
      });
    }
    this.#isAsking = false;
    if (answer) this.#onanswer(answer);
    if (this.#again) {
      this.#again = false;
      return this.now();
    }
    // Nobody looks: the next time is when somebody does.
    if (!document.hidden && !this.#isStopped) this.#timer = setTimeout(() => this.now(), wait);
  }
}
