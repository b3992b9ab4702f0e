// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const app = document.getElementById("app");
const state = { phase: "loading", chosen: [], ordered: false, early: 0 };
const say = (phase) => {
  if (phase) state.phase = phase;
  document.getElementById("status").textContent = state.ordered ? `Ordered: ${state.chosen.join(", ")}` : state.phase;
  keep(state);
};
function draw(items, isLive) {
  app.innerHTML = `<ul class="plain"></ul><button id="order" class="slides" disabled>Place order</button>`;
  app.querySelector("ul").replaceChildren(...items.map((name) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.textContent = `Add ${name}`;
    button.addEventListener("click", () => {
      // Before the page is hydrated, clicks are lost.
      if (!isLive) { state.early += 1; return say(); }
      if (!state.chosen.includes(name)) state.chosen.push(name);
      say();
      setTimeout(() => { app.querySelector("#order").disabled = false; }, 400);
    });
    item.append(button);
    return item;
  }));
  app.querySelector("#order").addEventListener("click", () => { state.ordered = true; say("ordered"); });
}
say();
fetch("/delayed/items").then((answer) => answer.json()).then((items) => {
  setTimeout(() => {
    draw(items, true);
    app.ariaBusy = "false";
    say("ready");
  }, 300);
});
