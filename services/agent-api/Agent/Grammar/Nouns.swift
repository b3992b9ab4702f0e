//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What people call the kinds of elements.
enum Nouns {
    private static let table: [(ElementDescription.Role, [String])] = [
        (.button, ["button", "btn", "push button", "buttons"]),
        (.link, ["link", "hyperlink", "links", "anchor"]),
        (
            .field,
            [
                "field", "fields", "box", "boxes", "input", "inputs", "textbox", "textboxes", "text box", "text field",
                "text fields", "text boxes", "input field", "input fields", "input box", "text input", "input textbox",
                "text area", "textarea", "text inputs", "entry field", "bar", "text entry", "input text box",
            ]
        ),
        (
            .checkbox,
            [
                "checkbox", "checkboxes", "check box", "check boxes", "tick box", "tickbox", "switch", "switches",
                "toggle", "toggles", "toggle switch",
            ]
        ),
        (.radio, ["radio", "radio button", "radio buttons", "radio option"]),
        (
            .list,
            [
                "list", "dropdown", "drop-down", "drop down", "dropdown menu", "dropdown list", "drop-down list",
                "drop-down menu", "drop down list", "drop down menu", "select box", "select", "combobox", "combo box",
                "selector", "picker", "listbox", "list box", "scroll list", "selection list", "select list",
                "dropdowns", "scrolling list",
            ]
        ),
        (.option, ["option", "options", "choice", "choices", "menu item", "menu entry", "menu option", "list option"]),
        (.tab, ["tab", "tabs"]),
        (.menu, ["menu", "menu button"]),
        (.image, ["image", "picture", "icon", "logo", "photo", "img", "images", "icons", "symbol"]),
        (.heading, ["heading", "headline", "headings"]),
        (.row, ["row", "rows", "table row", "line"]),
        (
            .item,
            [
                "item", "items", "card", "cards", "entry", "entries", "product", "products", "article", "articles",
                "post", "posts", "email", "emails", "message", "messages", "mail", "list item", "task", "tasks", "todo",
                "todos", "to-do", "thing", "order", "orders", "user", "users", "tile", "one",
            ]
        ),
        (
            .section,
            [
                "section", "sections", "panel", "panels", "accordion", "group", "area", "region", "fieldset", "folder",
                "node", "chapter", "part", "column", "form", "header", "footer", "sidebar", "navigation", "toolbar",
                "navbar", "nav",
            ]
        ),
        (.slider, ["slider", "range", "spinner", "sliders", "spinners", "spin box", "number spinner"]),
        (
            .dialog,
            [
                "dialog", "dialogue", "dialog box", "dialogue box", "popup", "pop-up", "pop up", "modal", "window",
                "banner", "message box", "overlay", "modal dialog", "popup window", "notification", "notice", "alert",
            ]
        ),
        (.result, ["result", "results", "search result", "search results", "hit"]),
    ]

    private static let byWord: [String: ElementDescription.Role] = Dictionary(
        table.flatMap { role, words in words.map { ($0, role) } },
        uniquingKeysWith: { first, _ in first }
    )

    private static let atBeginning = PhraseMap(table.flatMap { role, words in words.map { ($0, role) } })

    /// Things rather than controls: without a number such a word is as likely a name ("the message").
    static func isThing(_ role: ElementDescription.Role) -> Bool {
        [.item, .section, .row, .heading, .result, .dialog].contains(role)
    }

    /// The kind that a phrase ends with, and in how many words.
    static func role(atEndOf phrase: Phrase) -> (role: ElementDescription.Role, length: Int)? {
        for length in stride(from: min(3, phrase.count), through: 1, by: -1) {
            if let role = byWord[phrase.suffix(length).key] { return (role, length) }
        }
        return nil
    }

    /// The kind that a phrase begins with, and in how many words.
    static func role(atBeginningOf phrase: Phrase) -> (role: ElementDescription.Role, length: Int)? {
        atBeginning.match(at: phrase).map { ($0.value, $0.length) }
    }

    /// The kind that a word stands for.
    static func role(_ word: String) -> ElementDescription.Role? { byWord[word] }
}
