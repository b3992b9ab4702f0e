// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// The palette: to a run, or to a command, by a few letters.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { glyph } from "./components.js";
import { visible } from "./format.js";
import { listRuns, runPage } from "./api.js";
import { hasArchive } from "./account.js";

/** @param {[string, string, string, () => void][]} commands  Icon, name, keys, and what each does. */
export function jump(commands) {
  if (document.querySelector("dialog[open]")) return;
  let runs = [];
  let chosen = 0;
  const found = h("ul.found", { role: "listbox", id: "found", "aria-label": "What was found" });
  const field = h("input", {
    type: "text", placeholder: "A run, a command", role: "combobox", "aria-label": "Jump to", "aria-controls": "found",
    "aria-expanded": "true", autocomplete: "off", oninput: () => { chosen = 0; fill(); },
  });
  const dialog = h("dialog.sheet.leap", { "aria-label": "Jump to" },
    h("label.finder", {}, icon("search"), field, h("kbd", {}, "Esc")), found);

  function fill() {
    const letters = field.value.trim().toLowerCase();
    const matching = runs.filter((run) => `${run.task} ${run.request_id}`.toLowerCase().includes(letters)).slice(0, 8);
    const items = matching.map((run) => ({
      parts: [glyph(run), h("span.cut-off", {}, visible(run.task)), h("span.id", {}, run.request_id)],
      act: () => { location.href = runPage(run.request_id); },
    }));
    for (const [mark, name, keys, act] of commands) {
      if (!name.toLowerCase().includes(letters)) continue;
      const shown = keys.split(" ").filter(Boolean).map((key) => h("kbd", {}, key));
      items.push({ parts: [icon(mark), h("span.cut-off", {}, name), shown], act });
    }
    // The name of a run that the list has not, or not yet.
    if (!items.length && /^[\w.:-]{1,128}$/.test(letters)) {
      const id = field.value.trim();
      const parts = [icon("right"), h("span.cut-off", {}, `Open the run ${id}`)];
      items.push({ parts, act: () => { location.href = runPage(id); } });
    }
    const words = field.value.trim();
    if (words && hasArchive()) {
      const parts = [icon("search"), h("span.cut-off", {}, `Search all runs for ${words}`)];
      items.push({ parts, act: () => { location.href = `/search?${new URLSearchParams({ q: words })}`; } });
    }
    chosen = Math.min(chosen, Math.max(0, items.length - 1));
    found.replaceChildren(...items.map(({ parts, act }, index) => h("li", {
      role: "option", id: `found-${index}`, "aria-selected": String(index === chosen),
      class: index === chosen ? "at" : null,
      onclick: () => { dialog.close(); act(); },
    }, parts)));
    field.setAttribute("aria-activedescendant", items.length ? `found-${chosen}` : "");
  }

  field.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      chosen = (chosen + by + found.children.length) % Math.max(1, found.children.length);
      fill();
    } else if (event.key === "Enter") {
      event.preventDefault();
      found.children[chosen]?.click();
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  fill();
  dialog.showModal();
  listRuns({ limit: 100 }).then((answer) => { runs = answer.runs; fill(); }, () => {});
}
