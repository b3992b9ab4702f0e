//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore
import ServiceLifecycle

/// Pages that never finish: one without a response, one whose document stops in the middle, one with an image that
/// never loads, one that opens a dialog whenever the last one is closed, and one in an endless loop.
enum EndlessPages {
    /// So that a forgotten site does not keep connections forever.
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
                    try await writer.write(ByteBuffer(string: Embedded.neverEndsHTML))
                    try await Self.wait()
                    try await writer.finish(nil)
                }
            )
        }
        router.get("never/loads") { _, _ in
            Page(
                title: "Never loaded",
                content: Embedded.neverLoadsHTML,
                script: Embedded.keepJS + Embedded.neverLoadsJS
            )
        }
        router.get("dialogs/endless") { _, _ in Self.dialogs }
        router.get("never/idle") { _, _ in Self.busy }
    }

    private static func wait() async throws {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.longest) }
    }

    private static let dialogs = Page(
        title: "Dialogs for ever",
        content: Embedded.dialogsEndlessHTML,
        script: Embedded.keepJS + Embedded.dialogsEndlessJS
    )

    private static let busy = Page(
        title: "Never idle",
        content: Embedded.neverIdleHTML,
        script: Embedded.neverIdleJS
    )
}
