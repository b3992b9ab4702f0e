//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Products in cards with identical buttons, and a cart: many elements of the same name, which only differ by what is
/// around them.
enum ShopPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("shop") { _, _ in Self.page }
    }

    private struct Product {
        var name: String
        var cents: Int
        var text: String
        var isSoldOut = false
    }

    private static let products = [
        Product(name: "Desk lamp", cents: 2490, text: "Warm light, bends where you want it."),
        Product(name: "Office chair", cents: 18900, text: "Holds your back through the longest day."),
        Product(name: "Notebook", cents: 450, text: "96 pages, dotted."),
        Product(name: "Fountain pen", cents: 3200, text: "A fine nib, and blue ink to begin with."),
        Product(name: "Wall clock", cents: 2750, text: "Runs silently.", isSoldOut: true),
        Product(name: "Coffee mug", cents: 890, text: "Keeps 300 ml hot for a while."),
        Product(name: "Coffee mug, large", cents: 1190, text: "Keeps 500 ml hot for a while."),
        Product(name: "Waste paper basket", cents: 1600, text: "For all that came out of the notebook."),
    ]

    private static func price(_ cents: Int) -> String {
        let rest = cents % 100
        return "€\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static let page: Page = {
        let cards = Self.products.map { product in
            Embedded.shopCardHTML.filled([
                "name": product.name, "cents": "\(product.cents)", "text": product.text,
                "price": Self.price(product.cents), "disabled": product.isSoldOut ? " disabled" : "",
                "action": product.isSoldOut ? "Sold out" : "Add to cart",
            ])
        }
        return Page(
            title: "Shop",
            content: Embedded.shopHTML.filled(["cards": cards.joined()]),
            script: Embedded.keepJS + Embedded.shopJS
        )
    }()
}
