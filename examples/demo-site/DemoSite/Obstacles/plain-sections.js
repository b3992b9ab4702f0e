// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

for (const head of document.querySelectorAll(".head")) {
  head.style.cursor = "pointer";
  head.tabIndex = 0;
  head.setAttribute("role", "tab");
  head.setAttribute("aria-expanded", "false");
  head.addEventListener("click", () => {
    for (const other of document.querySelectorAll(".head")) {
      const isOpen = other === head && other.nextElementSibling.hidden;
      other.nextElementSibling.hidden = !isOpen;
      other.setAttribute("aria-expanded", String(isOpen));
    }
  });
}
