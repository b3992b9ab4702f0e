// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Live pictures of several runs at once, over one connection for all of them, and one more for the one that is looked at.

import { Stream } from "./stream.js";
import { Screen } from "./screen.js";
import { viewPath } from "./api.js";

const most = 50; // runs of a connection
const settling = 400; // milliseconds in which runs may come and go before another connection is made

export class LiveTiles {
  #fps;
  #width;
  #wanted = "";
  #stream = null;
  #closer = null;
  #closerRun = "";
  #timer = 0;
  /** @type {Map<string, Screen>} */
  #screens = new Map();

  constructor({ fps, width }) {
    this.#fps = fps;
    this.#width = width;
  }

  /** Where the run's pictures are drawn; null as long as there is none. */
  screen(id) { return this.#screens.get(id)?.node ?? null; }

  /** Shows these runs and no others. `then` is called when a run has its first picture. */
  show(ids, then) {
    const wanted = ids.slice(0, most).sort();
    for (const id of this.#screens.keys()) if (!wanted.includes(id)) this.#screens.delete(id);
    if (wanted.join(" ") === this.#wanted) return;
    this.#wanted = wanted.join(" ");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#stream?.close();
      this.#stream = wanted.length ? this.#open(wanted, this.#fps, then) : null;
    }, this.#stream ? settling : 0);
  }

  /** Shows one run at a higher rate; "" for none. */
  lookAt(id) {
    if (id === this.#closerRun) return;
    this.#closerRun = id;
    this.#closer?.close();
    this.#closer = id && this.#screens.has(id) ? this.#open([id], 4, () => {}) : null;
  }

  #open(ids, fps, then) {
    return new Stream(viewPath(ids, { fps, width: this.#width }), {
      onframes: (frames) => {
        for (const frame of frames) {
          if (frame.state === "none" || !ids.includes(frame.run)) continue;
          const isNew = !this.#screens.has(frame.run);
          if (isNew) this.#screens.set(frame.run, new Screen());
          this.#screens.get(frame.run).show(frame);
          if (isNew) then();
        }
      },
      onstate: () => {},
    });
  }
}
