// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

const button = document.getElementById("save");
button.addEventListener("click", () => {
  const note = document.getElementById("note").value;
  document.getElementById("status").textContent = `Saved: ${note}`;
  top.postMessage({ name: button.dataset.name, note }, "*");
});
