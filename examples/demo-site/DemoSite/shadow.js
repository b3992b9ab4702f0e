// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

customElements.define("name-card", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({ mode: this.getAttribute("mode") });
    const label = document.createElement("label");
    const input = document.createElement("input");
    const button = document.createElement("button");
    label.append(`${this.getAttribute("label")} `, input);
    button.textContent = this.getAttribute("action");
    button.addEventListener("click", () => {
      document.getElementById("status").textContent = `${this.getAttribute("label")}: ${input.value}`;
    });
    root.append(label, " ", button);
  }
});
