// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Starting a run. What is typed here is kept nowhere: it may hold a secret.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { button, iconButton } from "./components.js";
import { startRun, curl, runPage } from "./api.js";

const planners = [["auto", "Whichever fits"], ["instructions", "Plain instructions"], ["llm", "A model"]];

function newName() {
  const letters = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => (byte % 36).toString(36));
  return `run-${letters.join("")}`;
}
const list = (text) => text.split(/[\s,]+/).filter(Boolean);

/** A field of the form under the name that agent-api has for it. */
const field = (name, label, more = {}) =>
  h("label", {}, h("span", {}, label), h("input.field", { name, autocomplete: "off", spellcheck: "false", ...more }));

/** The body of the request, without what was left empty. */
function bodyOf(form) {
  const value = (name) => form.elements[name].value.trim();
  const body = { task: form.elements.task.value, request_id: value("request_id") };
  if (value("planner") !== "auto") body.planner = value("planner");
  for (const name of ["session_id", "batch_id"]) if (value(name)) body[name] = value(name);
  if (value("max_steps")) body.max_steps = Number(value("max_steps"));
  if (value("minutes")) body.timeout_seconds = Math.round(Number(value("minutes")) * 60);
  if (form.elements.screenshots.checked) body.screenshots = true;
  if (list(value("allowed_domains")).length) body.allowed_domains = list(value("allowed_domains"));
  return body;
}

/**
 * Opens the form.
 * @param {{ task?: string, session?: string }} given  What it begins with.
 */
export function newRun({ task = "", session = "" } = {}) {
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const told = h("span.told", { "aria-live": "polite" });
  const submit = h("button.button.primary", { type: "submit" }, "Start", h("kbd", {}, "Ctrl"), h("kbd", {}, "Enter"));
  const form = h("form", { method: "dialog", novalidate: true },
    h("header", {}, h("h2", { id: "start-title" }, "New run"),
      iconButton("close", "Close", { onclick: () => dialog.close() })),
    h("div.fields", {},
      h("label.whole", {}, h("span", {}, "What shall the browser do?"),
        h("textarea.field", {
          name: "task", rows: "4", autofocus: true, placeholder: "Go to example.com and read the heading",
        })),
      h("label", {}, h("span", {}, "Planned by"), h("span.pick", {},
        h("select.select", { name: "planner" }, planners.map(([value, text]) => h("option", { value }, text))),
        icon("down"))),
      field("request_id", "Name", { class: "field mono", value: newName() }),
      h("details", { open: Boolean(session) },
        h("summary", {}, icon("right"), "Limits, sites, batch and session"), h("div.more-fields", {},
        field("allowed_domains", "Only these sites", { placeholder: "example.com, *.example.com" }),
        field("max_steps", "Steps at most", { inputmode: "numeric" }),
        field("minutes", "Minutes at most", { inputmode: "decimal" }),
        field("session_id", "Session", { placeholder: "one of its own", value: session }),
        field("batch_id", "Batch", { placeholder: "none" }),
        h("label.check", {}, h("input", { type: "checkbox", name: "screenshots" }), "Keep a picture of each step")))),
    trouble,
    h("footer", {}, button("copy", "Copy as curl", "", { onclick: () => copyCommand() }), told, h("span.grow"),
      button(null, "Close", "", { onclick: () => dialog.close() }), submit));
  form.elements.task.value = task;
  const dialog = h("dialog.sheet.start-run", { "aria-labelledby": "start-title" }, form);

  async function copyCommand() {
    try {
      await navigator.clipboard.writeText(curl(bodyOf(form)));
      told.textContent = "Copied";
    } catch {
      told.textContent = "The browser does not let this page copy";
    }
  }

  function refuse(error) {
    const names = { timeout_seconds: "minutes" };
    const fields = error.fields ?? [];
    const lines = fields.length ? fields.map(({ field, message }) => `${field} ${message}`) : [error.message];
    trouble.hidden = false;
    trouble.textContent = lines.join("; ");
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const inputOf = ({ field }) => form.elements[names[field] ?? field.replace(/\[.*/, "")];
    const wrong = fields.map(inputOf).filter(Boolean);
    for (const input of wrong) input.setAttribute("aria-invalid", "true");
    if (wrong[0]?.closest("details")) wrong[0].closest("details").open = true;
    wrong[0]?.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const run = await startRun(bodyOf(form));
      location.href = runPage(run.request_id);
    } catch (error) {
      refuse(error);
      submit.disabled = false;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.elements.task.focus();
}
