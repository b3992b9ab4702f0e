// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

keep({ name: document.title });
document.getElementById("done").addEventListener("click", () => {
  window.opener?.postMessage(`${document.title}: ${document.getElementById("answer").value}`, location.origin);
  window.close();
});
