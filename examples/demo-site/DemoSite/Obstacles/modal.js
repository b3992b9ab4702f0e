// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const state = { modal: "coming", sent: null, address: null };
const show = (text) => { if (text) byId("status").textContent = text; keep(state); };
function close(how) {
  state.modal = how;
  byId("overlay").hidden = true;
  show();
}
setTimeout(() => { byId("overlay").hidden = false; state.modal = "open"; keep(state); }, 250);
byId("subscribe").addEventListener("click", () => { state.address = byId("address").value; close("subscribed"); });
byId("dismiss").addEventListener("click", () => close("dismissed"));
byId("cross").addEventListener("click", () => close("closed"));
addEventListener("keydown", (event) => { if (event.key === "Escape" && state.modal === "open") close("escaped"); });
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.sent = { opinion: byId("opinion").value, stars: new FormData(event.target).get("stars") };
  show("Thank you");
});
keep(state);
