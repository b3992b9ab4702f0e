//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Answers questions from what a page shows. What the page does not say is refused, never guessed.
struct Answers {
    let finder: Finder
    private var page: PageIndex { finder.page }

    /// Controls that say nothing: those that the answer is for.
    private let excluded: Set<Int>

    init(_ finder: Finder, without excluded: Set<Int> = []) {
        self.finder = finder
        self.excluded = excluded
    }

    func answer(_ question: Question) throws(Refusal) -> String {
        switch question {
        case .title: return page.view.title
        case .address: return page.view.url
        case .heading: return try heading()
        case .page:
            return page.indices.filter { page.nodes[$0].parent == nil }.map { page.nodes[$0].text }.filter {
                !$0.isEmpty
            }.joined(separator: "\n")
        case .selection: return page.view.selectedText
        case .dialog:
            guard let dialog = page.view.dialogs.last else {
                throw Refusal(.unanswered, "the page has shown no dialog")
            }
            return dialog.message
        case .result:
            if let value = finder.memory.value { return value }
            guard let node = finder.memory.element.flatMap(finder.index(of:)), !text(node).isEmpty else {
                throw Refusal(.unanswered, "nothing was found or read before")
            }
            return text(node)
        case .computed:
            let texts = page.nodes.filter { !$0.text.isEmpty && $0.text.count < 120 }.map(\.text)
            guard let solution = Arithmetic.solution(in: texts) else {
                throw Refusal(.unanswered, "the page has no task to compute, or more than one")
            }
            return solution
        case .count(let target): return try count(target)
        case .text(let target): return try text(of: target)
        case .attribute(let words, let target, let spoken): return try attribute(words, of: target, spoken)
        case .part(let order, let unit, let target): return try part(order, unit, target)
        case .sum(let attribute, let target): return try sum(attribute, target)
        case .whether(let condition):
            guard let isSo = try? Conditions(finder: finder).isSo(condition) else {
                throw Refusal(.unanswered, "the page does not say whether it is so")
            }
            return isSo ? "yes" : "no"
        case .first(let questions):
            var first: Refusal?
            for question in questions {
                do {
                    return try answer(question)
                } catch {
                    first = first ?? error
                }
            }
            throw first ?? Refusal(.unanswered, "nothing is asked")
        }
    }

    private func heading() throws(Refusal) -> String {
        let headings = page.indices.filter { page.nodes[$0].role == "heading" && !page.nodes[$0].text.isEmpty }
        guard let level = headings.map({ page.nodes[$0].level }).min(),
            let first = headings.first(where: { page.nodes[$0].level == level })
        else {
            throw Refusal(.unanswered, "the page has no heading")
        }
        return page.nodes[first].text
    }

    // MARK: Texts

    /// What a node says: what a field holds, the choice of a list, or its text.
    func text(_ index: Int) -> String {
        let node = page.nodes[index]
        if node.role == "frame" {
            return page.descendants(of: index).filter { page.nodes[$0].parent == index }.map { page.nodes[$0].text }
                .filter { !$0.isEmpty }.joined(separator: "\n")
        }
        if node.isEditable || KindFit.isList(node) || KindFit.textTypes.contains(node.inputType)
            || node.role == "slider" || node.inputType == "range"
        {
            return node.value
        }
        return node.text.isEmpty ? (node.value.isEmpty ? node.name : node.value) : node.text
    }

    private func text(of target: Target) throws(Refusal) -> String {
        var target = target
        // A question may be about several things.
        let isOne = target.readings.allSatisfy { $0.quantity == .one }
        if !isOne { target.exceptions = [] }
        if let section = section(called: target) { return section }
        let found = try finder.find(target, for: .anything)
        let texts = found.map(text)
        if texts.allSatisfy(\.isEmpty) { throw Refusal(.unanswered, "\"\(target.spoken)\" is there and says nothing") }
        return texts.joined(separator: ", ")
    }

    /// What stands under a heading.
    private func section(called target: Target) -> String? {
        guard let match = finder.best(target, for: .anything), match.nodes.count == 1, let node = match.nodes.first,
            match.reading.kind != .heading, page.nodes[node].role == "heading",
            match.reading.kind == .section || match.reading.kind == .listGroup
        else { return nil }
        let section = page.section(of: node).dropFirst()
        let tops = section.filter { index in page.nodes[index].parent.map { !section.contains($0) } ?? true }
        return tops.map { page.nodes[$0].text }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func part(_ order: Reading.Order, _ unit: Question.Unit, _ target: Target) throws(Refusal) -> String {
        var whole: String
        if target.readings.allSatisfy({ $0.kind == .paragraph && $0.name == nil && $0.scopes.isEmpty }) {
            let paragraphs = page.indices.filter {
                ["paragraph", "text", "blockquote"].contains(page.nodes[$0].role)
                    && page.nodes[$0].text.split(separator: " ").count > 2 && !page.nodes[$0].isInteractive
            }
            let tops = paragraphs.filter { index in !page.view.ancestors(of: index).contains { paragraphs.contains($0) }
            }
            guard let longest = tops.max(by: { page.nodes[$0].text.count < page.nodes[$1].text.count }) else {
                throw Refusal(.unanswered, "the page has no paragraph")
            }
            whole = page.nodes[longest].text
        } else {
            whole = try text(of: target)
        }
        whole = whole.trimmed
        let units: [String] =
            switch unit {
            case .word: whole.split(whereSeparator: \.isWhitespace).map(String.init)
            case .line: whole.split(separator: "\n").map(String.init)
            case .sentence: whole.split(separator: ".").map { $0.trimmedText + "." }
            case .letter, .character: whole.filter { unit == .character || $0.isLetter }.map(String.init)
            case .paragraph: whole.split(separator: "\n").map(String.init)
            }
        guard let indices = Finder.pick(Array(units.indices), order) else {
            throw Refusal(.unanswered, "\"\(whole.shortened(to: 60))\" has only \(units.count)")
        }
        let found = indices.map { units[$0] }
        if unit == .word { return found.map { $0.trimmingCharacters(".,;:!?\"“”()") }.joined(separator: " ") }
        return found.joined(separator: unit == .letter || unit == .character ? "" : " ")
    }

    // MARK: Numbers

    private func count(_ target: Target) throws(Refusal) -> String {
        if let match = finder.best(target, for: .anything) {
            let isKind =
                match.reading.kind != nil || match.reading.noun != nil || match.reading.color != nil
                || match.reading.shape != nil
            if isKind || match.nodes.count > 1 { return String(Set(match.nodes).count) }
        }
        let isCertain = target.readings.contains {
            ($0.kind != nil || $0.shape != nil || $0.color != nil) && $0.name == nil && $0.scopes.isEmpty
        }
        if isCertain { return "0" }
        throw finder.missing(target, for: .anything)
    }

    private func sum(_ attribute: String, _ target: Target) throws(Refusal) -> String {
        var target = target
        target.readings = target.readings.map { reading in
            var reading = reading
            reading.quantity = .all
            return reading
        }
        let nodes = try finder.find(target, for: .item)
        var total = 0.0
        for node in nodes {
            let value =
                self.attribute(["amount"], in: node).flatMap(Numbers.first(in:)) ?? self.attribute(["price"], in: node)
                .flatMap(Numbers.first(in:))
                ?? ["€", "$", "£"].lazy.compactMap { Numbers.beside($0, in: page.nodes[node].text) }.first
            guard let value else { throw Refusal(.unanswered, "\"\(page.called(node))\" says no amount") }
            total += value
        }
        return Numbers.text(total)
    }

    // MARK: Attributes

    private static let small: Set<String> = [
        "the", "a", "an", "is", "are", "of", "in", "on", "for", "to", "at", "by", "from", "does", "do", "did", "have",
        "has", "there", "it", "this", "that", "its", "was", "were", "be", "much", "many", "how much",
        "what", "which", "and", "me", "with", "say", "says", "now", "page", "product", "you", "can", "current",
        "currently", "?", "shown", "displayed", "value", "they", "their", "his", "her", "my", "your", "he", "she",
        "spent", "being", "table", "list",
    ]
    private static let asking: Set<String> = ["who", "where", "when", "how much"]

    private func attribute(_ words: [String], of target: Target?, _ spoken: String) throws(Refusal) -> String {
        if let target, !target.isEmpty, !target.isPronoun {
            let places = finder.placesOf(target)
            guard !places.isEmpty else { throw finder.missing(target, for: .anything) }
            if words == ["name"] || words == ["title"] || words == ["names"] || words == ["titles"] {
                let things = try finder.find(target, for: .item)
                let names = things.compactMap(title)
                if names.count == things.count, !names.isEmpty { return names.joined(separator: ", ") }
            }
            let answers = distinct(places.compactMap { around($0, words, spoken) })
            if answers.count == 1 { return answers[0] }
            if answers.count > 1 {
                throw Refusal(.ambiguous, "\"\(spoken)\" may be \(answers.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
            throw Refusal(.unanswered, "the page does not say \"\(spoken)\"")
        }
        let told = words.filter { !Self.small.contains($0) || Self.asking.contains($0) }
        // Two headers of a table meet in a cell.
        if let cell = crossing(told) { return text(cell) }
        for entity in entities(told) {
            let rest = told.enumerated().filter { !entity.range.contains($0.offset) }.map(\.element)
            let answers = distinct(entity.nodes.compactMap { around($0, rest, spoken) })
            if answers.count == 1 { return answers[0] }
            if answers.count > 1 {
                throw Refusal(.ambiguous, "\"\(spoken)\" may be \(answers.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
        }
        let own = told.filter { !Self.asking.contains($0) }
        if let notice = notice(own) { return notice }
        if !own.isEmpty, let answer = labelled(own, in: nil) { return answer }
        throw Refusal(.unanswered, "the page does not say \"\(spoken)\"")
    }

    /// What an item is called: its heading, or else its first text.
    private func title(of item: Int) -> String? {
        let inside = page.descendants(of: item)
        let heading = inside.first { page.nodes[$0].role == "heading" || page.isTitle($0) }
        let first =
            heading
            ?? inside.first {
                !page.nodes[$0].text.isEmpty && page.nodes[$0].text.count < 80
                    && (page.nodes[$0].role == "link" || page.ends[$0] == $0 + 1)
            }
        return first.map { page.nodes[$0].text } ?? (page.nodes[item].text.isEmpty ? nil : page.nodes[item].text)
    }

    /// "the tip", "the message", "the error": what the page shows in such a place.
    private func notice(_ words: [String]) -> String? {
        guard words.count == 1 || words.count == 2 && words.contains("message"), let word = words.first else {
            return nil
        }
        let roles: Set<String>
        switch word {
        case "tip", "tooltip", "hint": roles = ["tooltip"]
        case "status": roles = ["status", "alert"]
        case "message", "notification", "notice", "warning", "error", "alert", "toast", "confirmation":
            roles = ["status", "alert", "alertdialog", "log"]
        default: return nil
        }
        let texts = distinct(
            page.indices.filter { roles.contains(page.nodes[$0].role) && !page.nodes[$0].text.isEmpty }.map {
                page.nodes[$0].text
            }
        )
        if texts.count == 1 { return texts[0] }
        if texts.isEmpty, word == "error" || word == "warning" || word == "message" {
            let shown = distinct(
                page.indices.filter { index in
                    !page.nodes[index].text.isEmpty && page.nodes[index].text.count < 200 && !page.nodes[index].isInteractive
                        && page.nodes[index].hints.contains { ["error", "errors", "invalid", "warning"].contains($0) }
                }.map { page.nodes[$0].text }
            )
            if shown.count == 1 { return shown[0] }
        }
        if texts.isEmpty, let dialog = page.view.dialogs.last, word != "status", word != "error",
            roles.contains("alert")
        {
            return dialog.message
        }
        return nil
    }

    private func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The things that a run of words may name, the longest runs first.
    private func entities(_ words: [String]) -> [(range: Range<Int>, nodes: [Int])] {
        var found: [(range: Range<Int>, nodes: [Int])] = []
        let count = min(words.count, 12)
        for length in stride(from: count, to: 0, by: -1) {
            for start in 0...(count - length) {
                let run = Array(words[start..<start + length])
                guard !run.contains(where: Self.asking.contains) else { continue }
                var exact: [Int] = []
                var partial: [Int] = []
                for index in page.indices {
                    for label in page.labels[index] where label.weight >= 0.9 {
                        if label.words == run {
                            exact.append(index)
                        } else if length > 1 || run[0].count > 3, label.words.count <= 12,
                            Likeness.firstRange(of: run, in: label.words) != nil
                        {
                            partial.append(index)
                        }
                    }
                }
                let nodes = exact.isEmpty ? partial : exact
                if !nodes.isEmpty { found.append((start..<start + length, nodes)) }
            }
        }
        return found
    }

    /// A cell in the row that one word names and the column that another names.
    private func crossing(_ words: [String]) -> Int? {
        let content = words.filter { !Self.asking.contains($0) }
        for table in page.indices where ["table", "grid"].contains(page.nodes[table].role) {
            let inside = page.descendants(of: table)
            let headers = inside.filter {
                page.nodes[$0].column != nil && (page.nodes[$0].role == "columnheader" || page.nodes[$0].row == 0)
            }
            for header in headers {
                guard let label = page.labels[header].first, !label.words.isEmpty,
                    let range = Likeness.firstRange(of: label.words, in: content)
                else { continue }
                let rest = content.enumerated().filter { !(range..<range + label.words.count).contains($0.offset) }.map(
                    \.element
                )
                guard !rest.isEmpty else { continue }
                let rows = inside.filter { index in
                    let node = page.nodes[index]
                    return node.column != nil && node.column != page.nodes[header].column
                        && node.row != page.nodes[header].row && page.labels[index].first?.words == rest
                }
                if rows.count == 1,
                    let cell = inside.first(where: {
                        page.nodes[$0].row == page.nodes[rows[0]].row
                            && page.nodes[$0].column == page.nodes[header].column && page.nodes[$0].column != nil
                    })
                {
                    return cell
                }
            }
        }
        return nil
    }

    /// What the item, row or section around a thing says of it.
    private func around(_ node: Int, _ words: [String], _ spoken: String) -> String? {
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
    private func isCalled(_ label: String, _ words: [String], allowing allowed: Int = 0) -> Bool {
        let own = Spelling.words(of: label)
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
    private func labelled(_ words: [String], in range: Range<Int>?) -> String? {
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
    private func value(beside label: Int) -> Int? {
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
    private func number(beside words: [String], in text: String) -> String? {
        let parts = Spelling.words(of: text)
        let wanted = Likeness.content(words.filter { !Self.asking.contains($0) }).map(Spelling.stem)
        guard !wanted.isEmpty, parts.count <= 25 else { return nil }
        let stems = parts.map(Spelling.stem)
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
    private func symbolic(_ words: [String], in range: Range<Int>) -> String? {
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
                            Spelling.stem($0.lowercased()) == Spelling.stem(word)
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

extension String {
    func trimmingCharacters(_ characters: String) -> String {
        var rest = self[...]
        while let first = rest.first, characters.contains(first) || first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, characters.contains(last) || last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}

extension Substring {
    fileprivate var trimmedText: String { String(self).trimmed }
    fileprivate var trimmed: String { String(self).trimmed }
}

/// Says whether something is so on a page.
struct Conditions {
    let finder: Finder
    private var page: PageIndex { finder.page }

    /// - Throws: ``Refusal`` where the page does not say.
    func isSo(_ condition: Condition) throws(Refusal) -> Bool {
        switch condition {
        case .not(let inner): return !(try isSo(inner))
        case .title(let text): return Self.says(page.view.title, text)
        case .address(let text): return page.view.url.lowercased().contains(text.lowercased())
        case .shows(let target): return shows(target)
        case .loaded, .downloaded, .changed: return true
        case .state(let target, let state):
            let purpose: Purpose =
                [.checked, .unchecked].contains(state)
                ? .choice
                : [.empty, .filled].contains(state)
                    ? .anything : [.expanded, .collapsed].contains(state) ? .expand : .anything
            guard let match = finder.best(target, for: purpose) ?? finder.best(target, for: .anything) else {
                throw finder.missing(target, for: purpose)
            }
            if match.reading.quantity == .all { return match.nodes.allSatisfy { States.isSo(state, $0, page) } }
            var nodes = match.nodes
            if nodes.count > 1 { nodes = nodes.filter { page.nodes[$0].isInteractive } }
            guard let first = nodes.first else { throw finder.missing(target, for: purpose) }
            return States.isSo(state, first, page)
        case .says(let target, let text):
            guard let match = finder.best(target, for: .anything) else {
                if let value = try? Answers(finder).answer(
                    .attribute(words: Spelling.words(of: target.spoken), of: nil, spoken: target.spoken)
                ) {
                    return Self.says(value, text)
                }
                throw finder.missing(target, for: .anything)
            }
            if match.nodes.contains(where: { Self.says(Answers(finder).text($0), text) }) { return true }
            if let value = try? Answers(finder).answer(
                .attribute(words: Spelling.words(of: target.spoken), of: nil, spoken: target.spoken)
            ) {
                return Self.says(value, text)
            }
            return false
        case .compares(let question, let comparison, let text):
            let answer = try Answers(finder).answer(question)
            guard let value = Numbers.first(in: answer),
                let wanted = Numbers.first(in: text) ?? Words.numbers[text.lowercased()].map(Double.init)
            else {
                if comparison == .equal { return Self.says(answer, text) }
                throw Refusal(
                    .unanswered,
                    "\"\(answer.shortened(to: 60))\" and \"\(text)\" cannot be compared as numbers"
                )
            }
            switch comparison {
            case .equal: return value == wanted
            case .more: return value > wanted
            case .less: return value < wanted
            case .atLeast: return value >= wanted
            case .atMost: return value <= wanted
            }
        }
    }

    private func shows(_ target: Target) -> Bool {
        if !target.parts.isEmpty, target.parts.allSatisfy({ shows($0) }) { return true }
        if page.nodes.contains(where: { $0.parent == nil && Self.says($0.text, target.spoken) }) { return true }
        if Self.says(page.nodes.filter { $0.parent == nil }.map(\.text).joined(separator: " "), target.spoken) {
            return true
        }
        if page.nodes.contains(where: { !$0.value.isEmpty && Self.says($0.value, target.spoken) }) { return true }
        guard let match = finder.best(target, for: .anything), match.score > 0.6 else { return false }
        // A box that is empty is not yet what is waited for.
        return match.nodes.contains {
            page.nodes[$0].isInteractive || !page.nodes[$0].text.isEmpty
                || ["img", "dialog", "frame"].contains(page.nodes[$0].role)
        }
    }

    /// Whether a text has another in it, without regard to case and spaces.
    static func says(_ text: String, _ wanted: String) -> Bool { plain(text).contains(plain(wanted)) }

    static func plain(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// What a page asks one to compute: "3 + 4 =", "x + 2 = 7".
enum Arithmetic {
    /// The result of the one task that the texts have.
    static func solution(in texts: [String]) -> String? {
        let found = texts.compactMap(solve).reduce(into: [Double]()) { if !$0.contains($1) { $0.append($1) } }
        return found.count == 1 ? Numbers.text(found[0]) : nil
    }

    static func solve(_ text: String) -> Double? {
        let plain = text.lowercased().replacing("×", with: "*").replacing("÷", with: "/").replacing("−", with: "-")
            .replacing("–", with: "-").replacing("⋅", with: "*")
        var terms: [Substring] = []
        var rest = plain[...]
        while let character = rest.first {
            if character.isNumber {
                let number = rest.prefix { $0.isNumber || $0 == "." }
                terms.append(number)
                rest = rest.dropFirst(number.count)
            } else if "+-*/=()".contains(character) || character == "?" {
                terms.append(rest.prefix(1))
                rest = rest.dropFirst()
            } else if character == "x", rest.dropFirst().first?.isLetter != true {
                let isTimes =
                    terms.last.flatMap { Double($0) } != nil && rest.dropFirst().trimmed.first?.isNumber == true
                    && !plain.contains("=")
                terms.append(isTimes ? "*" : "x")
                rest = rest.dropFirst()
            } else if character.isWhitespace || character == "$" || character == ":" {
                rest = rest.dropFirst()
            } else if terms.contains(where: { "+-*/".contains($0) }) {
                break
            } else {
                terms = []
                rest = rest.drop { !$0.isWhitespace }
            }
        }
        while let last = terms.last, last == "?" { terms.removeLast() }
        guard terms.contains(where: { ["+", "-", "*", "/"].contains($0) }) else { return nil }
        if let equals = terms.firstIndex(of: "=") {
            let (left, right) = (Array(terms[..<equals]), Array(terms[(equals + 1)...]))
            if right.isEmpty || right == ["x"] { return value(left, x: nil) }
            guard terms.contains("x") else { return nil }
            func difference(_ x: Double) -> Double? {
                guard let a = value(left, x: x), let b = value(right, x: x) else { return nil }
                return a - b
            }
            // Linear: two points say all.
            guard let zero = difference(0), let one = difference(1), one != zero else { return nil }
            return -zero / (one - zero)
        }
        return terms.contains("x") ? nil : value(terms, x: nil)
    }

    private static func value(_ terms: [Substring], x: Double?) -> Double? {
        var position = 0
        func peek() -> Substring? { position < terms.count ? terms[position] : nil }
        func factor() -> Double? {
            guard let term = peek() else { return nil }
            position += 1
            if term == "-" { return factor().map(-) }
            if term == "(" {
                let inner = sum()
                guard peek() == ")" else { return nil }
                position += 1
                return inner
            }
            if term == "x" { return x }
            guard let number = Double(term) else { return nil }
            if peek() == "x", let x {
                position += 1
                return number * x
            }
            return number
        }
        func product() -> Double? {
            guard var result = factor() else { return nil }
            while let sign = peek(), sign == "*" || sign == "/" {
                position += 1
                guard let next = factor(), sign == "*" || next != 0 else { return nil }
                result = sign == "*" ? result * next : result / next
            }
            return result
        }
        func sum() -> Double? {
            guard var result = product() else { return nil }
            while let sign = peek(), sign == "+" || sign == "-" {
                position += 1
                guard let next = product() else { return nil }
                result = sign == "+" ? result + next : result - next
            }
            return result
        }
        guard let result = sum(), position == terms.count else { return nil }
        return result
    }
}
