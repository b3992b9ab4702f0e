//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Values by their labels, headers, signs and words.
extension Answers {
    /// What the item, row or section around a thing says of it.
    func around(_ node: Int, _ words: [String], _ spoken: String) -> String? {
        let asked = words.filter { !Self.small.contains($0) || Self.asking.contains($0) }
        var box: Int? = page.items[node] ?? node
        var steps = 0
        while let current = box, steps < 4 {
            if let answer = attribute(asked, in: current, except: node) { return answer }
            // Beyond an item lie other items.
            if PageIndex.isItem(page.nodes[current]), current == page.items[node] { break }
            box = page.nodes[current].parent
            steps += 1
        }
        if page.isTitle(node) {
            let section = page.section(of: node)
            return labelled(asked, in: section)
        }
        return nil
    }

    /// The value of an attribute in a box.
    func attribute(_ words: [String], in box: Int, except node: Int? = nil) -> String? {
        let words = words.isEmpty ? [] : words
        guard !words.isEmpty else { return nil }
        if page.nodes[box].role == "row", let table = page.table(around: box) {
            let cells = page.descendants(of: box).filter { page.nodes[$0].column != nil }
            var matches: [Int] = []
            for cell in cells {
                guard let column = page.nodes[cell].column, let header = page.header(ofColumn: column, in: table),
                    header != cell
                else { continue }
                if isCalled(page.nodes[header].text, words, allowing: 1) { matches.append(cell) }
            }
            if matches.count == 1 { return text(matches[0]) }
        }
        return labelled(words, in: box..<page.ends[box])
    }

    /// Whether a label says what is asked for.
    func isCalled(_ label: String, _ words: [String], allowing allowed: Int = 0) -> Bool {
        let own = WordForms.words(of: label)
        guard !own.isEmpty else { return false }
        if own == words { return true }
        let content = Likeness.content(own)
        let asked = words.filter { !Self.asking.contains($0) || words.count == 1 }
        let wanted = Likeness.content(asked.isEmpty ? words : asked)
        // Every word of the question is in the label, or means one that is.
        guard wanted.allSatisfy({ word in content.contains { Likeness.isSameAttribute(word, $0) } }),
            label.contains(where: \.isLetter)
        else {
            return label.contains(where: \.isLetter)
                && Words.attributes.contains {
                    $0.contains(label.lowercased()) && wanted.count == 1 && $0.contains(wanted[0])
                }
        }
        let extra = content.filter { word in !wanted.contains { Likeness.isSameAttribute($0, word) } }.count
        return extra <= allowed
    }

    /// "Label: value", a label beside its value, a number beside its word.
    func labelled(_ words: [String], in range: Range<Int>?) -> String? {
        let range = range ?? page.indices
        var answers: [(text: String, rank: Int)] = []
        for index in range where !excluded.contains(index) {
            let node = page.nodes[index]
            if node.isEditable || KindFit.isList(node) || node.inputType == "range" || node.role == "slider" {
                if isCalled(node.name.isEmpty ? node.labelNear : node.name, words, allowing: 1) {
                    // What a field of that name holds is meant, and not what stands behind its label.
                    answers.append((text(index), text(index).isEmpty ? 2 : 4))
                }
                continue
            }
            let text = node.text
            guard !text.isEmpty, text.count <= 200 else { continue }
            // A box says it as what is in it says it.
            let isLeaf = !page.descendants(of: index).contains {
                page.nodes[$0].text.count > 0 && (page.nodes[$0].role == "text" || page.nodes[$0].role == "cell")
            }
            if let colon = text.firstIndex(of: ":"), isCalled(String(text[..<colon]), words, allowing: 1) {
                let value = String(text[text.index(after: colon)...]).trimmed
                if !value.isEmpty, isLeaf || value.count < 60 { answers.append((value, isLeaf ? 3 : 1)) }
            }
            if isLeaf, let range = text.firstRange(of: " is "), isCalled(String(text[..<range.lowerBound]), words) {
                let value = text[range.upperBound...].prefix { !",;!?".contains($0) }.trimmedText.trimmingCharacters(
                    "."
                )
                if !value.isEmpty { answers.append((value, 2)) }
            }
            if isCalled(text.trimmingCharacters(":?"), words), let value = value(beside: index), range.contains(value) {
                answers.append((self.text(value), 3))
            }
            if isLeaf || node.role == "listitem", let number = number(beside: words, in: text) {
                answers.append((number, 1))
            }
        }
        if answers.isEmpty, let symbolic = symbolic(words, in: range) { return symbolic }
        guard let rank = answers.map(\.rank).max() else { return nil }
        let best = distinct(answers.filter { $0.rank == rank }.map(\.text))
        return best.count == 1 ? best[0] : nil
    }

    /// The value that stands beside or below a label.
    func value(beside label: Int) -> Int? {
        var index = label
        var steps = 0
        while let parent = page.nodes[index].parent, steps < 3 {
            let siblings = page.children[parent]
            guard let place = siblings.firstIndex(of: index) else { return nil }
            if let next = siblings.dropFirst(place + 1).first(where: { !text($0).isEmpty }) {
                let node = page.nodes[next]
                if node.isInteractive, !node.isEditable, !KindFit.isList(node), node.role != "link" { return nil }
                if page.descendants(of: next).contains(where: {
                    page.nodes[$0].isInteractive && page.nodes[$0].role == "button"
                }) {
                    return nil
                }
                guard !PageIndex.isItem(page.nodes[index]) || page.nodes[index].role == "row" else { return nil }
                return page.nodes[next].role == "row" || PageIndex.isItem(page.nodes[next]) && steps > 0 ? nil : next
            }
            guard siblings.count == 1 || steps == 0 else { return nil }
            index = parent
            steps += 1
        }
        return nil
    }

    /// "12 likes", "likes 12"
    func number(beside words: [String], in text: String) -> String? {
        let parts = WordForms.words(of: text)
        let wanted = Likeness.content(words.filter { !Self.asking.contains($0) }).map(WordForms.stem)
        guard !wanted.isEmpty, parts.count <= 25 else { return nil }
        let stems = parts.map(WordForms.stem)
        for start in stems.indices where stems[start] == wanted[0] {
            guard
                stems[start...].prefix(wanted.count).elementsEqual(wanted)
                    || wanted.count > 1 && wanted.dropFirst().allSatisfy({ stems[start...].contains($0) })
            else { continue }
            if start > 0, parts[start - 1].first?.isNumber == true { return parts[start - 1] }
            let after = start + wanted.count
            if after < parts.count, parts[after].first?.isNumber == true, text.count < 60 { return parts[after] }
        }
        return nil
    }

    /// Prices by their sign, persons behind "by", places behind "in".
    func symbolic(_ words: [String], in range: Range<Int>) -> String? {
        let isPrice =
            words.contains { ["cost", "costs", "price", "pay", "paid", "how much"].contains($0) }
            && words.allSatisfy { Self.asking.contains($0) || ["cost", "costs", "price", "pay", "paid"].contains($0) }
        var found: [String] = []
        for index in range {
            let node = page.nodes[index]
            guard node.role == "text" || node.role == "paragraph" || node.column != nil || PageIndex.isItem(node),
                node.text.count < 300
            else { continue }
            if isPrice {
                for token in Numbers.tokens(in: node.text) {
                    for symbol in ["€", "$", "£", "EUR", "USD"] {
                        if token.before.trimmed.hasSuffix(symbol) || token.after.trimmed.hasPrefix(symbol) {
                            let isBefore = token.before.trimmed.hasSuffix(symbol)
                            let space = isBefore ? token.before.hasSuffix(symbol) : token.after.hasPrefix(symbol)
                            let value =
                                isBefore
                                ? symbol + (space ? "" : " ") + token.text : token.text + (space ? "" : " ") + symbol
                            if !found.contains(value) { found.append(value) }
                        }
                    }
                }
            }
            for (asked, marks) in [("who", ["by"]), ("where", ["in", "at"])]
            where words.first == asked && words.count <= 3 {
                let parts = node.text.split(separator: " ").map(String.init)
                for (place, part) in parts.enumerated()
                where marks.contains(part.lowercased()) && place + 1 < parts.count {
                    if words.dropFirst().allSatisfy({ word in
                        parts.prefix(place).contains {
                            WordForms.stem($0.lowercased()) == WordForms.stem(word)
                                || Likeness.isSameAttribute($0.lowercased(), word)
                        }
                    }) {
                        let value = parts[(place + 1)...].prefix {
                            $0.first?.isUppercase == true || $0.first?.isNumber == true
                        }.joined(separator: " ").trimmingCharacters(".,;")
                        if !value.isEmpty, !found.contains(value) { found.append(value) }
                    }
                }
            }
        }
        return found.count == 1 ? found[0] : nil
    }
}
