// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const state = { tab: "Overview", open: [], saved: null, confirmed: false, agreed: false };
const show = (text) => { byId("status").textContent = text; keep(state); };
const tabs = [...document.querySelectorAll("[role=tab]")];
function choose(tab) {
  for (const other of tabs) {
    const isChosen = other === tab;
    other.ariaSelected = String(isChosen);
    other.tabIndex = isChosen ? 0 : -1;
    byId(other.getAttribute("aria-controls")).hidden = !isChosen;
  }
  state.tab = tab.textContent;
  show(`Chapter: ${state.tab}`);
}
tabs.forEach((tab, index) => {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    next.focus();
    choose(next);
  });
});
for (const button of document.querySelectorAll(".accordion h3 button")) {
  button.addEventListener("click", () => {
    const isOpen = button.ariaExpanded !== "true";
    button.ariaExpanded = String(isOpen);
    byId(button.getAttribute("aria-controls")).hidden = !isOpen;
    state.open = [...document.querySelectorAll(".accordion [aria-expanded=true]")].map((open) => open.textContent);
    show(isOpen ? `Opened: ${button.textContent}` : `Closed: ${button.textContent}`);
  });
}
byId("save").addEventListener("click", () => {
  state.saved = { updates: byId("updates").checked, nick: byId("nick").value };
  show("Settings saved");
});
byId("confirm").addEventListener("click", () => { state.confirmed = true; show("You have it"); });
byId("agree").addEventListener("click", () => { state.agreed = true; show("You agree"); });
keep(state);
