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
    private static let general: Set<String> = [
        "item", "entry", "element", "thing", "one", "ones", "result", "row", "line", "record",
    ]

    /// How much speaks for it that an item is what a noun says, from 0 to 1.
    static func evidence(_ noun: String, _ index: Int, _ page: PageIndex) -> Double {
        let stem = Spelling.stem(noun.lowercased())
        let isGeneral = general.contains(noun) || general.contains(stem)
        let stems = Set([stem] + Words.sameNouns.filter { $0.contains { Spelling.stem($0) == stem } }.joined().map(Spelling.stem))
        func says(_ text: String) -> Bool { Spelling.words(of: text).contains { stems.contains(Spelling.stem($0)) } }
        let item = page.items[index] ?? index
        let node = page.nodes[item]
        if node.hints.contains(where: { $0 == stem || says($0) }) { return 1 }
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
            if let value = value(node, extreme.attributes, page) { valued.append((node, value)) }
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

    /// The number that an attribute has in an item.
    static func value(_ node: Int, _ attributes: [String], _ page: PageIndex) -> Double? {
        if page.nodes[node].shape.isEmpty == false, attributes.isEmpty, let size = page.nodes[node].size { return size }
        if let answer = attributes.lazy.compactMap({ Answers(Finder(page: page)).attribute([$0], in: node) }).first,
            let number = Numbers.first(in: answer)
        {
            return number
        }
        let text = page.nodes[node].text
        for symbol in attributes where symbol.count == 1 {
            if let number = Numbers.beside(symbol, in: text) { return number }
        }
        let numbers = Numbers.all(in: text)
        if numbers.count == 1 { return numbers[0] }
        return attributes.isEmpty ? nil : Numbers.times(in: text).first
    }
}

/// Numbers in texts.
enum Numbers {
    /// The number that a text begins with or has first.
    static func first(in text: String) -> Double? { times(in: text).first ?? all(in: text).first }

    static func all(in text: String) -> [Double] { tokens(in: text).map(\.value) }

    /// Hours and minutes, in minutes: "7:30", "2h 15m".
    static func times(in text: String) -> [Double] {
        var found: [Double] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "|" }) {
            let parts = word.split(separator: ":")
            if parts.count == 2, let hours = Double(parts[0]), let minutes = Double(parts[1].prefix(2)) {
                var value = hours * 60 + minutes
                let suffix = parts[1].dropFirst(2).lowercased()
                if suffix.hasPrefix("pm"), hours < 12 { value += 720 }
                if suffix.hasPrefix("am"), hours == 12 { value -= 720 }
                found.append(value)
            }
        }
        return found
    }

    struct Found { var value: Double, text: String, before: Substring, after: Substring }

    static func tokens(in text: String) -> [Found] {
        var found: [Found] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: \.isWholeNumber) {
            var end = start
            while end < rest.endIndex,
                rest[end].isWholeNumber
                    || (".,".contains(rest[end]) && rest.index(after: end) < rest.endIndex
                        && rest[rest.index(after: end)].isWholeNumber)
            {
                end = rest.index(after: end)
            }
            let written = String(rest[start..<end])
            var digits = written
            let isGrouped =
                digits.contains(",")
                && digits.split(separator: "," as Character).dropFirst().allSatisfy { (part: Substring) in
                    part.prefix(while: \.isNumber).count == 3
                }
            digits = isGrouped ? digits.replacing(",", with: "") : digits.replacing(",", with: ".")
            let isNegative =
                start > rest.startIndex && "-−".contains(rest[rest.index(before: start)])
                && (rest.index(before: start) == rest.startIndex
                    || !rest[rest.index(rest.index(before: start), offsetBy: -1)].isLetter)
            if let value = Double(digits) {
                found.append(
                    Found(
                        value: isNegative ? -value : value,
                        text: written,
                        before: text[..<start],
                        after: text[end...]
                    )
                )
            }
            rest = rest[end...]
        }
        return found
    }

    /// The number before or behind a sign: "€ 30".
    static func beside(_ symbol: String, in text: String) -> Double? {
        tokens(in: text).first {
            $0.before.trimmingSuffix.hasSuffix(symbol) || $0.after.trimmingPrefix.hasPrefix(symbol)
        }?.value
    }

    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String((value * 100).rounded() / 100)
    }
}

extension Substring {
    fileprivate var trimmingPrefix: Substring { drop(while: \.isWhitespace) }
    fileprivate var trimmingSuffix: Substring {
        var rest = self
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}

/// Where things lie to each other.
enum Geometry {
    static func filter(
        _ candidates: [(node: Int, score: Double)],
        _ scope: Reading.Scope,
        _ finder: Finder
    ) -> [(node: Int, score: Double)] {
        let page = finder.page
        let anchors = finder.placesOf(scope.target)
        guard !anchors.isEmpty else { return [] }
        if scope.relation == .between {
            guard let other = scope.other.map({ finder.placesOf($0) })?.first else { return [] }
            let (low, high) = (min(anchors[0], other), max(anchors[0], other))
            return candidates.filter { $0.node > low && $0.node < high && !page.isInside($0.node, low) }
        }
        var measured: [(node: Int, score: Double, distance: Double)] = []
        for candidate in candidates {
            let distances = anchors.filter { !page.isInside(candidate.node, $0) && !page.isInside($0, candidate.node) }
                .compactMap { distance(candidate.node, $0, scope.relation, page) }
            if let least = distances.min() { measured.append((candidate.node, candidate.score, least)) }
        }
        guard let least = measured.map(\.distance).min() else { return [] }
        return measured.filter { $0.distance <= least + 1 }.map { ($0.node, $0.score * 0.98) }
    }

    /// How far a node lies from another in a direction; `nil` where it lies elsewhere.
    private static func distance(_ node: Int, _ anchor: Int, _ relation: Relation, _ page: PageIndex) -> Double? {
        let (a, b) = (page.nodes[node].box, page.nodes[anchor].box)
        let (x, y) = (a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2)
        switch relation {
        case .above: return a.y + a.height <= b.y + 2 ? -y + abs(x) / 4 : nil
        case .below: return a.y >= b.y + b.height - 2 ? y + abs(x) / 4 : nil
        case .left: return a.x + a.width <= b.x + 2 && abs(y) < max(a.height, b.height) ? -x : nil
        case .right: return a.x >= b.x + b.width - 2 && abs(y) < max(a.height, b.height) ? x : nil
        case .beside where page.labels[node].first?.text == page.nodes[anchor].text: return 0
        case .beside: return max(0, abs(x) - (a.width + b.width) / 2) + 2 * max(0, abs(y) - (a.height + b.height) / 4)
        case .after: return node > anchor ? Double(node - anchor) : nil
        case .before: return node < anchor ? Double(anchor - node) : nil
        default: return nil
        }
    }
}
