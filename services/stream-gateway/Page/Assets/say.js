// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

import { h } from "./dom.js";

/** Tells what was done, for everybody to see. */
export function say(text) {
  document.getElementById("said").textContent = text;
  document.querySelector(".toast")?.remove();
  document.body.append(h("p.toast", { "aria-hidden": "true" }, text));
}
