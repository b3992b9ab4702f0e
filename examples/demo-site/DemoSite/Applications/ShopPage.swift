//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Products in cards, each with the same buttons, and a cart: many elements of the same name, which only what stands
/// around them tells apart.
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
            """
            <article class="card" data-name="\(escape(product.name))" data-cents="\(product.cents)">
            <h2>\(escape(product.name))</h2><p>\(escape(product.text))</p>
            <p class="price">\(Self.price(product.cents))</p>
            <label>Quantity <input type="number" min="1" max="9" value="1"></label>
            <button class="primary add"\(product.isSoldOut ? " disabled" : "")>\
            \(product.isSoldOut ? "Sold out" : "Add to cart")</button>
            <button class="wish" aria-pressed="false">Save for later</button>
            </article>
            """
        }
        return Page(
            title: "Shop",
            content: """
                <h1>Shop</h1>
                <div class="toolbar"><span id="status" role="status">Your cart is empty</span>
                <button id="checkout" disabled>Check out</button></div>
                <div class="cards">
                \(cards.joined(separator: "\n"))
                </div>
                <section id="cart" aria-labelledby="cart-title" hidden><h2 id="cart-title">Cart</h2>
                <ul class="plain"></ul></section>
                """,
            script: Page.keep + #"""

                const cart = {};
                const saved = [];
                let ordered = false;
                const price = (cents) => `€${(cents / 100).toFixed(2)}`;
                function draw() {
                  const names = Object.keys(cart);
                  const count = names.reduce((sum, name) => sum + cart[name].quantity, 0);
                  const total = names.reduce((sum, name) => sum + cart[name].quantity * cart[name].cents, 0);
                  document.getElementById("status").textContent = ordered ? "Thank you for your order"
                    : count ? `${count} ${count === 1 ? "item" : "items"}, ${price(total)}` : "Your cart is empty";
                  document.getElementById("checkout").disabled = ordered || count === 0;
                  document.getElementById("cart").hidden = count === 0;
                  document.querySelector("#cart ul").replaceChildren(...names.map((name) => {
                    const item = document.createElement("li");
                    const remove = document.createElement("button");
                    remove.textContent = "Remove";
                    remove.addEventListener("click", () => { delete cart[name]; draw(); });
                    item.className = "row";
                    item.append(`${cart[name].quantity} × ${name} `, remove);
                    return item;
                  }));
                  const quantities = Object.fromEntries(names.map((name) => [name, cart[name].quantity]));
                  keep({ cart: quantities, total: (total / 100).toFixed(2), saved, ordered });
                }
                for (const card of document.querySelectorAll("article")) {
                  const { name, cents } = card.dataset;
                  card.querySelector(".add").addEventListener("click", () => {
                    cart[name] ??= { cents: Number(cents), quantity: 0 };
                    cart[name].quantity += Number(card.querySelector("input").value);
                    draw();
                  });
                  card.querySelector(".wish").addEventListener("click", (event) => {
                    const at = saved.indexOf(name);
                    if (at < 0) saved.push(name); else saved.splice(at, 1);
                    event.currentTarget.ariaPressed = String(at < 0);
                    draw();
                  });
                }
                document.getElementById("checkout").addEventListener("click", () => { ordered = true; draw(); });
                draw();
                """#
        )
    }()
}
