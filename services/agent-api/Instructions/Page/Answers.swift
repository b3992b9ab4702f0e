//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Answers questions from what a page shows. What the page does not say is refused, never guessed.
struct Answers {
    let finder: Finder
    var page: PageIndex { finder.page }

    /// Controls that say nothing: those that the answer is for.
    let excluded: Set<Int>

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
        case .count(let target): return try count(target).text
        case .number(let counted, let stated): return try number(counted, stated)
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

    func heading() throws(Refusal) -> String {
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

    func text(of target: Target) throws(Refusal) -> String {
        var target = target
        // A question may be about several things.
        let isOne = target.readings.allSatisfy { $0.quantity == .one }
        if !isOne { target.exceptions = [] }
        if let section = section(called: target) { return section }
        if let match = finder.best(target, for: .anything), match.score < 0.85, match.reading.kind == nil,
            !match.reading.isPronoun,
            match.reading.noun.map({ Nouns.evidence($0, match.nodes[0], page) == 0 }) ?? true
        {
            throw Refusal(.unanswered, "the page does not say \"\(target.spoken)\"")
        }
        let found = try finder.find(target, for: .anything)
        let texts = found.map(text)
        // A label is no answer.
        if texts.count == 1, texts[0].hasSuffix(":") {
            throw Refusal(.unanswered, "the page does not say \"\(target.spoken)\"")
        }
        if texts.allSatisfy(\.isEmpty) { throw Refusal(.unanswered, "\"\(target.spoken)\" is there and says nothing") }
        return texts.joined(separator: ", ")
    }

    /// What stands under a heading.
    func section(called target: Target) -> String? {
        guard let match = finder.best(target, for: .anything), match.nodes.count == 1, let node = match.nodes.first,
            match.reading.kind != .heading, page.nodes[node].role == "heading",
            match.reading.kind == .section || match.reading.kind == .listGroup
        else { return nil }
        let section = page.section(of: node).dropFirst()
        let tops = section.filter { index in page.nodes[index].parent.map { !section.contains($0) } ?? true }
        return tops.map { page.nodes[$0].text }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    func part(_ order: Reading.Order, _ unit: Question.Unit, _ target: Target) throws(Refusal) -> String {
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

    /// A number that the page states has to agree with the items that it shows.
    func number(_ targets: [Target], _ stated: [Question]) throws(Refusal) -> String {
        let said = stated.lazy.compactMap { try? answer($0) }.first
        var counted: Count?
        var first: Refusal?
        for target in targets where counted == nil {
            do { counted = try count(target) } catch { first = first ?? error }
        }
        guard let counted else {
            if let said { return said }
            throw first ?? Refusal(.unanswered, "nothing is asked")
        }
        guard let said, Numbers.first(in: said) != Double(counted.number) else { return counted.text }
        if counted.isItems {
            throw Refusal(
                .unanswered,
                "the page states \"\(said.shortened(to: 60))\", but shows \(counted.number); say \"in the list\" to count what is shown"
            )
        }
        return counted.isOfKind ? counted.text : said
    }

    struct Count {
        var number: Int
        /// Whether rows, cards or items of a list were counted.
        var isItems = false
        /// Whether what was counted is of the kind that was said.
        var isOfKind = false
        var text: String { String(number) }
    }

    func count(_ target: Target) throws(Refusal) -> Count {
        // "Messages" are counted, and not the list that is called so.
        var things = target
        things.readings.removeAll { $0.kind == nil && $0.noun == nil && $0.shape == nil && $0.color == nil }
        if things.readings.contains(where: { $0.name == nil }), things.parts.isEmpty,
            finder.best(things, for: .anything) != nil
        {
            return try counted(things)
        }
        return try counted(target)
    }

    private func counted(_ target: Target) throws(Refusal) -> Count {
        if let match = finder.best(target, for: .anything) {
            let isKind =
                match.reading.kind != nil || match.reading.noun != nil || match.reading.color != nil
                || match.reading.shape != nil
            // "Unread messages" are items; what only has the words in it, such as "4 unread", is none of them.
            let nodes = Set(match.nodes)
            let isOther =
                match.reading.name != nil && match.reading.noun != nil && match.reading.kind == nil
                && !nodes.allSatisfy { page.items[$0] != nil }
            if isOther { throw finder.missing(target, for: .item) }
            if isKind || match.nodes.count > 1 {
                return Count(
                    number: nodes.count,
                    isItems: nodes.allSatisfy { PageIndex.isItem(page.nodes[$0]) },
                    isOfKind: match.reading.kind != nil || match.reading.shape != nil
                )
            }
        }
        let isCertain = target.readings.contains {
            ($0.kind != nil || $0.shape != nil || $0.color != nil) && $0.name == nil && $0.scopes.isEmpty
        }
        if isCertain { return Count(number: 0, isOfKind: true) }
        throw finder.missing(target, for: .anything)
    }

    func sum(_ attribute: String, _ target: Target) throws(Refusal) -> String {
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
    var trimmedText: String { String(self).trimmed }
    var trimmed: String { String(self).trimmed }
}
