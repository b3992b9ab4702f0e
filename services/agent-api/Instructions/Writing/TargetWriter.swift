//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Ways to say which element is meant, the shortest first. Whether one is understood as it is meant is for the reader to
/// try.
struct TargetWriter {
    /// What an element is to the verb.
    enum Part { case control, field, box }

    private let page: PageIndex

    /// Longer names are not written.
    private static let longestName = 80
    /// How many scopes are tried.
    private static let mostScopes = 8

    init(_ page: PageIndex) { self.page = page }

    func phrases(for seen: Seen, as part: Part) -> [String] {
        guard let index = page.nodes.firstIndex(where: { $0.reference == seen.reference }) else { return [] }
        let names = names(of: index).compactMap { InstructionWriter.quoted($0) }
        let kinds = kinds(of: page.nodes[index], part)
        let scopes = scopes(of: index)
        let named = names.flatMap { name in [name] + kinds.map { "the \(name) \($0)" } }
        var phrases = named
        for scope in scopes { phrases += named.map { "\($0) \(scope)" } }
        for scope in [""] + scopes.map({ " " + $0 }) {
            for kind in kinds { phrases.append("the \(kind)\(scope)") }
        }
        // By its place among its like.
        for name in names {
            if let place = place(of: index, among: { self.names(of: $0).contains { InstructionWriter.quoted($0) == name } }) {
                phrases += ["the \(place) \(name)"] + kinds.map { "the \(place) \(name) \($0)" }
            }
        }
        for kind in kinds {
            let role = page.nodes[index].role
            if let place = place(of: index, among: { page.nodes[$0].role == role }) {
                phrases.append("the \(place) \(kind)")
            }
        }
        return phrases
    }

    /// What an element is called, the best first.
    private func names(of index: Int) -> [String] {
        let node = page.nodes[index]
        let candidates = [node.name, node.labelNear, node.placeholder, node.isEditable ? "" : node.text]
        var names: [String] = []
        for name in candidates.map(Self.line) where !name.isEmpty && name.count <= Self.longestName {
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func kinds(of node: PageNode, _ part: Part) -> [String] {
        switch node.role {
        case "button": ["button"]
        case "link": ["link"]
        case "textbox", "searchbox", "spinbutton": ["field"]
        case "combobox", "listbox": node.isEditable ? ["field", "list"] : ["list"]
        case "checkbox", "switch": ["checkbox"]
        case "radio": ["radio button"]
        case "tab": ["tab"]
        case "menuitem", "menuitemcheckbox", "menuitemradio": ["menu item"]
        case "option": ["option"]
        case "slider": ["slider"]
        case "img": ["image"]
        case "row": ["row"]
        case "cell", "gridcell": ["cell"]
        case "heading": ["heading"]
        default: part == .field ? ["field"] : []
        }
    }

    /// Where an element is: in a row, an item or a group, the nearest first.
    private func scopes(of index: Int) -> [String] {
        var scopes: [String] = []
        for ancestor in page.view.ancestors(of: index) {
            guard scopes.count < Self.mostScopes else { break }
            let node = page.nodes[ancestor]
            if page.items[ancestor] == ancestor {
                let noun = node.role == "row" ? "row" : "item"
                scopes += tellingTexts(in: ancestor, besides: index).flatMap { text in
                    ["in the \(noun) of \(text)", "in the \(noun) with \(text)"]
                }
            } else if let name = InstructionWriter.quoted(Self.line(node.name)), node.name.count <= Self.longestName {
                scopes += ["in \(name)"] + (Self.groups[node.role].map { ["in the \(name) \($0)"] } ?? [])
            }
        }
        return scopes
    }

    private static let groups = [
        "dialog": "dialog", "alertdialog": "dialog", "region": "section", "group": "section", "form": "form",
        "table": "table", "list": "list", "navigation": "section", "menu": "menu", "frame": "frame",
    ]

    /// Short texts of an item that no other item has.
    private func tellingTexts(in item: Int, besides index: Int) -> [String] {
        let alike = page.indices.filter { $0 != item && page.items[$0] == $0 }
        var texts: [String] = []
        for inner in page.descendants(of: item) where inner != index && texts.count < 3 {
            let node = page.nodes[inner]
            let text = Self.line(node.text.isEmpty ? node.name : node.text)
            guard !text.isEmpty, text.count <= Self.longestName, !node.isEditable, !texts.contains(text),
                !alike.contains(where: { page.nodes[$0].text.contains(text) && !page.isInside(item, $0) })
            else { continue }
            texts.append(text)
        }
        return texts.compactMap { InstructionWriter.quoted($0) }
    }

    private static let ordinals = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ]

    /// The place of an element among several like it; `nil` if it is the only one.
    private func place(of index: Int, among isAlike: (Int) -> Bool) -> String? {
        let alike = page.indices.filter { page.nodes[$0].isInteractive == page.nodes[index].isInteractive && isAlike($0) }
        guard alike.count > 1, let position = alike.firstIndex(of: index) else { return nil }
        if position < Self.ordinals.count { return Self.ordinals[position] }
        return position == alike.count - 1 ? "last" : "\(position + 1)th"
    }
}
