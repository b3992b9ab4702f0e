// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The few parts that appear in every view.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { count, took } from "./format.js";

export const words = {
  queued: "Queued", running: "Running", completed: "Completed", failed: "Failed", cancelled: "Cancelled",
  timed_out: "Timed out", waiting: "Needs you", paused: "Paused",
  // of runs that only their log is known of
  over: "Over", unknown: "End not known",
};
export const word = (status) => words[status] ?? status;
/** Whether it has begun and is not over, also while a person holds it. */
export const goesOn = (run) => ["running", "paused", "waiting"].includes(run.status);
export const isOver = (run) => run.isArchived || ["completed", "failed", "cancelled", "timed_out"].includes(run.status);

export const status = (run) =>
  h(`span.status.${run.status}`, {}, icon(run.status), h("span.word", {}, word(run.status)));
export const glyph = (run) =>
  h(`span.status.${run.status}`, { title: word(run.status) }, icon(run.status), h("span.sr", {}, word(run.status)));

export const button = (name, text, kind = "", more = {}) =>
  h(`button.button${kind ? `.${kind}` : ""}`, { type: "button", ...more },
    name ? icon(name) : null, h("span", {}, text));
export const iconButton = (name, label, more = {}) =>
  h("button.button.bare", { type: "button", "aria-label": label, title: label, ...more }, icon(name));

/** A run as one line. Each step is as long as it took: light while a model thought, dark while the browser acted. */
export function strip(steps, now, isLabelled = true) {
  const lengths = steps.map((step) => Math.max(0, (step.end ?? now) - step.at));
  const sum = lengths.reduce((all, one) => all + one, 0);
  const label = steps.length
    ? `${count(steps.length, "step")} in ${took(sum)}, the longest ${took(Math.max(...lengths))}`
    : "Not begun";
  const node = h("span.strip", isLabelled ? { role: "img", "aria-label": label } : { "aria-hidden": "true" });
  const every = Math.max(1, Math.ceil(steps.length / 56));
  for (let index = 0; index < steps.length; index += every) {
    const group = steps.slice(index, index + every);
    const length = lengths.slice(index, index + every).reduce((all, one) => all + one, 0);
    const thought = group.reduce((all, step) => all + Math.max(0, step.acts - step.at), 0);
    const flag = group.some((step) => step.isBad) ? "bad" : group.some((step) => step.end === null) ? "live" : null;
    const part = sum > 0 ? length / sum : 1;
    const bar = h("i", { "data-flag": flag, set: { "flex-grow": String(Math.max(100 * part, 1)) } });
    const share = length > 0 ? Math.min(thought, length) / length : 0;
    if (share > 0) bar.append(h("b", { set: { width: `${100 * share}%` } }));
    node.append(bar);
  }
  if (!steps.length) node.classList.add("none");
  return node;
}

/** A picture of a page, or a plain place where it would be. */
export function picture(url, { alt = "", kind = "", isQueued = false } = {}) {
  if (!url) return h(`span.pic.empty${kind}`, {}, icon(isQueued ? "clock" : "picture"));
  const image = h("img", { src: url, alt, width: 1280, height: 800, decoding: "async" });
  const frame = h(`span.pic${kind}`, {}, image);
  image.addEventListener("error", () => {
    frame.classList.add("lost");
    frame.replaceChildren(icon("away"), h("span.why", {}, "This picture has made way for newer ones."));
  });
  return frame;
}

/** Copies a text, and says so. */
export async function copy(text, say, what = "Copied") {
  try {
    await navigator.clipboard.writeText(text);
    say(what);
  } catch {
    say("The browser does not let this page copy");
  }
}

/** Opens a menu beside a button. It goes when something is chosen or the focus goes elsewhere. */
export function showMenu(opener, items) {
  const entry = ([name, text, act]) =>
    h("button", { type: "button", role: "menuitem", onclick: () => { list.hidePopover(); act(); } }, icon(name), text);
  const list = h("div.menu", { popover: "auto", role: "menu", "aria-label": "More" }, items.filter(Boolean).map(entry));
  list.addEventListener("toggle", ({ newState }) => { if (newState === "closed") list.remove(); });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const all = [...list.children];
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  });
  document.body.append(list);
  const box = opener.getBoundingClientRect();
  list.style.right = `${document.documentElement.clientWidth - box.right}px`;
  if (box.top > innerHeight / 2) list.style.bottom = `${innerHeight - box.top + 4}px`;
  else list.style.top = `${box.bottom + 4}px`;
  list.showPopover();
  list.firstChild.focus();
}

/** Asks before something that cannot be undone. Resolves to whether it is to be done. */
export function confirm(question, detail, yes) {
  return new Promise((resolve) => {
    const dialog = h("dialog.sheet.question", { "aria-labelledby": "question" },
      h("header", {}, h("h2", { id: "question" }, question)), h("p", {}, detail),
      h("footer", {}, h("span.grow"), button(null, "No", "", { onclick: () => dialog.close() }),
        button(null, yes, "primary", { autofocus: true, onclick: () => dialog.close("yes") })));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
