// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const byId = (id) => document.getElementById(id);
const show = (text) => { byId("status").textContent = text; };
const onClick = (id, action) => byId(id).addEventListener("click", action);
onClick("alert", () => { alert("Hello from the page"); show("alert: closed"); });
onClick("confirm", () => show(`confirm: ${confirm("Are you sure?")}`));
onClick("prompt", () => show(`prompt: ${prompt("What is your name?", "nobody")}`));
onClick("open", () => { byId("dialog").showModal(); show("dialog: open"); });
byId("dialog").addEventListener("close", () => show(`dialog: ${byId("dialog").returnValue || "closed"}`));
onClick("guard", () => {
  addEventListener("beforeunload", (event) => event.preventDefault());
  show("guard: on");
});
