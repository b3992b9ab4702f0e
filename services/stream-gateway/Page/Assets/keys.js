// The keys of a view. One table both carries them out and lists them, so that the list is never wrong.

import { h, isTyping } from "./dom.js";
import { iconButton } from "./components.js";
import { remembered, remember } from "./preferences.js";

/**
 * @typedef {object} Binding
 * @property {string} keys  As the list shows it: "j", "g w", "Ctrl K".
 * @property {string} text  What it does.
 * @property {(event: KeyboardEvent) => void} act
 * @property {(event: KeyboardEvent) => void} [release]  For keys that are held.
 */

/** @type {Map<string, Binding[]>} */
const groups = new Map();
let before = "";

/** Adds keys to a group of the list. */
export function bind(group, bindings) {
  groups.set(group, [...(groups.get(group) ?? []), ...bindings]);
}

const names = { " ": "Space", ArrowLeft: "←", ArrowRight: "→" };
const name = (event) => names[event.key] ?? event.key;

function find(event) {
  const key = name(event);
  for (const binding of [...groups.values()].flat()) {
    for (const combination of binding.keys.split(" / ")) {
      const parts = combination.split(" ");
      if (parts[0] === "Ctrl") {
        if ((event.ctrlKey || event.metaKey) && parts[1].toLowerCase() === event.key.toLowerCase()) return binding;
      } else if (event.ctrlKey || event.metaKey || event.altKey) continue;
      else if (parts.length === 2 ? parts[0] === before && parts[1] === key : parts[0] === key) return binding;
    }
  }
  return null;
}

export const areOn = () => remembered("keys", "on") === "on";

/** Begins to listen. */
export function listen() {
  addEventListener("keydown", (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (document.querySelector("dialog[open], [popover]:popover-open") || (isTyping(event.target) && !isCommand)) return;
    if (!isCommand && !areOn()) return;
    // Buttons and links have these keys for themselves.
    if ([" ", "Enter"].includes(event.key) && event.target.closest?.("button, a, summary")) return;
    const binding = find(event);
    before = event.key;
    if (!binding || (event.repeat && binding.release)) return;
    event.preventDefault();
    before = "";
    binding.act(event);
  });
  addEventListener("keyup", (event) => {
    for (const binding of [...groups.values()].flat()) if (binding.release && binding.keys === name(event)) binding.release(event);
  });
}

/** Shows the list. */
export function showKeys() {
  const close = () => dialog.close();
  const key = (text) => text.split(" ").map((part) => h("kbd", {}, part));
  const dialog = h("dialog.sheet.keys-sheet", { "aria-labelledby": "keys-title" },
    h("header", {}, h("h2", { id: "keys-title" }, "Keys"), iconButton("close", "Close", { onclick: close })),
    h("div.keys", {}, [...groups].map(([title, bindings]) => h("section", {}, h("h3", {}, title),
      h("dl", {}, bindings.map(({ keys, text }) => h("div", {}, h("dt", {}, key(keys)), h("dd", {}, text))))))),
    h("footer", {}, h("label.check", {},
      h("input", {
        type: "checkbox", checked: areOn(), onchange: (event) => remember("keys", event.target.checked ? "on" : "off"),
      }), "Single keys work (turn off if you dictate)")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
