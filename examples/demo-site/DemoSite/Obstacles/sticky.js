// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { votes: [], subscribed: 0, cookies: null };
const show = (text) => { document.getElementById("status").textContent = text; keep(state); };
for (const button of document.querySelectorAll(".vote")) {
  button.addEventListener("click", () => {
    state.votes.push(Number(button.dataset.chapter));
    show(`Votes: ${state.votes.join(", ")}`);
  });
}
document.getElementById("top").addEventListener("click", () => { state.subscribed += 1; show("Subscribed"); });
for (const id of ["accept", "reject"]) {
  document.getElementById(id).addEventListener("click", () => {
    state.cookies = id;
    document.querySelector(".bottom-bar").remove();
    show(`Cookies: ${id}`);
  });
}
keep(state);
