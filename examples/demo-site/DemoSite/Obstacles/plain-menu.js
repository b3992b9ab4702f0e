// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

for (const item of document.querySelectorAll("#menu li")) {
  item.style.cursor = "pointer";
  item.firstChild.addEventListener("click", () => { const list = item.querySelector("ul"); if (list) list.hidden = !list.hidden; });
}
