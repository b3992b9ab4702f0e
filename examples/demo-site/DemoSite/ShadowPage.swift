//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Two custom elements, one with an open shadow root and one with a closed one.
enum ShadowPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("shadow") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Shadow roots",
        content: """
            <h1>Shadow roots</h1>
            <h2>Open</h2>
            <name-card mode="open" label="City" action="Save city"></name-card>
            <h2>Closed</h2>
            <name-card mode="closed" label="Country" action="Save country"></name-card>
            <p id="status" role="status">Nothing yet</p>
            """,
        script: """
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
            """
    )
}
