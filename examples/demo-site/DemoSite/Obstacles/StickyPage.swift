//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A long page with a fixed header and a fixed bar at the bottom, which cover what is scrolled to the edge of the
/// window.
enum StickyPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("sticky") { _, _ in Self.page }
    }

    private static let page: Page = {
        let chapters = (1...12).map { number in
            Embedded.stickyChapterHTML.filled([
                "text": String(repeating: "It goes on for a while, as chapters do. ", count: 6), "number": "\(number)",
            ])
        }
        return Page(
            title: "A long read",
            content: Embedded.stickyHTML.filled(["chapters": chapters.joined()]),
            script: Embedded.keepJS + Embedded.stickyJS
        )
    }()
}
