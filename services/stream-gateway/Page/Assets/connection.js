// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What the page knows of its line to the gateway. It never says "live" while it is not.

import { h } from "./dom.js";
import { span } from "./format.js";
import { button } from "./components.js";
import { icon } from "./icons.js";
import { signInPath } from "./account.js";

/** @typedef {import("./stream.js").ConnectionState} ConnectionState */

const seconds = (ms) => Math.max(0, Math.round(ms / 1000));
const length = (ms) => (ms < 60_000 ? `${seconds(ms)} s` : span(ms / 1000, false));

const words = {
  live: "Live", connecting: "Connecting", refused: "Refused", over: "Ended", paused: "Paused while hidden",
};

const tickers = new WeakMap();

/** Calls `draw` now and each second, until another one is shown in this place or it leaves the document. */
function ticking(node, draw) {
  clearInterval(tickers.get(node));
  draw();
  tickers.set(node, setInterval(() => (node.isConnected ? draw() : clearInterval(tickers.get(node))), 1000));
}

/** The state in the bar. */
export function showConnection(node, state) {
  node.hidden = false;
  node.className = `connection ${state.state}`;
  node.title = state.reason ?? "";
  ticking(node, () => {
    const isLost = state.state === "reconnecting";
    const text = isLost ? `Connection lost ${length(Date.now() - state.since)} ago` : words[state.state];
    const next = state.retryAt ? h("span.next", {}, `next try in ${seconds(state.retryAt - Date.now())} s`) : null;
    node.replaceChildren(h("i.dot"), h("span", {}, text), ...(next ? [next] : []));
  });
}

/** What there is to say about it at length; null when all is well. */
function explanation(state) {
  const next = state.retryAt ? ` Next try in ${seconds(state.retryAt - Date.now())} s.` : "";
  if (state.state === "reconnecting" && Date.now() - state.since > 5000) {
    const head = `Connection lost ${length(Date.now() - state.since)} ago.`;
    return { kind: "asks", mark: "clock", head, text: `Nothing is lost: it goes on where it stopped.${next}` };
  }
  if (state.state !== "refused") return null;
  const heads = {
    401: "You are signed out. Your place is kept.", 403: "This gateway does not serve you.", 404: "There is no agent-api here.",
    429: "As many viewers as the gateway allows are here.",
    502: "agent-api is away.", 503: "The gateway cannot do its work now.", 504: "agent-api does not answer.",
  };
  const reason = state.status === 401 ? "" : `${state.reason ?? ""}${next}`;
  return { kind: "bad", mark: "block", head: heads[state.status] ?? "Refused.", text: reason };
}

/** A banner that tells what is wrong with the connection, as long as something is. */
export function connectionBanner(node, state, retry) {
  node.setAttribute("role", "status");
  ticking(node, () => {
    const told = explanation(state);
    node.hidden = !told;
    if (!told) return node.replaceChildren();
    node.className = `banner ${told.kind}`;
    const isSignedOut = state.state === "refused" && state.status === 401;
    const act = node.querySelector("[data-part=again]");
    if (act && act.dataset.to === String(isSignedOut)) {
      node.querySelector("p").replaceChildren(h("b", {}, told.head), ` ${told.text}`);
      return;
    }
    const part = { "data-part": "again", "data-to": String(isSignedOut) };
    node.replaceChildren(icon(told.mark), h("p", {}, h("b", {}, told.head), ` ${told.text}`),
      isSignedOut
        ? button(null, "Sign in", "primary", { ...part, onclick: () => { location.href = signInPath(); } })
        : button("again", "Try now", "", { ...part, onclick: retry }));
  });
}
