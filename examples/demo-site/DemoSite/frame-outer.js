// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

addEventListener("message", (event) => {
  if (event.origin === location.origin) document.getElementById("status").textContent = event.data;
});
