//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The to-do list, the shop, the mail and the table of orders.
extension Sentence {
    static let todo = [
        Sentence("/todo", "add \"Buy milk\"", "s.todos.length === 1 && s.todos[0].title === 'Buy milk'"),
        Sentence(
            "/todo",
            "Add a todo called walk the dog, then add the task \"water the plants\"",
            "s.todos.map((t) => t.title).join() === 'walk the dog,water the plants'"
        ),
        Sentence(
            "/todo",
            "type \"Buy milk\" into the box and press Enter. Then mark Buy milk as done.",
            "s.todos[0].completed && s.left === 0"
        ),
        Sentence(
            "/todo",
            "Please add the following to my list: \"Eggs\", \"Flour\" and \"Sugar\". After that, check Flour and click Clear completed.",
            "s.todos.map((t) => t.title).join() === 'Eggs,Sugar'"
        ),
        Sentence(
            "/todo",
            "add \"Eggs\" and add \"Flour\", delete Eggs",
            "s.todos.length === 1 && s.todos[0].title === 'Flour'"
        ),
        Sentence(
            "/todo",
            "add \"A\", \"B\" and \"C\"; mark all as complete; click Active; how many items are left?",
            "s.left === 0 && s.filter === 'active'",
            result: "0"
        ),
        Sentence(
            "/todo",
            "Add \"Old\". Double-click Old, type \"New\" into the edit field, press Enter.",
            "s.todos[0].title === 'New'"
        ),
    ]

    static let shop = [
        Sentence("/shop", "add the notebook to the cart", "s.cart.Notebook === 1"),
        Sentence("/shop", "Add Desk lamp to cart and check out", "s.ordered && s.cart['Desk lamp'] === 1"),
        Sentence(
            "/shop",
            "click the \"Add to cart\" button of the Office chair",
            "s.cart['Office chair'] === 1 && s.total === '189.00'"
        ),
        Sentence("/shop", "click the third Add to cart button", "Object.keys(s.cart).join() === 'Notebook'"),
        Sentence(
            "/shop",
            "In the card of the Fountain pen, set the quantity to 3 and then click Add to cart in the Fountain pen card",
            "s.cart['Fountain pen'] === 3"
        ),
        Sentence("/shop", "save the coffee mug, large for later", "s.saved.join() === 'Coffee mug, large'"),
        Sentence("/shop", "For the Notebook, click on \"Save for later\"", "s.saved.join() === 'Notebook'"),
        Sentence(
            "/shop",
            "I'd like you to do the following: add \"Desk lamp\" to the basket, and add \"Notebook\" to the basket. Then remove the Desk lamp from the cart.",
            "Object.keys(s.cart).join() === 'Notebook'"
        ),
        Sentence("/shop", "read the price of the second item", result: "€189.00"),
        Sentence("/shop", "what is the price of the fountain pen?", result: "€32.00"),
        Sentence("/shop", "How much is the Desk lamp?", result: "€24.90"),
        Sentence("/shop", "how many products are there", result: "8"),
        Sentence("/shop", "tell me the name of the last product", result: "Waste paper basket"),
        Sentence(
            "/shop",
            "add the coffee mug to the cart and read the status",
            "s.cart['Coffee mug'] === 1",
            result: "1 item, €8.90"
        ),
    ]

    static let mail = [
        Sentence("/mail", "find the email by Alan Turing and click the star", "s.starred.join() === '2'"),
        Sentence("/mail", "open the message \"The moth\"", "s.open === 'The moth'"),
        Sentence("/mail", "click on the third email", "s.open === 'Offers of the week'"),
        Sentence(
            "/mail",
            "select the first two messages, then archive them",
            "s.archived.length === 2"
        ),
        Sentence("/mail", "star the email from the Library", "s.starred.join() === '5'"),
        Sentence(
            "/mail",
            "check the box next to A question and click Delete",
            "s.deleted.join() === '2'"
        ),
        Sentence("/mail", "Select all and click Archive", "s.archived.length === 6"),
        Sentence(
            "/mail",
            "click Compose, enter \"ada@example.com\" in To, \"Hello\" in Subject and \"See you soon\" in Message, and press Send",
            "s.sent[0].to === 'ada@example.com' && s.sent[0].subject === 'Hello' && s.sent[0].text === 'See you soon'"
        ),
        Sentence(
            "/mail",
            "Open Nanoseconds, click Reply, type \"Thank you!\" into the message and send it.",
            "s.sent[0].to === 'grace@example.com' && s.sent[0].subject === 'Re: Nanoseconds' && s.sent[0].text === 'Thank you!'"
        ),
        Sentence("/mail", "search for newsletter", "s.shown.join() === '3,6'"),
        Sentence(
            "/mail",
            "open \"Your book is due\" and go back to the inbox",
            "s.open === null && s.unread === 3"
        ),
    ]

    static let table = [
        Sentence("/orders", "delete the second row", "s.deleted.join() === '1002'"),
        Sentence("/orders", "click Pay in the row of 1003", "s.paid.includes(1003)"),
        Sentence("/orders", "click Details for Charles Babbage", "s.details === 1004 || s.details === 1003"),
        Sentence("/orders", "in the row of Grace Hopper, click Details", "s.details === 1003"),
        Sentence(
            "/orders",
            "go to the next page and click the first Details button",
            "s.page === 2 && s.details === 1006"
        ),
        Sentence("/orders", "click page 3", "s.page === 3"),
        Sentence("/orders", "set rows per page to 25", "s.size === 25 && s.shown.length === 23"),
        Sentence(
            "/orders",
            "choose 10 from Rows per page and click on Customer to sort",
            "s.size === 10 && s.sort.key === 'customer'"
        ),
        Sentence("/orders", "type 1020 into the filter", "s.shown.join() === '1020'"),
        Sentence("/orders", "what is the status of order 1002?", result: "Open"),
        Sentence("/orders", "read the customer of the first row", result: "Ada Lovelace"),
        Sentence("/orders", "get the date in the row of 1003", result: "2026-11-23"),
        Sentence("/orders", "how many rows are in the table?", result: "5"),
        Sentence(
            "/orders",
            "go through the pages until you find 1014 and click Delete in the row of 1014",
            "s.deleted.join() === '1014' && s.page === 3"
        ),
        Sentence("/orders", "click Next until 1021 appears", "s.shown.includes(1021)"),
        Sentence("/orders", "select all rows", "s.selected.length === 5"),
    ]
}
