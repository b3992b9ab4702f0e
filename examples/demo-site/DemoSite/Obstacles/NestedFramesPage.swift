//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Frames in frames, of this host and of the same machine under its other name, which to a browser is another site.
enum NestedFramesPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("frames") { request, _ in Self.outer(otherHost: Self.otherHost(of: request)) }
        router.get("frames/middle") { _, _ in Self.middle }
        router.get("frames/inner") { request, _ in Self.form(FormFields(queryOf: request)["name"] ?? "Inner") }
    }

    /// The name that the machine has besides the one that it was called by.
    private static func otherHost(of request: Request) -> String {
        let host = request.head.authority ?? "127.0.0.1"
        return host.hasPrefix("localhost") ? "127.0.0.1\(host.dropFirst(9))" : "localhost\(host.drop { $0 != ":" })"
    }

    private static func outer(otherHost: String) -> Page {
        Page(
            title: "Frames in frames",
            content: """
                <h1>Frames in frames</h1>
                <label for="own">Outer note</label> <input id="own"> <button id="save">Save outer note</button>
                <h2>Two deep</h2>
                <iframe src="/frames/middle" title="Middle" style="height: 16rem"></iframe>
                <h2>Of another site</h2>
                <iframe src="http://\(escape(otherHost))/frames/inner?name=Foreign" title="Foreign"></iframe>
                <p id="status" role="status">Nothing saved</p>
                """,
            script: Page.keep + #"""

                const state = { notes: {} };
                function save(name, note) {
                  state.notes[name] = note;
                  document.getElementById("status").textContent = `${name}: ${note}`;
                  keep(state);
                }
                addEventListener("message", ({ data }) => { if (data?.name) save(data.name, data.note); });
                document.getElementById("save").addEventListener("click", () => save("Outer", document.getElementById("own").value));
                keep(state);
                """#
        )
    }

    private static let middle = Page(
        title: "Middle",
        content: """
            <p>The frame in the middle</p>
            <iframe src="/frames/inner?name=Innermost" title="Innermost" style="height: 9rem"></iframe>
            """,
        isBare: true
    )

    private static func form(_ name: String) -> Page {
        Page(
            title: name,
            content: """
                <p><label for="note">\(escape(name)) note</label> <input id="note">
                <button id="save" data-name="\(escape(name))">Save \(escape(name.lowercased())) note</button></p>
                <p id="status" role="status">Not saved</p>
                """,
            script: #"""
                const button = document.getElementById("save");
                button.addEventListener("click", () => {
                  const note = document.getElementById("note").value;
                  document.getElementById("status").textContent = `Saved: ${note}`;
                  top.postMessage({ name: button.dataset.name, note }, "*");
                });
                """#,
            isBare: true
        )
    }
}
