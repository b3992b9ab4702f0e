// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

// Every button shows the values of the fields when it is clicked.
const state = {};
keep(state);
const fields = () => [...document.querySelectorAll("input, textarea")];
document.addEventListener("click", (event) => {
  const button = event.target.closest("button, [data-says]");
  if (!button) return;
  (state.clicked ??= []).push(button.dataset.says ?? button.textContent.trim());
  state.values = fields().filter((f) => !["checkbox", "radio"].includes(f.type)).map((f) => f.value);
  state.checked = fields().flatMap((f, index) => f.checked ? [f.parentElement.textContent.trim() || index] : []);
  keep(state);
});
document.addEventListener("focusin", (event) => { state.focused = fields().indexOf(event.target); keep(state); });
