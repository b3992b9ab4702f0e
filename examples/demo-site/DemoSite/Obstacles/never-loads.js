// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { pressed: 0 };
document.getElementById("press").addEventListener("click", () => {
  state.pressed += 1;
  document.getElementById("status").textContent = `Pressed ${state.pressed}`;
  keep(state);
});
keep(state);
