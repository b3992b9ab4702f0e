//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How different people put the same things.
extension Sentence {
    static let wordings = [
        Sentence("/todo", "create a new todo called \"Read a book\"", "s.todos[0].title === 'Read a book'"),
        Sentence("/todo", "put Buy bread into the input field and hit return", "s.todos[0].title === 'Buy bread'"),
        Sentence(
            "/todo",
            "add \"X\", add \"Y\", complete X, then click on Completed and count the checked checkboxes",
            "s.filter === 'completed'",
            result: "1"
        ),
        Sentence(
            "/shop",
            "Put the cursor in the Quantity field of the Notebook, press the up arrow key twice and click Add to cart for the Notebook",
            "s.cart.Notebook === 3"
        ),
        Sentence(
            "/shop",
            "list the names of all products",
            result:
                "Desk lamp, Office chair, Notebook, Fountain pen, Wall clock, Coffee mug, Coffee mug, large, Waste paper basket"
        ),
        Sentence("/shop", "Make sure there are 8 products and get the price of the Office chair.", result: "€189.00"),
        Sentence(
            "/mail",
            "open the email from Alan Turing",
            "s.open === 'A question'"
        ),
        Sentence("/mail", "click compose and then close the dialog by clicking Discard", "s.sent.length === 0"),
        Sentence("/orders", "sort the table by clicking Total", "s.sort.key === 'total'"),
        Sentence("/orders", "pay order 1002", "s.paid.includes(1002)"),
        Sentence("/orders", "Tick the checkbox in the third row, then untick it", "s.selected.length === 0"),
        Sentence("/orders", "check the checkbox in the row of 1004", "s.selected.join() === '1004'"),
        Sentence("/orders", "what is the date of order 1003?", result: "2026-11-23"),
        Sentence(
            "/orders",
            "copy the customer of the second row into the filter field",
            "s.filter === 'dorothy vaughan'"
        ),
        Sentence(
            "/register",
            "type Ada in the first name field, Byron in the last name field and ada@example.org in the email address field",
            "$('first').value === 'Ada' && $('last').value === 'Byron' && $('email').value === 'ada@example.org'"
        ),
        Sentence(
            "/register",
            "enter your first name as Ada and your surname as King",
            "$('first').value === 'Ada' && $('last').value === 'King'"
        ),
        Sentence("/register", "In the Phone field, type 030 123456", "$('phone').value === '030 123456'"),
        Sentence(
            "/register",
            "write Ada into the first field and King into the second field",
            "$('first').value === 'Ada' && $('last').value === 'King'"
        ),
        Sentence(
            "/flights",
            "set From to Paris, set To to London and set the departure date to 2 July 2026",
            "$('to').value === 'London' && document.querySelector('[type=date]').value === '2026-07-02'"
        ),
        Sentence("/controls", "Choose the radio button next to Card", "s.payment === 'card'"),
        Sentence("/controls", "uncheck everything", "s.catering.length === 0"),
        Sentence("/controls", "tick Cake, Tea", "s.catering.join() === 'tea,cake'"),
        Sentence("/controls", "pick 9:15 am as the time", "s.time === '09:15'"),
        Sentence("/controls", "set Date to 1.4.2026", "s.date === '2026-04-01'"),
        Sentence("/controls", "enable Do not disturb", "s.quiet"),
        Sentence("/controls", "select the last option in the Room dropdown", "s.room === 'Tower'"),
        Sentence("/controls", "double check that Invoice is checked, and click Book", "s.booked"),
        Sentence(
            "/controls",
            "type hello into the Wishes textarea then press Ctrl+A and press Delete",
            "s.wishes === ''"
        ),
        Sentence("/lists", "unselect Newsletter", "text.includes('extras: none')"),
        Sentence(
            "/tabs",
            "open the Settings tab and turn on Send me updates, then press Save settings",
            "s.saved.updates"
        ),
        Sentence("/tabs", "collapse Small print", "!document.querySelector('details').open"),
        Sentence(
            "/tabs",
            "Unfold the section \"Where is my secret word?\" and verify that the page contains marzipan",
            "s.open.length === 1"
        ),
        Sentence("/combobox", "type Lin into Home town and select Linz", "s.city === 'Linz'"),
        Sentence("/delayed", "once the list has loaded, click Add Dates", "s.chosen.join() === 'Dates'"),
        Sentence(
            "/delayed",
            "wait for the Loading text to disappear then click the second button",
            "s.chosen.join() === 'Bread'"
        ),
        Sentence("/feed", "scroll to the bottom 2 times and like post 12", "s.liked.join() === '12'"),
        Sentence("/modal", "dismiss the popup and tell me the heading", "s.modal !== 'open'"),
        Sentence(
            "/dialogs",
            "Click the Delete button for photo.png and confirm the alert",
            "s.files.join() === 'report.txt,notes.md'"
        ),
        Sentence("/links", "follow the link named Link 7", "location.pathname === '/links/7'"),
        Sentence("/links", "click the first link in the Chair section", "location.pathname === '/links/chair-details'"),
        Sentence("/links", "Click on Buy now under Table", "location.pathname === '/links/table-buy'"),
        Sentence(nil, "pull up SITE/lists and tell me how many checkboxes there are", result: "3"),
        Sentence(nil, "Open SITE/lists. Then open SITE/tabs. Then go back.", "location.pathname === '/lists'"),
        Sentence(
            nil,
            "go to SITE/lists > select Red from Colour > check Gift wrap",
            "text.includes('colour: red') && text.includes('gift')"
        ),
    ]
}
