//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// A page prepared for looking things up: its tree, and what belongs together.
struct PageIndex: Sendable {
    let view: PageView
    /// The end of each node's subtree; what is in node `i` is `i + 1 ..< ends[i]`.
    let ends: [Int]
    let depths: [Int]
    let children: [[Int]]
    /// The words of each node's name and text, by which they are compared.
    let labels: [[Label]]
    /// The nearest repeated box around each node, itself included: a row, a card, an item of a list.
    let items: [Int?]

    /// Something that a node is called, and how much it counts.
    struct Label: Hashable, Sendable {
        var text: String
        var words: [String]
        var weight: Double
    }

    var nodes: [PageNode] { view.nodes }
    var indices: Range<Int> { view.nodes.indices }

    init(_ view: PageView) {
        self.view = view
        let nodes = view.nodes
        var ends = Array(nodes.indices.map { $0 + 1 })
        var depths = Array(repeating: 0, count: nodes.count)
        var children = Array(repeating: [Int](), count: nodes.count)
        for (index, node) in nodes.enumerated() {
            guard let parent = node.parent, parent < index else { continue }
            depths[index] = depths[parent] + 1
            children[parent].append(index)
        }
        for index in nodes.indices.reversed() {
            if let parent = nodes[index].parent, parent < index { ends[parent] = max(ends[parent], ends[index]) }
        }
        self.ends = ends
        self.depths = depths
        self.children = children
        var items: [Int?] = Array(repeating: nil, count: nodes.count)
        for index in nodes.indices {
            items[index] =
                Self.isItem(nodes[index]) ? index : nodes[index].parent.flatMap { $0 < index ? items[$0] : nil }
        }
        self.items = items
        labels = nodes.indices.map { index in
            var labels = Self.labels(of: nodes[index])
            // A box without a name is called by the text behind it.
            let node = nodes[index]
            if node.name.isEmpty, ["checkbox", "radio"].contains(node.inputType), index + 1 < nodes.count,
                nodes[index + 1].parent == node.parent, nodes[index + 1].role == "text", !nodes[index + 1].text.isEmpty
            {
                labels.insert(
                    Label(text: nodes[index + 1].text, words: WordForms.words(of: nodes[index + 1].text), weight: 0.99),
                    at: 0
                )
            }
            // "Phone: " before a link says what the link is.
            if node.isInteractive, !node.isEditable, index > 0, nodes[index - 1].parent == node.parent,
                nodes[index - 1].role == "text", nodes[index - 1].text.hasSuffix(":")
            {
                let text = String(nodes[index - 1].text.dropLast())
                labels.append(Label(text: text, words: WordForms.words(of: text), weight: 0.95))
            }
            return labels
        }
    }

    private static let itemRoles: Set<String> = ["row", "listitem", "article", "treeitem", "option"]

    /// Whether something small without a text is drawn there, which may be used like a button.
    static func isIcon(_ node: PageNode) -> Bool {
        node.text.isEmpty && node.box.width <= 48 && node.box.height <= 48 && node.box.width > 0
            && (!node.shape.isEmpty || ["img", "svg", "i"].contains(node.tag) || node.isInteractive)
            && !node.isEditable && node.inputType.isEmpty && (!node.hints.isEmpty || !node.name.isEmpty)
    }

    static func isItem(_ node: PageNode) -> Bool { node.isRepeated || itemRoles.contains(node.role) }

    /// Whether it is only a title over items: "Today" over the mails of today. It is none of them itself.
    func isGroupOfItems(_ index: Int) -> Bool {
        guard Self.isItem(nodes[index]), nodes[index].role != "row" else { return false }
        let inner = children[index].filter { Self.isItem(nodes[$0]) }
        guard !inner.isEmpty, inner.contains(where: { ends[$0] > $0 + 1 }) else { return false }
        return children[index].allSatisfy { Self.isItem(nodes[$0]) || isTitle($0) }
    }

    /// Something plain that is listened to and has a short text, such as the title of a section.
    func isPlainControl(_ index: Int) -> Bool {
        let node = nodes[index]
        return node.isInteractive && ["", "text", "generic", "heading"].contains(node.role) && node.href.isEmpty
            && node.inputType.isEmpty && !node.isEditable && !["button", "a", "input", "label"].contains(node.tag)
            && !node.text.isEmpty && node.text.count <= 60
    }

    private static func labels(of node: PageNode) -> [Label] {
        var labels: [Label] = []
        func add(_ text: String, _ weight: Double) {
            let text = text.trimmed
            guard !text.isEmpty, !labels.contains(where: { $0.text == text }) else { return }
            labels.append(Label(text: text, words: WordForms.words(of: text), weight: weight))
        }
        add(node.name, 1)
        if !node.isEditable, node.role != "combobox", node.text.count <= 300 {
            add(node.text, node.isInteractive || node.name.isEmpty ? 1 : 0.9)
        }
        add(node.labelNear, 0.97)
        add(node.placeholder, 0.95)
        if node.isInteractive, !node.isEditable, ["button", "submit", "reset"].contains(node.inputType) {
            add(node.value, 1)
        }
        if node.tag == "input",
            ["date", "time", "email", "password", "search", "tel", "url", "number", "color"].contains(
                node.inputType
            )
        {
            add(node.inputType, 0.72)
        }
        if !node.hints.isEmpty {
            for hint in node.hints where hint.count > 1 { add(hint, 0.8) }
            if node.hints.count > 1 { add(node.hints.joined(separator: " "), 0.78) }
        }
        return labels
    }

    func isInside(_ inner: Int, _ outer: Int) -> Bool { outer <= inner && inner < ends[outer] }

    func descendants(of index: Int) -> Range<Int> { index + 1..<ends[index] }

    /// The smallest node that both are in.
    func common(_ first: Int, _ second: Int) -> Int? {
        var node: Int? = min(first, second)
        let other = max(first, second)
        while let index = node, !isInside(other, index) { node = nodes[index].parent }
        return node
    }

    /// What a heading is the heading of: all up to the next heading of its level or a higher one.
    func section(of heading: Int) -> Range<Int> {
        guard let parent = nodes[heading].parent else { return heading..<nodes.count }
        var holder = heading
        var box = parent
        // A heading alone in a box is the heading of what stands beside the box.
        while children[box].count == 1, let outer = nodes[box].parent {
            holder = box
            box = outer
        }
        let level = nodes[heading].level
        for next in ends[holder]..<max(ends[holder], ends[box]) {
            let node = nodes[next]
            if node.role == "heading" ? level == 0 || node.level <= level : level == 0 && isTitle(next) {
                return heading..<next
            }
        }
        return heading..<ends[box]
    }

    /// The title that stands directly over a thing, or over the column of a cell.
    func title(over index: Int) -> String? {
        if let cell = cell(around: index), let column = nodes[cell].column, let table = table(around: cell) {
            return header(ofColumn: column, in: table).map { nodes[$0].text }
        }
        guard let parent = nodes[index].parent, let place = children[parent].firstIndex(of: index) else { return nil }
        return children[parent][..<place].last(where: isTitle).map { nodes[$0].text }
    }

    /// Whether a text stands over others like a heading: a short line of its own.
    func isTitle(_ index: Int) -> Bool {
        let node = nodes[index]
        return node.role == "heading" || node.role == "legend" || node.tag == "legend" || node.tag == "dt"
            || (node.role == "text" && !node.isInteractive && node.text.count < 60
                && ["b", "strong", "caption"].contains(node.tag))
    }

    /// Whether it is a box with a name of its own.
    func isGroup(_ index: Int) -> Bool {
        let node = nodes[index]
        return !node.name.isEmpty && ends[index] > index + 1
            && [
                "group", "region", "form", "radiogroup", "table", "list", "dialog", "article", "tabpanel", "navigation",
            ]
            .contains(node.role)
    }

    /// Numbers say how near things are to each other: how many nodes are in the smallest box that has both. `nil`: one has nothing to do with the
    /// other, as they are in different items of a list.
    func distance(_ node: Int, _ scope: Int) -> Int? {
        if isInside(node, scope) { return ends[scope] - scope }
        if isInside(scope, node) { return 1 }
        if let column = nodes[scope].column, let own = cell(around: node), nodes[own].column == column,
            nodes[scope].role == "columnheader" || nodes[scope].row == 0,
            table(around: own) == table(around: scope)
        {
            return 2
        }
        if isTitle(scope) {
            let section = section(of: scope)
            if section.contains(node) { return section.count }
        }
        let common = common(node, scope)
        if let mine = branch(of: node, below: common), let other = branch(of: scope, below: common), mine != other {
            // Two items of one list.
            if Self.isItem(nodes[mine]), Self.isItem(nodes[other]) { return nil }
            // A cell of another row.
            if nodes[mine].role == "rowgroup", nodes[other].role == "rowgroup" { return nil }
        }
        return common.map { ends[$0] - $0 } ?? nodes.count + 1
    }

    private func branch(of node: Int, below outer: Int?) -> Int? {
        var index = node
        while let parent = nodes[index].parent {
            if parent == outer { return index }
            index = parent
        }
        return outer == nil ? index : nil
    }

    func cell(around node: Int) -> Int? {
        var index: Int? = node
        while let current = index {
            if nodes[current].column != nil { return current }
            index = nodes[current].parent
        }
        return nil
    }

    func table(around node: Int) -> Int? {
        var index: Int? = node
        while let current = index {
            if ["table", "grid", "treegrid"].contains(nodes[current].role) { return current }
            index = nodes[current].parent
        }
        return nil
    }

    /// The header of the column of a cell.
    func header(ofColumn column: Int, in table: Int) -> Int? {
        descendants(of: table).first {
            nodes[$0].column == column && (nodes[$0].role == "columnheader" || nodes[$0].row == 0)
        }
    }

    func isHeaderRow(_ row: Int) -> Bool {
        guard nodes[row].role == "row" else { return false }
        let cells = descendants(of: row).filter { nodes[$0].column != nil }
        return !cells.isEmpty && cells.allSatisfy { nodes[$0].role == "columnheader" }
    }

    /// What a person would call a node.
    func called(_ index: Int) -> String {
        let node = nodes[index]
        for text in [node.name, node.labelNear, node.text, node.placeholder, node.hints.first ?? "", node.value]
        where !text.isEmpty {
            return text.shortened(to: 60)
        }
        return node.role.isEmpty ? node.tag : node.role
    }

    /// Where a node stands, to tell it from its like.
    func place(of index: Int) -> String? {
        let own = called(index)
        if let item = items[index], item != index, !nodes[item].text.isEmpty {
            return nodes[item].text.shortened(to: 60)
        }
        for outer in view.ancestors(of: index) where !nodes[outer].name.isEmpty && nodes[outer].name != own {
            return nodes[outer].name.shortened(to: 60)
        }
        return nil
    }
}

extension String {
    /// At most `length` characters, with an ellipsis where something is left out.
    func shortened(to length: Int) -> String { count <= length ? self : prefix(length - 1) + "…" }

    var trimmed: String {
        let spaces = { (character: Character) in character.isWhitespace }
        guard first.map(spaces) == true || last.map(spaces) == true else { return self }
        return String(drop(while: spaces).reversed().drop(while: spaces).reversed())
    }
}
