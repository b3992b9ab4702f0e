// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// A person uses the browser of a run: what is done on the live picture goes to the page, in order and in batches.

import { giveControl, sendInput, takeControl } from "./api.js";

const most = 100; // events of a request
const kept = 10_000; // milliseconds without an event after which control is renewed
const buttons = ["left", "middle", "right"];
const named = /^(Enter|Tab|Escape|Backspace|Delete|Arrow(Up|Down|Left|Right)|Home|End|Page(Up|Down)|F\d{1,2})$/;

class Control {
  #id;
  #say;
  #token = "";
  #events = [];
  #isSending = false;
  #renewal = 0;
  #onchange;
  #surface = null;

  /**
   * @param {string} id  The run.
   * @param {(text: string) => void} say
   * @param {() => void} onchange  Control was taken, or given back.
   */
  constructor(id, say, onchange) {
    this.#id = id;
    this.#say = say;
    this.#onchange = onchange;
  }

  get isOn() { return this.#token !== ""; }

  async take() {
    try {
      ({ control_token: this.#token } = await takeControl(this.#id));
      this.#renewal = setInterval(() => this.#send(), kept);
      this.#onchange();
    } catch (error) {
      this.#say(error.message);
    }
  }

  async give() {
    const token = this.#token;
    this.#end();
    try {
      await giveControl(this.#id, token);
    } catch (error) {
      this.#say(error.message);
    }
  }

  #end() {
    this.#token = "";
    this.#events = [];
    clearInterval(this.#renewal);
    this.#onchange();
  }

  /** Lets an element that shows the page's picture take the mouse and the keys. */
  attach(surface) {
    if (this.#surface === surface) return;
    this.#surface = surface;
    surface.tabIndex = 0;
    const listen = (name, act) => surface.addEventListener(name, (event) => {
      if (!this.isOn) return;
      if (act(event) !== false) event.preventDefault();
    }, { passive: false });
    const at = (event, more) => {
      const box = surface.getBoundingClientRect();
      if (!box.width) return;
      const share = (value) => Math.min(Math.max(value, 0), 1) * 10_000;
      this.#add({
        ...more, x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height),
        ...modifiers(event),
      });
    };
    const button = (event) => ({ button: buttons[event.button] ?? "left", count: Math.min(event.detail || 1, 3) });
    listen("mousemove", (event) => at(event, { type: "move" }));
    listen("mousedown", (event) => { surface.focus(); at(event, { type: "down", ...button(event) }); });
    listen("mouseup", (event) => at(event, { type: "up", ...button(event) }));
    listen("contextmenu", () => {});
    listen("wheel", (event) => at(event, { type: "wheel", delta_x: event.deltaX, delta_y: event.deltaY }));
    listen("keydown", (event) => {
      // Alt and Tab leave the picture by keys.
      if (event.isComposing || (event.key === "Tab" && event.altKey)) return false;
      event.stopPropagation();
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.#add({ type: "text", text: event.key });
      else if (named.test(event.key) || event.key.length === 1) {
        this.#add({ type: "key", key: event.key, ...modifiers(event) });
      } else return false;
      return true;
    });
    listen("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain").slice(0, 2000);
      if (text) this.#add({ type: "text", text });
    });
  }

  #add(event) {
    const last = this.#events.at(-1);
    if (event.type === "move" && last?.type === "move") this.#events.pop();
    if (event.type === "text" && last?.type === "text" && last.text.length < 1000) last.text += event.text;
    else this.#events.push(event);
    this.#send();
  }

  /** One request at a time, so that the order is kept. */
  async #send() {
    if (this.#isSending || !this.isOn) return;
    this.#isSending = true;
    do {
      const events = this.#events.splice(0, most);
      try {
        await sendInput(this.#id, { control_token: this.#token, view: [10_000, 10_000], events });
      } catch (error) {
        if (!this.isOn) break;
        this.#say(error.message);
        // Without a connection the lease goes on; somebody else may have it by then.
        if (error.status) this.#end();
        break;
      }
    } while (this.#events.length && this.isOn);
    this.#isSending = false;
  }
}

function modifiers(event) {
  const all = ["alt", "ctrl", "meta", "shift"].filter((name) => event[`${name}Key`]);
  return all.length ? { modifiers: all.map((name) => (name === "ctrl" ? "control" : name)) } : {};
}

export const controlOf = (...values) => new Control(...values);
