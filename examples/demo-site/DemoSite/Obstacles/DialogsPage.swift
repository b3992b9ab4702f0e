//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Files to delete (with a confirmation), to rename (with a prompt), and a warning before leaving.
enum DialogsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("dialogs") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Files",
        content: Embedded.dialogsHTML,
        script: Embedded.keepJS + Embedded.dialogsJS
    )
}
