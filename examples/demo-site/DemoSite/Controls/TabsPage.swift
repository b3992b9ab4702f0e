//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Tabs, an accordion and a `details` element: content that only appears after something else is opened.
enum TabsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("tabs") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Handbook",
        content: Embedded.tabsHTML,
        script: Embedded.keepJS + Embedded.tabsJS
    )
}
