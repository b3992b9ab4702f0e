//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What state things on a page are in.
enum States {
    static func isSo(_ state: State, _ index: Int, _ page: PageIndex) -> Bool {
        let node = page.nodes[index]
        switch state {
        case .checked: return isOn(node)
        case .unchecked: return !isOn(node)
        case .enabled: return !node.isDisabled
        case .disabled: return node.isDisabled
        case .empty:
            return (node.isEditable || KindFit.textTypes.contains(node.inputType) ? node.value : node.text).isEmpty
        case .filled: return !node.value.isEmpty
        case .expanded: return node.isExpanded == true
        case .collapsed: return node.isExpanded == false
        case .shown: return true
        case .gone: return false
        case .focused: return node.isFocused
        }
    }

    static func isOn(_ node: PageNode) -> Bool { node.isChecked ?? node.isPressed ?? node.isSelected ?? false }
}

extension State {
    /// "not checked"
    var opposite: State {
        switch self {
        case .checked: .unchecked
        case .unchecked: .checked
        case .enabled: .disabled
        case .disabled: .enabled
        case .empty: .filled
        case .filled: .empty
        case .expanded: .collapsed
        case .collapsed: .expanded
        case .shown: .gone
        case .gone: .shown
        case .focused: .focused
        }
    }
}

/// What a page calls its items.
enum Nouns {
    /// Whether all words of a noun are common ones for things, which say nothing that would have to be on the page.
    static func isCommon(_ noun: String) -> Bool {
        isCommonWord(noun.lowercased()) || telling(noun).allSatisfy(isCommonWord)
    }

    /// Whether each word of a noun is common, or is said by the thing itself or by what it belongs to.
    static func isSupported(_ noun: String, _ index: Int, _ page: PageIndex) -> Bool {
        let words = telling(noun).filter { !isCommonWord($0) }
        guard !words.isEmpty, !isCommonWord(noun.lowercased()) else { return true }
        var said = Set(page.labels[index].flatMap(\.words).map(WordForms.stem))
        let item = page.items[index] ?? index
        for node in [item, index] + page.view.ancestors(of: index).prefix(4) {
            let box = page.nodes[node]
            for text in [box.name, box.labelNear] + box.hints + [page.title(over: node) ?? ""] {
                said.formUnion(WordForms.words(of: text).map(WordForms.stem))
            }
            // What larger boxes say may be about something else in them.
            if box.text.count <= (node == item ? 200 : 40) {
                said.formUnion(WordForms.words(of: box.text).map(WordForms.stem))
            }
        }
        return words.allSatisfy { word in
            let stem = WordForms.stem(word)
            return said.contains(stem)
                // "departure date" for the field Depart.
                || said.contains { $0.count > 4 && stem.hasPrefix($0) || stem.count > 4 && $0.hasPrefix(stem) }
                || Words.sameNouns.contains { group in
                    group.contains { WordForms.stem($0) == stem }
                        && group.contains { said.contains(WordForms.stem($0)) }
                }
        }
    }

    private static func telling(_ noun: String) -> [String] {
        WordForms.words(of: noun).filter {
            !Acting.small.contains($0) && Words.relations[$0] == nil
                && !["has", "or", "which", "named", "called", "labelled", "labeled"].contains($0)
        }
    }

    private static func isCommonWord(_ word: String) -> Bool {
        let stem = WordForms.stem(word)
        return Words.commonNouns.contains(stem) || general.contains(word) || Words.kinds[word] != nil
            || Words.colors.contains(word) || Words.shapes[word] != nil || Words.sizes[word] != nil
    }

    private static let general: Set<String> = [
        "item", "entry", "element", "thing", "one", "ones", "result", "row", "line", "record",
    ]

    /// How much speaks for it that an item is what a noun says, from 0 to 1.
    static func evidence(_ noun: String, _ index: Int, _ page: PageIndex) -> Double {
        let stem = WordForms.stem(noun.lowercased())
        let isGeneral = general.contains(noun) || general.contains(stem)
        let stems = Set(
            [stem] + Words.sameNouns.filter { $0.contains { WordForms.stem($0) == stem } }.joined().map(WordForms.stem)
        )
        func says(_ text: String) -> Bool { WordForms.words(of: text).contains { stems.contains(WordForms.stem($0)) } }
        let item = page.items[index] ?? index
        let node = page.nodes[item]
        if node.role == stem || node.tag == stem || node.hints.contains(where: { $0 == stem || says($0) }) { return 1 }
        if isGeneral {
            let isCalled = page.view.ancestors(of: item).prefix(2).contains { box in
                says(page.nodes[box].name) || page.nodes[box].hints.contains { says($0) }
            }
            return isCalled ? 0.9 : 0.8
        }
        var outer = node.parent
        var steps = 0
        while let current = outer, steps < 4 {
            let box = page.nodes[current]
            if says(box.name) || box.hints.contains(where: says) { return 0.9 }
            outer = box.parent
            steps += 1
        }
        if says(page.view.title)
            || page.nodes.contains(where: { $0.role == "heading" && $0.level <= 2 && says($0.text) })
        {
            return 0.7
        }
        return 0
    }
}

/// Large and small things among others.
enum Sizes {
    static func filter(_ nodes: [Int], _ isLarge: Bool, _ page: PageIndex) -> [Int] {
        let sizes = nodes.map { page.nodes[$0].size ?? max(page.nodes[$0].box.width, page.nodes[$0].box.height) }
        guard let least = sizes.min(), let most = sizes.max(), most > least else { return nodes }
        let middle = (least + most) / 2
        return zip(nodes, sizes).filter { isLarge ? $0.1 > middle : $0.1 <= middle }.map(\.0)
    }
}

/// Things compared by a value of theirs.
enum Extremes {
    static func pick(_ nodes: [Int], _ extreme: Reading.Extreme, _ page: PageIndex) -> [Int]? {
        var valued: [(node: Int, value: Double)] = []
        for node in nodes {
            let amounts = amounts(node, extreme.attributes, page)
            // Of several amounts, none is known to be the one that is asked for.
            if amounts.count > 1 { return nil }
            if let value = amounts.first ?? value(node, extreme.attributes, page) { valued.append((node, value)) }
        }
        // Where a value is missing, the order is not certain.
        guard !valued.isEmpty, valued.count == nodes.count || valued.count > 1 && valued.count * 2 > nodes.count else {
            return nil
        }
        let sorted = valued.sorted { extreme.isLargest ? $0.value > $1.value : $0.value < $1.value }
        guard extreme.rank >= 1, extreme.rank <= sorted.count else { return nil }
        let wanted = sorted[extreme.rank - 1].value
        return sorted.filter { $0.value == wanted }.map(\.node).sorted()
    }

    /// By the numbers that they show, or else by their names.
    static func sorted(_ nodes: [Int], _ isAscending: Bool, _ page: PageIndex) -> [Int] {
        let valued = nodes.map { ($0, Numbers.first(in: page.nodes[$0].text), page.called($0).lowercased()) }
        let sorted =
            valued.allSatisfy { $0.1 != nil }
            ? valued.sorted { ($0.1 ?? 0) < ($1.1 ?? 0) } : valued.sorted { $0.2 < $1.2 }
        return isAscending ? sorted.map(\.0) : sorted.reversed().map(\.0)
    }

    /// The different amounts that stand beside a currency in an item, without those that are struck through.
    private static func amounts(_ node: Int, _ attributes: [String], _ page: PageIndex) -> [Double] {
        let symbols = attributes.filter { $0.count == 1 && $0.first?.isLetter == false }
        guard !symbols.isEmpty else { return [] }
        let inside = page.descendants(of: node)
        let former = inside.filter { inner in
            ["s", "del", "strike"].contains(page.nodes[inner].tag)
                || page.nodes[inner].hints.contains { $0 == "old" || $0.hasPrefix("old-") || $0.hasPrefix("was") }
        }
        var text = page.nodes[node].text
        for inner in former where !page.nodes[inner].text.isEmpty {
            if let range = text.firstRange(of: page.nodes[inner].text) { text.replaceSubrange(range, with: " ") }
        }
        let found = symbols.flatMap { Numbers.allBeside($0, in: text) }
        return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The number that an attribute has in an item.
    static func value(_ node: Int, _ attributes: [String], _ page: PageIndex) -> Double? {
        if page.nodes[node].shape.isEmpty == false, attributes.isEmpty, let size = page.nodes[node].size { return size }
        if let answer = attributes.lazy.compactMap({ Answers(Finder(page: page)).attribute([$0], in: node) }).first,
            let number = Numbers.first(in: answer)
        {
            return number
        }
        let text = page.nodes[node].text
        if attributes.contains("date"), let age = Numbers.age(in: text) { return -age }
        let numbers = Numbers.all(in: text)
        if numbers.count == 1 { return numbers[0] }
        return attributes.isEmpty ? nil : Numbers.times(in: text).first
    }
}
