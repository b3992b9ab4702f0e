//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A form with every kind of HTML field: date, time, number, range, colour, lists, text.
enum ControlsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("controls") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Book a room",
        content: Embedded.controlsHTML,
        script: Embedded.keepJS + Embedded.controlsJS
    )
}
