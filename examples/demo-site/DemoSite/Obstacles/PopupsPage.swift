//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Links and buttons that open new tabs and windows, one of which closes itself.
enum PopupsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("popups") { _, _ in Self.page }
        router.get("popups/child") { request, _ in Self.child(FormFields(queryOf: request)["name"] ?? "Child") }
    }

    private static let page = Page(
        title: "New windows",
        content: Embedded.popupsHTML,
        script: Embedded.keepJS + Embedded.popupsJS
    )

    private static func child(_ name: String) -> Page {
        Page(
            title: name,
            content: Embedded.popupsChildHTML.filled(["name": name]),
            script: Embedded.keepJS + Embedded.popupsChildJS
        )
    }
}
