// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { asked: 0 };
document.getElementById("ask").addEventListener("click", () => {
  for (;;) {
    state.asked += 1;
    keep(state);
    alert(`This is dialog ${state.asked}`);
  }
});
keep(state);
