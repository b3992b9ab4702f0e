// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// What a run asks a person, with the place for the answer.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { answerRun } from "./api.js";
import { button } from "./components.js";
import { may } from "./account.js";
import { clock, visible } from "./format.js";

/**
 * @param {{ request_id: string, waiting_for: { kind: string, question: string, secret?: boolean, expires_at: string } }} run
 * @param {(text: string) => void} say
 */
export function questionBanner(run, say) {
  const { kind, question, secret, expires_at: end } = run.waiting_for;
  const give = async (answer) => {
    try {
      await answerRun(run.request_id, answer);
      say("The run has the answer");
    } catch (error) {
      say(error.message);
    }
  };
  const input = h("input", {
    type: secret ? "password" : "text", "aria-label": "Your answer", autocomplete: "off", maxlength: 4000, required: true,
  });
  const answer = (event) => { event.preventDefault(); if (input.value.trim()) give({ text: input.value }); };
  const ways = kind === "approval"
    ? h("span.ways", {}, button("good", "Approve", "primary", { onclick: () => give({ approved: true }) }),
      button("close", "Do not", "", { onclick: () => give({ approved: false }) }))
    : h("form.ways", { onsubmit: answer }, input, h("button.button.primary", { type: "submit" }, "Answer"));
  return h("div.banner.asks", { role: "alert", "data-question": end }, icon("waiting"),
    h("p", {}, h("b", {}, visible(question)), ` It waits until ${clock(Date.parse(end))}.`),
    may("control", run) ? ways : null);
}
