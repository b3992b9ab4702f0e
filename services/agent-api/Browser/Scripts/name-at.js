// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

(x, y) => {
  const found = document.elementFromPoint(x, y);
  const control = found?.closest("a, button, input, select, textarea, label, summary, [role], [aria-label]") ?? found;
  if (!control || control === document.documentElement || control === document.body) return "";
  const isField = control.matches("input:not([type=button], [type=submit], [type=reset]), textarea, select");
  const label = control.labels?.[0]?.innerText;
  const name = control.getAttribute("aria-label") || label || control.placeholder
    || (isField ? control.name : control.innerText || control.value || control.title) || "";
  return String(name).replace(/\s+/g, " ").trim().slice(0, 60);
}
