// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const state = { notes: {} };
function save(name, note) {
  state.notes[name] = note;
  document.getElementById("status").textContent = `${name}: ${note}`;
  keep(state);
}
addEventListener("message", ({ data }) => { if (data?.name) save(data.name, data.note); });
document.getElementById("save").addEventListener("click", () => save("Outer", document.getElementById("own").value));
keep(state);
