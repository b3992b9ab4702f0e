// Asks again and again, as long as somebody looks.

const every = 2000; // milliseconds
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

  constructor({ ask, onanswer, onstate }) {
    this.#ask = ask;
    this.#onanswer = onanswer;
    this.#onstate = onstate;
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.now(); });
    this.now();
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
    let wait = every;
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
