//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A page with another one of the same site in a frame.
enum FramePages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("iframe") { _, _ in Self.outer }
        router.get("iframe/inner") { _, _ in Self.inner }
    }

    private static let outer = Page(
        title: "A frame",
        content: """
            <h1>A frame</h1>
            <iframe src="/iframe/inner" title="Inner page"></iframe>
            <p id="status" role="status">Nothing yet</p>
            """,
        script: """
            addEventListener("message", (event) => {
              if (event.origin === location.origin) document.getElementById("status").textContent = event.data;
            });
            """
    )

    private static let inner = Page(
        title: "Inner page",
        content: """
            <label for="note">Note</label> <input id="note" name="note">
            <button id="save">Save note</button>
            <p id="status" role="status">Not saved</p>
            """,
        script: """
            document.getElementById("save").addEventListener("click", () => {
              const text = `Saved: ${document.getElementById("note").value}`;
              document.getElementById("status").textContent = text;
              parent.postMessage(text, location.origin);
            });
            """,
        isBare: true
    )
}
