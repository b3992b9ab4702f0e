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
        content: Embedded.dialogHTML,
        script: Embedded.dialogJS
    )
}
