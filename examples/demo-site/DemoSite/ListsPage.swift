//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Lists to read, and select boxes, checkboxes and radio buttons to choose from.
enum ListsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("lists") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Lists and choices",
        content: Embedded.listsHTML,
        script: Embedded.listsJS
    )
}
