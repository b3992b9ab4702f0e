//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Buttons that open the three dialogs of JavaScript, an HTML dialog, and the confirmation before leaving a page.
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
