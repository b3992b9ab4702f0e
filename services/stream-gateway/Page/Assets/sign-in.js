// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Signing in: a token is exchanged for a cookie that no script can read.

import { h } from "./dom.js";
import { brand } from "./icons.js";
import { button } from "./components.js";
import { loadAccount } from "./account.js";
import { moment } from "./format.js";

const main = document.querySelector("main");

/** The page to go to afterwards: one of this gateway, whatever the address says. */
function nextPage() {
  const start = new URL("/", location.href);
  try {
    const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", start);
    return next.origin === start.origin && next.pathname !== location.pathname ? next : start;
  } catch {
    return start;
  }
}

const next = nextPage();
const goOn = () => location.replace(next);

/** How the next page is called. */
function nameOf(page) {
  const run = page.pathname.match(/^\/runs\/([^/]+)$/);
  if (run) return decodeURIComponent(run[1]);
  return page.pathname === "/wall" ? "the wall" : "the list of runs";
}

function form() {
  const trouble = h("p.trouble", { role: "alert", hidden: true });
  const token = h("textarea.field.mono", {
    id: "token", rows: "4", autocomplete: "off", spellcheck: "false", required: true,
    "aria-describedby": "about",
  });
  const refuse = (text) => {
    trouble.hidden = false;
    trouble.textContent = text;
    token.focus();
  };
  const submit = h("button.button.primary", { type: "submit" }, "Sign in");
  const node = h("form", { novalidate: true },
    h("label", { for: "token" }, "Access token"), token,
    h("p", { id: "about" },
      "It is exchanged for a cookie that no script can read and that ends with the token. The page keeps nothing."),
    trouble, submit);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = token.value.replace(/\s+/g, "");
    if (!text) return refuse("Enter a token. dashboard-cli token makes one.");
    submit.disabled = true;
    try {
      const response = await fetch("/session", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: text }),
      });
      if (response.ok) return goOn();
      const problem = await response.json().catch(() => null);
      refuse(problem?.detail ?? `The answer was ${response.status}.`);
    } catch {
      refuse("The gateway cannot be reached.");
    }
    submit.disabled = false;
  });
  // A textarea takes Enter as a line; a token has none.
  token.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    node.requestSubmit();
  });
  return [node, h("p", {}, "You will return to ", h("b", {}, nameOf(next)), ".")];
}

const verbs = { view: "see", run: "start", control: "cancel", admin: "administer" };

/** A grant in words. */
function words(grant) {
  const names = [["request_id", "runs"], ["batch_id", "the batch"], ["session_id", "the session"]]
    .filter(([name]) => grant[name]).map(([name, kind]) => `${kind} ${grant[name]}`);
  return `${grant.do.map((permission) => verbs[permission] ?? permission).join(", ")}: ${names.join(", ") || "all runs"}`;
}

async function signOut() {
  await fetch("/session", { method: "DELETE" }).catch(() => null);
  location.reload();
}

function signedIn(account) {
  return [
    h("p", {}, "You are signed in", account.subject ? [" as ", h("b", {}, account.subject)] : null, " until ",
      h("b", {}, moment(Date.parse(account.expires_at))), ". You may"),
    h("ul", {}, account.grants.map((grant) => h("li", {}, words(grant)))),
    button(null, "Go on", "primary", { onclick: goOn }), button(null, "Sign out", "", { onclick: signOut }),
  ];
}

const open = () => [
  h("p", {}, "This gateway asks nobody for a token."), button(null, "Go on", "primary", { onclick: goOn }),
];

async function show() {
  const account = await loadAccount();
  document.body.classList.add("door");
  const isOpen = account?.authentication === false;
  main.replaceChildren(brand(), h("h1", {}, account?.signed_in ? "Signed in to Stepcast" : "Sign in to Stepcast"),
    ...(isOpen ? open() : account?.signed_in ? signedIn(account) : form()));
  main.querySelector("textarea, button")?.focus();
}

show();
