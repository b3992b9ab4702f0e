//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore
import ServiceLifecycle

/// Pages that never come to an end: one without an answer, one whose document stops in the middle, one with an image that
/// does not come, one that opens a dialog as soon as the last one is closed, and one that computes for ever.
enum EndlessPages {
    /// So that a site that is forgotten does not keep connections for ever.
    private static let longest = Duration.seconds(600)

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("never/answers") { _, _ -> Response in
            try await Self.wait()
            return Response(status: .noContent)
        }
        router.get("never/ends") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: Self.beginning))
                    try await Self.wait()
                    try await writer.finish(nil)
                }
            )
        }
        router.get("never/loads") { _, _ in
            Page(
                title: "Never loaded",
                content: """
                    <h1>Never loaded</h1>
                    <p>The picture does not come.</p><img src="/never/answers" alt="A picture" width="64" height="64">
                    <button id="press">Press me</button><p id="status" role="status">Not pressed</p>
                    """,
                script: Page.keep + #"""

                    const state = { pressed: 0 };
                    document.getElementById("press").addEventListener("click", () => {
                      state.pressed += 1;
                      document.getElementById("status").textContent = `Pressed ${state.pressed}`;
                      keep(state);
                    });
                    keep(state);
                    """#
            )
        }
        router.get("dialogs/endless") { _, _ in Self.dialogs }
        router.get("never/idle") { _, _ in Self.busy }
    }

    private static func wait() async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.longest) }
    }

    private static let beginning = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Never ended</title>
        <link rel="icon" href="data:,"></head><body><h1>Never ended</h1><p id="status">The rest does not come</p>

        """

    private static let dialogs = Page(
        title: "Dialogs for ever",
        content: """
            <h1>Dialogs for ever</h1>
            <p><button id="ask">Ask me until I stop</button></p>
            <p id="status" role="status">Nothing yet</p>
            """,
        script: Page.keep + #"""

            const state = { asked: 0 };
            document.getElementById("ask").addEventListener("click", () => {
              for (;;) {
                state.asked += 1;
                keep(state);
                alert(`This is dialog ${state.asked}`);
              }
            });
            keep(state);
            """#
    )

    private static let busy = Page(
        title: "Never idle",
        content: """
            <h1>Never idle</h1>
            <p><button id="freeze">Freeze</button></p>
            <p id="status" role="status">Still alive</p>
            """,
        script: """
            document.getElementById("freeze").addEventListener("click", () => { for (;;) {} });
            """
    )
}
