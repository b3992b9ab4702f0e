//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A flight search: a form with suggestions, and delayed results that can be sorted, filtered and chosen.
enum FlightsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("flights") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Flights",
        content: Embedded.flightsHTML,
        script: Embedded.keepJS + Embedded.flightsJS
    )
}
