//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Links and buttons that open new tabs and windows, one of which closes itself.
enum PopupsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("popups") { _, _ in Self.page }
        router.get("popups/child") { request, _ in Self.child(FormFields(queryOf: request)["name"] ?? "Child") }
    }

    private static let page = Page(
        title: "New windows",
        content: """
            <h1>New windows</h1>
            <p><a href="/popups/child?name=Terms" target="_blank">Terms of use</a>
            <button id="window">Open the calculator</button> <button id="late">Open it later</button>
            <button id="blank">Open an empty one</button></p>
            <p id="status" role="status">Nothing opened</p>
            """,
        script: Page.keep + #"""

            const state = { opened: 0, messages: [] };
            const show = (text) => { document.getElementById("status").textContent = text; keep(state); };
            const open = (url) => { window.open(url, "_blank", "width=400,height=300"); state.opened += 1; show(`Opened ${state.opened}`); };
            document.getElementById("window").addEventListener("click", () => open("/popups/child?name=Calculator"));
            document.getElementById("late").addEventListener("click", () => setTimeout(() => open("/popups/child?name=Late"), 300));
            document.getElementById("blank").addEventListener("click", () => open("about:blank"));
            addEventListener("message", ({ data, origin }) => {
              if (origin !== location.origin) return;
              state.messages.push(data);
              show(`The window says: ${data}`);
            });
            keep(state);
            """#
    )

    private static func child(_ name: String) -> Page {
        Page(
            title: name,
            content: """
                <h1>\(escape(name))</h1>
                <p><label for="answer">Answer</label> <input id="answer"> <button id="done">Done</button></p>
                <p id="status" role="status">Open</p>
                """,
            script: Page.keep + #"""

                keep({ name: document.title });
                document.getElementById("done").addEventListener("click", () => {
                  window.opener?.postMessage(`${document.title}: ${document.getElementById("answer").value}`, location.origin);
                  window.close();
                });
                """#
        )
    }
}
