//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A table of orders with columns to sort by, buttons in each row, a filter and a pager.
enum TablePage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("orders") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Orders",
        content: Embedded.ordersHTML,
        script: Embedded.keepJS + Embedded.ordersJS
    )
}
