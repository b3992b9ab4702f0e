// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { opened: 0, messages: [] };
const show = (text) => { document.getElementById("status").textContent = text; keep(state); };
const open = (url) => { window.open(url, "_blank", "width=400,height=300"); state.opened += 1; show(`Opened ${state.opened}`); };
document.getElementById("window").addEventListener("click", () => open("/popups/child?name=Calculator"));
document.getElementById("late").addEventListener("click", () => setTimeout(() => open("/popups/child?name=Late"), 300));
document.getElementById("blank").addEventListener("click", () => open("about:blank"));
addEventListener("message", ({ data, origin }) => {
  if (origin !== location.origin) return;
  state.messages.push(data);
  show(`The window says: ${data}`);
});
keep(state);
