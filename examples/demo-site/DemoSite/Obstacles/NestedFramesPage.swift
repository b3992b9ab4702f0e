//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Nested frames, of this host and of the same machine under its other name, which is another site to a browser.
enum NestedFramesPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("frames") { request, _ in Self.outer(otherHost: Self.otherHost(of: request)) }
        router.get("frames/middle") { _, _ in Self.middle }
        router.get("frames/inner") { request, _ in Self.form(FormFields(queryOf: request)["name"] ?? "Inner") }
    }

    /// The machine's other name.
    private static func otherHost(of request: Request) -> String {
        let host = request.head.authority ?? "127.0.0.1"
        return host.hasPrefix("localhost") ? "127.0.0.1\(host.dropFirst(9))" : "localhost\(host.drop { $0 != ":" })"
    }

    private static func outer(otherHost: String) -> Page {
        Page(
            title: "Frames in frames",
            content: Embedded.framesHTML.filled(["host": otherHost]),
            script: Embedded.keepJS + Embedded.framesJS
        )
    }

    private static let middle = Page(
        title: "Middle",
        content: Embedded.framesMiddleHTML,
        isBare: true
    )

    private static func form(_ name: String) -> Page {
        Page(
            title: name,
            content: Embedded.framesFormHTML.filled(["lower": name.lowercased(), "name": name]),
            script: Embedded.framesFormJS,
            isBare: true
        )
    }
}
