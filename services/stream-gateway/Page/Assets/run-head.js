// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What stands above a run: its task, how it stands, and what can be done with it.

import { h, asset } from "./dom.js";
import { button, copy, goesOn, iconButton, isOver, showMenu, status, word } from "./components.js";
import { count, moment, span, took, visible } from "./format.js";
import { cancel, itemsFor, runAgain } from "./run-actions.js";
import { may } from "./account.js";
import { icon } from "./icons.js";
import { elapsed } from "./run-row.js";

/** @typedef {import("./run-actions.js").Run} Run */

/**
 * The head of a run.
 * @param {Run} run
 * @param {{ say: (text: string) => void, items: [string, string, () => void][], go: (by: number) => void }} how
 */
export function runHead(run, { say, items, go }) {
  const title = visible(run.task || run.request_id);
  const unfold = h("button.unfold", {
    type: "button", "aria-expanded": "false", title, "data-part": "title",
    onclick: () => unfold.setAttribute("aria-expanded", String(unfold.getAttribute("aria-expanded") !== "true")),
  }, title);
  // The button beside the menu does what is first in it.
  const known = run.created_at ? itemsFor(run, say).filter(([mark]) => mark !== "stop") : [];
  const more = iconButton("more", "More", {
    "data-part": "more", "aria-haspopup": "menu",
    onclick: () => showMenu(more, [...known, ...items]),
  });
  const act = isOver(run)
    ? button("again", "Run again", "", { "data-part": "act", "data-needs": "run", onclick: () => runAgain(run) })
    : button("stop", "Cancel", "", { "data-part": "act", "data-needs": "control", onclick: () => cancel(run, say) });
  return h("header.head", {},
    h("div.what", {}, h("h1", {}, unfold), facts(run, say)),
    h("div.acts", {}, run.created_at && (isOver(run) || may("control", run)) ? act : null, more,
      h("span.sides", {}, iconButton("left", "Previous run of the list  [", { onclick: () => go(-1) }),
        iconButton("right", "Next run of the list  ]", { onclick: () => go(1) }))));
}

function facts(run, say) {
  const fact = (...parts) => h("li", {}, parts);
  const seconds = elapsed(run);
  const tokens = run.usage ? run.usage.input_tokens + run.usage.output_tokens : 0;
  const length = goesOn(run)
    ? h("span.number", { "data-since": Date.parse(run.started_at) }, span(seconds, false))
    : h("span.number", {}, seconds === null ? "" : took(seconds));
  return h("ul.facts", {},
    run.status === "unknown" ? null : fact(status(run)),
    run.steps ? fact(isOver(run) ? count(run.steps, "step") : `Step ${run.steps}`) : null,
    seconds === null ? null : fact(isOver(run) ? "took " : "for ", length),
    run.started_at ? fact("started ", h("time", { datetime: run.started_at }, moment(Date.parse(run.started_at)))) : null,
    tokens ? fact(`${tokens.toLocaleString("en")} tokens`) : null,
    run.session_id && run.session_id !== run.request_id
      ? fact("session ", h("a.text", { href: `/?session=${encodeURIComponent(run.session_id)}` }, run.session_id)) : null,
    run.batch_id
      ? fact("batch ", h("a.text", { href: `/wall?batch=${encodeURIComponent(run.batch_id)}` }, run.batch_id)) : null,
    h("li.grow", {}, h("span.id", {}, run.request_id), iconButton("copy", "Copy the name of the run", {
      class: "button bare small", onclick: () => copy(run.request_id, say, "The name is copied"),
    })));
}

/**
 * How a run ended, at length; null while it goes on.
 * @param {{ status: string, result?: string, error?: string }} outcome
 * @param {{ seconds: number | null, say: (text: string) => void, onwhere: (() => void) | null }} how
 */
export function outcomeBanner(outcome, { seconds, say, onwhere }) {
  const time = seconds === null ? "" : ` in ${took(seconds)}`;
  const result = outcome.result ? h("span.outcome", {}, visible(outcome.result)) : null;
  const copying = outcome.result
    ? button("copy", "Copy result", "", { onclick: () => copy(outcome.result, say, "The result is copied") }) : null;
  if (outcome.status === "completed") {
    return h("div.banner.good", {}, icon("done"), h("p", {}, h("b", {}, `Completed${time}.`), " ", result), copying);
  }
  const isBad = outcome.status === "failed" || outcome.status === "timed_out";
  return h(`div.banner.${isBad ? "bad" : "held"}`, {}, icon(isBad ? "failed" : "cancelled"),
    h("p", {}, h("b", {}, `${word(outcome.status)}${time}. `), visible(outcome.error ?? ""), result ? [" ", result] : null),
    onwhere ? button("down", "Show where", "", { onclick: onwhere }) : null, copying);
}

/** The tab tells how the run stands. */
export function showInTab(run) {
  const state = run.status === "running" && run.steps ? `Step ${run.steps}` : word(run.status);
  document.title = `${run.status === "unknown" ? "" : `${state} · `}${run.request_id} · Stepcast`;
  const name = { running: "-running", completed: "-completed", failed: "-failed", timed_out: "-failed" }[run.status] ?? "";
  const href = asset(`./icon${name}.svg`);
  const link = document.querySelector("link[rel=icon]");
  if (link.getAttribute("href") !== href) link.setAttribute("href", href);
}

