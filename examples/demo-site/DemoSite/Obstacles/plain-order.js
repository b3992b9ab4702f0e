// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

document.querySelector("select").addEventListener("change", (event) => {
  state.list = event.target.value;
  keep(state);
});
