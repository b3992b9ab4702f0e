//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A page with another page of the same site in a frame.
enum FramePages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("iframe") { _, _ in Self.outer }
        router.get("iframe/inner") { _, _ in Self.inner }
    }

    private static let outer = Page(
        title: "A frame",
        content: Embedded.frameOuterHTML,
        script: Embedded.frameOuterJS
    )

    private static let inner = Page(
        title: "Inner page",
        content: Embedded.frameInnerHTML,
        script: Embedded.frameInnerJS,
        isBare: true
    )
}
