// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { signedIn: true, reference: null };
document.getElementById("check").addEventListener("click", () => {
  state.reference = document.getElementById("reference").value;
  document.getElementById("status").textContent = `Reference: ${state.reference}`;
  keep(state);
});
keep(state);
