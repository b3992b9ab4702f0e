// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

document.getElementById("save").addEventListener("click", () => {
  const text = `Saved: ${document.getElementById("note").value}`;
  document.getElementById("status").textContent = text;
  parent.postMessage(text, location.origin);
});
