// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What is around every view: the bar, the colours, the keys, and the one place that speaks to screen readers.

import { h } from "./dom.js";
import { icon, brand } from "./icons.js";
import { button, iconButton } from "./components.js";
import { remember } from "./preferences.js";
import { bind, listen, showKeys } from "./keys.js";
import { showConnection } from "./connection.js";
import { later } from "./later.js";
import { say } from "./say.js";
import { hasArchive, loadAccount, may, signInPath } from "./account.js";

const newRun = later(() => import("./new-run.js"), "newRun");
const jump = later(() => import("./jump.js"), "jump");
const places = [["Runs", "/", "list"], ["Wall", "/wall", "grid"], ["Search", "/search", "search"]];
const quiet = 5000; // milliseconds between two sentences to screen readers

function turnColours() {
  const root = document.documentElement;
  const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = shown === "dark" ? "light" : "dark";
  remember("theme", root.dataset.theme);
}

/**
 * Puts the frame around a view.
 * @param {"Runs" | "Wall" | "Search" | ""} here
 */
export function shell(here) {
  const said = h("div.sr", { role: "status", "aria-live": "polite", id: "said" });
  const nav = (kind, label) => h(`nav.${kind}`, { "aria-label": label }, places.map(([name, href, mark]) =>
    h("a", { href, "aria-current": name === here ? "page" : null, "data-needs": name === "Search" ? "archive" : null }, icon(mark), h("span", {}, name))));
  const line = h("span.connection", { hidden: true });
  const start = button("plus", "New run", "primary", {
    "aria-label": "New run", "data-needs": "run", onclick: () => newRun(),
  });
  const bar = h("header.bar", {},
    h("a.skip", { href: "#main" }, "Skip to the content"),
    h("a.brand", { href: "/", "aria-label": "Stepcast, all runs" }, brand(), h("span", {}, "Stepcast")),
    nav("places", "Views"),
    h("div.end", {},
      h("button.jump", { type: "button", onclick: () => jump(commands), "aria-label": "Jump to a run or a command" },
        icon("search"), h("span", {}, "Jump to…"), h("kbd", {}, "Ctrl"), h("kbd", {}, "K")),
      line,
      iconButton("sun", "Light or dark", { onclick: turnColours }), iconButton("keys", "Keys", { onclick: showKeys }),
      start));
  // Until it is known: a link that leads nowhere is worse than one that comes a moment later.
  document.body.dataset.lacks = here === "Search" ? "" : "archive";
  document.body.prepend(bar);
  document.body.append(nav("tabs", "Views, at the bottom"), said);

  const commands = [
    ["plus", "New run", "n", () => newRun()], ["list", "All runs", "g r", () => { location.href = "/"; }],
    ["grid", "The wall", "g w", () => { location.href = "/wall"; }], ["sun", "Light or dark", "", turnColours],
    ["keys", "Show the keys", "?", showKeys],
  ];
  bind("Everywhere", [
    { keys: "?", text: "These keys", act: showKeys },
    { keys: "/", text: "Search in this view", act: focusFinder },
    { keys: "Ctrl K", text: "Jump to a run or a command", act: () => jump(commands) },
    { keys: "g r", text: "Runs", act: () => { location.href = "/"; } },
    { keys: "g w", text: "Wall", act: () => { location.href = "/wall"; } },
    { keys: "g s", text: "Search all runs", act: () => { if (hasArchive()) location.href = "/search"; } },
    { keys: "n", text: "New run", act: () => newRun() },
  ]);
  listen();
  const known = loadAccount().then((account) => {
    const lacks = ["run", "control"].filter((permission) => !may(permission));
    if (hasArchive()) commands.push(["search", "Search all runs", "g s", () => { location.href = "/search"; }]);
    else if (here !== "Search") lacks.push("archive");
    document.body.dataset.lacks = lacks.join(" ");
    if (account?.authentication) commands.push(["lock", "Account", "", () => { location.href = signInPath(); }]);
  });

  let spoken = 0;
  let waiting = 0;
  return {
    /** Resolves when it is known who is signed in and what the gateway has. */
    known,
    connection: (state, retry) => showConnection(line, state, retry),
    say,
    /** Tells what has happened, to screen readers only: one sentence in five seconds, the latest. */
    announce(text) {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        spoken = Date.now();
        said.textContent = text;
      }, Math.max(0, spoken + quiet - Date.now()));
    },
  };
}

function focusFinder() {
  const field = document.querySelector("[data-find]");
  field?.focus();
  field?.select();
}
