//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// A snapshot prepared for being searched by name.
struct SnapshotIndex: Sendable {
    struct Entry: Sendable {
        var element: PageElement
        /// The names that it goes by, each with how much it says.
        var names: [(words: Words, weight: Double)]
        /// Its place in the order of the document.
        var order: Int

        /// The texts around it, from the nearest outwards. They are compared for few elements only.
        var surroundings: [Words] { element.surroundings.map { Words($0) } }
    }

    let snapshot: PageSnapshot
    let entries: [Entry]
    /// The words of all names.
    let vocabulary: Vocabulary

    init(_ snapshot: PageSnapshot) {
        self.snapshot = snapshot
        var vocabulary = Vocabulary()
        entries = snapshot.elements.enumerated().map { order, element in
            let names = Self.names(of: element).map { (vocabulary.number($0.words), $0.weight) }
            return Entry(element: element, names: names, order: order)
        }
        self.vocabulary = vocabulary
    }

    private static func names(of element: PageElement) -> [(words: Words, weight: Double)] {
        var names: [(Words, Double)] = []
        func add(_ words: Words, _ weight: Double) {
            if !words.isEmpty, !names.contains(where: { $0.0 == words }) { names.append((words, weight)) }
        }
        let attributes = element.attributes
        add(Words(element.name), 1)
        if let label = attributes["aria-label"] { add(Words(label), 1) }
        if let placeholder = attributes["placeholder"] { add(Words(placeholder), 0.95) }
        if let text = attributes["alt"] { add(Words(text), 0.95) }
        if let title = attributes["title"] { add(Words(title), 0.92) }
        if let name = attributes["name"] { add(.ofIdentifier(name), 0.85) }
        if let id = attributes["id"] { add(.ofIdentifier(id), 0.84) }
        if let id = attributes["data-testid"] { add(.ofIdentifier(id), 0.8) }
        if let type = attributes["type"], Kinds.isField(element) || element.tag == "input" {
            add(Words(type), 0.72)
            // "The departure date" is the field "Depart" for a date.
            if !["text", "search"].contains(type), !element.name.isEmpty { add(Words("\(element.name) \(type)"), 0.9) }
        }
        if element.role == "searchbox" { add(Words("search"), 0.85) }
        if let name = attributes["class"], element.name.isEmpty { add(.ofIdentifier(name), 0.7) }
        if let address = attributes["href"], let last = address.split(separator: "/").last, element.name.isEmpty {
            add(.ofIdentifier(String(last)), 0.6)
        }
        // A field without a label mostly has its name right around it.
        if element.name.isEmpty, Kinds.isField(element) || element.role == "combobox",
            let near = element.surroundings.first, near.count < 60
        {
            add(Words(near), 0.6)
        }
        return names
    }
}

/// What elements are, and what can be done with them.
enum Kinds {
    static let textRoles: Set<String> = ["textbox", "searchbox", "spinbutton", "slider"]
    private static let notTyped: Set<String> = ["button", "submit", "reset", "checkbox", "radio", "file", "image"]

    /// Whether a text can be typed into it, or a date or a number set.
    static func isField(_ element: PageElement) -> Bool {
        if element.tag == "textarea" { return true }
        if element.tag == "input" { return !notTyped.contains(element.attributes["type"] ?? "text") }
        return textRoles.contains(element.role)
    }

    static func isCheckable(_ element: PageElement) -> Bool {
        ["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"].contains(element.role)
            || element.attributes["aria-pressed"] != nil
    }

    static func isNativeList(_ element: PageElement) -> Bool { element.tag == "select" }

    /// Whether options are chosen from it.
    static func isList(_ element: PageElement) -> Bool {
        element.tag == "select" || ["combobox", "listbox"].contains(element.role)
            || ["listbox", "menu", "true"].contains(element.attributes["aria-haspopup"] ?? "")
    }

    static func isOption(_ element: PageElement) -> Bool {
        ["option", "menuitem", "menuitemradio", "menuitemcheckbox", "treeitem"].contains(element.role)
    }

    static func isFileField(_ element: PageElement) -> Bool {
        element.tag == "input" && element.attributes["type"] == "file"
    }

    static func isSecret(_ element: PageElement) -> Bool { element.attributes["type"] == "password" }

    static func isDateOrTime(_ element: PageElement) -> Bool {
        ["date", "time", "datetime-local", "month", "week"].contains(element.attributes["type"] ?? "")
    }

    /// Whether it opens and closes something.
    static func isExpandable(_ element: PageElement) -> Bool { element.isExpanded != nil }

    /// How well an element is of a kind: 1 for one, down to 0 for none.
    static func fit(_ element: PageElement, _ role: ElementDescription.Role) -> Double {
        let isHidden = element.attributes["hidden"] == "true"
        let own = element.role
        switch role {
        case .button:
            if own == "button" || own == "switch" { return isHidden ? 0.5 : 1 }
            return own.hasPrefix("menuitem") || own == "tab" ? 0.85 : own == "link" ? 0.8 : own.isEmpty ? 0.75 : 0.3
        case .link:
            return own == "link"
                ? 1 : own == "button" || own.isEmpty ? 0.7 : own.hasPrefix("menuitem") || own == "tab" ? 0.75 : 0.3
        case .field:
            if element.tag == "textarea" || ["textbox", "searchbox"].contains(own) { return 1 }
            return isField(element)
                ? 0.97 : isList(element) ? 0.9 : isCheckable(element) ? 0.85 : isFileField(element) ? 0.9 : 0.2
        case .checkbox:
            return ["checkbox", "switch", "menuitemcheckbox"].contains(own) ? 1 : isCheckable(element) ? 0.8 : 0.2
        case .radio: return ["radio", "menuitemradio"].contains(own) ? 1 : own == "checkbox" ? 0.6 : 0.2
        case .list:
            return isNativeList(element)
                ? 1 : isList(element) ? 0.97 : isField(element) ? 0.6 : own == "button" ? 0.6 : 0.2
        case .option:
            return isOption(element)
                ? 1 : isCheckable(element) ? 0.85 : ["button", "link", "tab"].contains(own) ? 0.7 : 0.3
        case .tab: return own == "tab" ? 1 : ["button", "link"].contains(own) ? 0.7 : 0.3
        case .menu:
            return own.hasPrefix("menuitem") || element.attributes["aria-haspopup"] != nil
                ? 1 : ["button", "link"].contains(own) || isList(element) ? 0.85 : 0.3
        case .image: return own == "img" || element.tag == "img" ? 1 : isField(element) ? 0.3 : 0.9
        case .slider: return own == "slider" ? 1 : own == "spinbutton" ? 0.92 : isField(element) ? 0.6 : 0.2
        case .section:
            return isExpandable(element)
                ? 1 : ["treeitem", "tab"].contains(own) ? 0.9 : ["button", "link"].contains(own) ? 0.8 : 0.6
        case .result: return own == "link" ? 1 : 0.5
        case .row, .item, .heading, .dialog: return isField(element) ? 0.6 : 0.9
        }
    }
}
