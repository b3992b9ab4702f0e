//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Buttons that open the three dialogs of JavaScript, one of HTML, and one that asks before the page is left.
enum DialogPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("dialog") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Dialogs",
        content: """
            <h1>Dialogs</h1>
            <p>
            <button id="alert">Show alert</button>
            <button id="confirm">Ask to confirm</button>
            <button id="prompt">Ask for a name</button>
            <button id="open">Open dialog</button>
            <button id="guard">Guard the page</button>
            </p>
            <dialog id="dialog" aria-labelledby="dialog-title">
            <form method="dialog">
            <h2 id="dialog-title">Delete the file?</h2>
            <p>This cannot be undone.</p>
            <button value="delete">Delete</button> <button value="keep">Keep</button>
            </form>
            </dialog>
            <p id="status" role="status">Nothing yet</p>
            """,
        script: """
            const byId = (id) => document.getElementById(id);
            const show = (text) => { byId("status").textContent = text; };
            const onClick = (id, action) => byId(id).addEventListener("click", action);
            onClick("alert", () => { alert("Hello from the page"); show("alert: closed"); });
            onClick("confirm", () => show(`confirm: ${confirm("Are you sure?")}`));
            onClick("prompt", () => show(`prompt: ${prompt("What is your name?", "nobody")}`));
            onClick("open", () => { byId("dialog").showModal(); show("dialog: open"); });
            byId("dialog").addEventListener("close", () => show(`dialog: ${byId("dialog").returnValue || "closed"}`));
            onClick("guard", () => {
              addEventListener("beforeunload", (event) => event.preventDefault());
              show("guard: on");
            });
            """
    )
}
