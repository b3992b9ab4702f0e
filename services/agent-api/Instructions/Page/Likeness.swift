//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// How well a name fits what something is called.
enum Likeness {
    /// From 0 to 1. 1 is the same text, 0.9 and more the same words, 0.5 and more a part of them. Words of the name that the text
    /// does not have make it 0: no word is left out.
    static func score(_ name: Name, _ label: PageIndex.Label) -> Double {
        guard !label.words.isEmpty, !name.words.isEmpty else { return 0 }
        if name.text == label.text { return label.weight }
        if name.words == label.words { return 0.98 * label.weight }
        let text = label.text.lowercased()
        if text == name.text.lowercased() { return 0.99 * label.weight }
        if label.words.count < name.words.count && label.words.count < content(name.words).count {
            return joined(name, label)
        }
        let share = Double(content(name.words).count) / Double(max(1, content(label.words).count))
        if let place = firstRange(of: name.words, in: label.words) {
            return (0.72 + 0.2 * min(1, share) + (place == 0 ? 0.02 : 0)) * label.weight
        }
        let stems = label.words.map(WordForms.stem)
        let wanted = content(name.words).map(WordForms.stem)
        if wanted == content(label.words).map(WordForms.stem) { return 0.94 * label.weight }
        if firstRange(of: wanted, in: stems) != nil { return (0.68 + 0.2 * min(1, share)) * label.weight }
        if name.isQuoted { return joined(name, label) }
        if wanted.allSatisfy(stems.contains) { return (0.6 + 0.2 * min(1, share)) * label.weight }
        if wanted.allSatisfy({ word in stems.contains { isNear(word, $0) } }) {
            return (0.5 + 0.2 * min(1, share)) * label.weight
        }
        return joined(name, label)
    }

    /// "user name" and "username", "e-mail" and "email", "sign up" and "signup".
    private static func joined(_ name: Name, _ label: PageIndex.Label) -> Double {
        let own = name.words.joined()
        let other = label.words.joined()
        if own == other { return 0.95 * label.weight }
        return 0
    }

    /// The words that tell something.
    static func content(_ words: [String]) -> [String] {
        let kept = words.filter { !small.contains($0) }
        return kept.isEmpty ? words : kept
    }

    private static let small: Set<String> = [
        "the", "a", "an", "of", "to", "and", "in", "for", "your", "my", "on", "&", "please", "*", "is", "this",
    ]

    static func firstRange(of words: [String], in text: [String]) -> Int? {
        guard let first = words.first, words.count <= text.count else { return nil }
        for start in 0...(text.count - words.count) where text[start] == first {
            if text[start..<start + words.count].elementsEqual(words) { return start }
        }
        return nil
    }

    /// Whether two words differ by a slip of the pen.
    static func isNear(_ first: String, _ second: String) -> Bool {
        if first == second { return true }
        guard first.count >= 5, second.count >= 5, abs(first.count - second.count) <= 1,
            !first.contains(where: \.isNumber)
        else { return false }
        let (a, b) = (Array(first), Array(second))
        let prefix = zip(a, b).prefix { $0 == $1 }.count
        let suffix = zip(a.dropFirst(prefix).reversed(), b.dropFirst(prefix).reversed()).prefix { $0 == $1 }.count
        return max(a.count, b.count) - prefix - suffix <= 1
    }

    /// What else a verb may be called on a page, itself first.
    static func sameDeeds(_ words: [String]) -> [[String]] {
        let text = words.joined(separator: " ")
        var found = [words]
        for group in Words.sameDeeds where group.contains(text) {
            for other in group where other != text { found.append(WordForms.words(of: other)) }
        }
        return found
    }

    /// Whether two words mean the same attribute.
    static func isSameAttribute(_ first: String, _ second: String) -> Bool {
        if first == second || WordForms.stem(first) == WordForms.stem(second) { return true }
        return Words.attributes.contains { $0.contains(first) && $0.contains(second) }
    }
}

/// Which nodes are of a kind.
enum KindFit {
    /// Whether a node is of a kind, as people call things.
    static func fits(_ index: Int, _ kind: Kind, _ page: PageIndex) -> Bool {
        let node = page.nodes[index]
        switch kind {
        case .button:
            if ["button", "menuitem"].contains(node.role)
                || ["button", "submit", "reset", "image"].contains(node.inputType) || node.tag == "button"
            {
                return true
            }
            if node.role == "link" { return node.hints.contains { $0.contains("btn") || $0.contains("button") } }
            return node.isInteractive
                && (node.role.isEmpty || node.role == "text" || node.role == "img" || node.role == "shape"
                    || node.role == "listitem")
                && !node.isEditable
        case .link:
            return node.role == "link" || (node.isInteractive && ["a", "area"].contains(node.tag))
                || (node.isInteractive && node.role.isEmpty && node.hints.contains { $0.contains("link") })
                || node.isInteractive && node.tag == "span" && node.role.isEmpty
        case .field:
            return node.isEditable || ["textbox", "searchbox", "spinbutton"].contains(node.role)
                || textTypes.contains(node.inputType) || node.inputType == "file"
        case .checkbox:
            return ["checkbox", "switch", "menuitemcheckbox"].contains(node.role) || node.inputType == "checkbox"
        case .radio: return ["radio", "menuitemradio"].contains(node.role) || node.inputType == "radio"
        case .list: return isList(node) || node.hasPopup && node.role == "button"
        case .option:
            return ["option", "menuitemradio", "radio", "checkbox", "treeitem", "switch"].contains(node.role)
                || (node.isInteractive && node.role == "listitem")
        case .tab:
            let own = node.hints + (node.parent.map { page.nodes[$0].hints } ?? [])
            return node.role == "tab"
                || (node.isInteractive && !node.isEditable
                    && own.contains {
                        $0 == "tab" || $0.hasPrefix("tab-") || $0.hasSuffix("-tab") || $0.hasPrefix("tabs")
                            || $0.hasSuffix("tab") || $0.hasSuffix("-tabs")
                    })
        case .menu:
            return ["menu", "menubar", "navigation", "toolbar"].contains(node.role) || node.hasPopup
                || node.hints.contains { $0.contains("menu") || $0 == "nav" }
        case .menuItem:
            return node.role.hasPrefix("menuitem")
                || (node.isInteractive
                    && page.view.ancestors(of: index).contains {
                        ["menu", "menubar", "navigation"].contains(page.nodes[$0].role)
                            || page.nodes[$0].hints.contains { $0.contains("menu") }
                    })
        case .slider:
            return node.role == "slider" || node.inputType == "range" || node.hints.contains { $0.contains("slider") }
        case .section:
            return [
                "region", "group", "tabpanel", "form", "radiogroup", "article", "complementary", "main", "navigation",
            ].contains(node.role) || node.tag == "fieldset" || node.tag == "section" || node.tag == "details"
                || node.isExpanded != nil || page.isTitle(index)
        case .row:
            return (node.role == "row" && !page.isHeaderRow(index))
                || (node.role != "row" && PageIndex.isItem(node) && page.table(around: index) == nil)
        case .column: return node.role == "columnheader"
        case .cell: return ["cell", "gridcell", "columnheader", "rowheader"].contains(node.role) || node.column != nil
        case .table: return ["table", "grid", "treegrid"].contains(node.role)
        case .listGroup: return ["list", "listbox", "tree", "feed"].contains(node.role) || isList(node)
        case .form: return node.role == "form" || node.tag == "form"
        case .dialog:
            return ["dialog", "alertdialog", "alert", "status"].contains(node.role) || node.tag == "dialog"
                || node.hints.contains {
                    $0.contains("modal") || $0.contains("popup") || $0.contains("dialog") || $0.contains("banner")
                        || $0.contains("toast")
                }
        case .heading: return node.role == "heading"
        case .paragraph:
            return ["paragraph", "text", "blockquote"].contains(node.role) || node.tag == "p" || node.tag == "textarea"
        case .image: return node.role == "img" || ["img", "svg", "picture", "canvas"].contains(node.tag)
        case .icon:
            return node.role == "img" || node.tag == "svg" || node.tag == "i"
                || (node.isInteractive && node.text.count <= 2) || PageIndex.isIcon(node)
        case .frame: return node.role == "frame"
        case .item: return PageIndex.isItem(node) && !page.isHeaderRow(index)
        case .shape: return !node.shape.isEmpty && !["text", "letter", "digit"].contains(node.shape)
        case .node:
            return node.role == "treeitem" || node.hints.contains { $0.contains("folder") } || node.isExpanded != nil
        case .date:
            return ["date", "datetime-local", "month", "week", "time"].contains(node.inputType)
                || node.hints.contains { $0.contains("date") || $0.contains("calendar") }
                || WordForms.words(of: node.name).contains("date")
        case .status: return ["status", "alert", "log"].contains(node.role)
        case .digit:
            return node.shape == "digit"
                || (!node.text.isEmpty && node.text.count <= 6 && node.text.allSatisfy(\.isNumber))
        case .letter: return node.shape == "letter" || (node.text.count == 1 && node.text.first?.isLetter == true)
        }
    }

    static let textTypes: Set<String> = [
        "text", "search", "email", "url", "tel", "password", "number", "date", "time", "month", "week",
        "datetime-local", "color",
    ]

    static func isList(_ node: PageNode) -> Bool {
        node.tag == "select" || node.role == "combobox" || node.role == "listbox"
            || (node.role == "button" && node.hasPopup && !node.options.isEmpty)
    }

    /// Among fields, "text area" and "text box" may tell two apart.
    static func isArea(_ noun: String?) -> Bool? {
        guard let noun else { return nil }
        if noun.hasPrefix("textarea") || noun.hasPrefix("text area") || noun.contains("editor") { return true }
        if noun.hasPrefix("textbox") || noun.hasPrefix("text box") || noun.hasPrefix("text field")
            || noun.hasPrefix("text input") || noun.hasPrefix("input") || noun.hasPrefix("textfield")
        {
            return false
        }
        return nil
    }
}
