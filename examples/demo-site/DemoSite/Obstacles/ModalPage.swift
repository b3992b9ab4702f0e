//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A form that is covered after a moment by a window that must be closed first.
enum ModalPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("modal") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Feedback",
        content: Embedded.modalHTML,
        script: Embedded.keepJS + Embedded.modalJS
    )
}
