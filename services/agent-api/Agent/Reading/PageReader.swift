//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Answers questions about what a page says, from its outline alone.
struct PageReader {
    let root: PageOutline
    let records: PageRecords

    init(_ root: PageOutline) {
        self.root = root
        records = PageRecords(root)
    }

    /// The answer to a question; `nil` when the page does not say it.
    func answer(_ form: Query.Form) -> String? {
        switch form {
        case .title, .address, .whether: return nil
        case .page: return root.fullText
        case .count(let noun): return records.count(noun).map(String.init)
        case .part(let part, let position, let of): return self.part(part, position, of: of)
        case .value(let what, let scope): return value(what, in: scope)
        case .all(let what, let things): return all(what, of: things)
        }
    }

    private func value(_ what: String, in scope: ElementScope?) -> String? {
        guard let scope else {
            // "the first result", "the last row"
            if let thing = LocationGrammar.scopes(.inside, Phrase(what)).first, thing.name.isEmpty,
                let role = thing.role
            {
                if let position = thing.position { return records.item(role, position).flatMap(Self.said) }
                if let exact = labelled(what, in: root), exact.score > 0.9 { return exact.text }
                return records.item(role, 0).flatMap(Self.said)
            }
            if let found = labelled(what, in: root) { return found.text }
            return records.named(what).flatMap(Self.said)
        }
        let places = records.places(scope)
        for place in places.prefix(8) {
            if what.isEmpty || Self.isWhole(what) { if let text = Self.said(place) { return text } }
            if let cell = records.cell(what, in: place) { return cell }
            if let found = labelled(what, in: place) { return found.text }
            if let found = Kind(what)?.first(in: place.fullText) { return found }
            if let name = Self.name(what, of: place) { return name }
        }
        // "the total of the order": said of the page as a whole.
        if places.isEmpty || scope.position == nil,
            let found = labelled("\(scope.name) \(what)", in: root) ?? labelled(what, in: root, atLeast: 0.95),
            places.isEmpty
        {
            return found.text
        }
        return nil
    }

    private static func isWhole(_ what: String) -> Bool {
        ["text", "content", "contents", "everything", "value", "all"].contains(what.lowercased())
    }

    static func said(_ node: PageOutline) -> String? {
        let text = node.fullText
        return text.isEmpty ? nil : text
    }

    /// "Name" and "title" are what a thing begins with.
    private static func name(_ what: String, of place: PageOutline) -> String? {
        let word = what.lowercased()
        guard ["name", "title", "heading", "headline", "subject", "label"].contains(word) else { return nil }
        return place.firstNode { ["h1", "h2", "h3", "h4", "h5", "h6"].contains($0.tag) }?.fullText
            ?? place.firstNode { $0.tag == "a" || $0.tag == "strong" }?.fullText
            ?? place.firstNode { $0.children.isEmpty && !$0.text.isEmpty }?.text
    }

    // MARK: Labels

    struct Finding {
        var text: String
        var score: Double
    }

    /// What stands under a label of that name: a cell, a definition, a field, "Total: 12", an element that the page calls so.
    func labelled(_ what: String, in place: PageOutline, atLeast: Double = 0.72) -> Finding? {
        var search = LabelSearch(what)
        search.walk(place, next: nil)
        if let best = search.best, best.score >= atLeast { return best }
        // "the status message" may just be called "status".
        let words = what.split(separator: " ").map(String.init)
        let vague: Set<String> = [
            "message", "text", "value", "number", "field", "code", "amount", "line", "note", "label", "box", "area",
            "paragraph", "button", "shown", "current", "displayed", "table", "column",
        ]
        let rest = words.filter { !vague.contains($0.lowercased()) }
        if rest.count < words.count, !rest.isEmpty {
            var search = LabelSearch(rest.joined(separator: " "))
            search.walk(place, next: nil)
            if let best = search.best, best.score >= max(atLeast, 0.8) { return best }
        }
        if let kind = Kind(what), let text = kind.first(in: place.fullText), atLeast < 0.9, records.isSmall(place) {
            return Finding(text: text, score: 0.75)
        }
        return nil
    }

    // MARK: Several, and parts of texts

    private func all(_ what: String, of things: String) -> String? {
        var (what, things) = (what, things)
        if things.isEmpty {
            // "product names", or just "links"
            var words = what.split(separator: " ").map(String.init)
            let last = words.popLast() ?? ""
            if words.isEmpty || Nouns.role(last.lowercased()) != nil {
                (what, things) = ("", what)
            } else {
                (what, things) = (String(NearWords.stem(last)), words.joined(separator: " "))
            }
        }
        if what.count > 3, what.hasSuffix("s") { what = String(what.dropLast()) }
        let items = records.items(called: things)
        let texts = items.compactMap { item in
            what.isEmpty
                ? Self.said(item)
                : records.cell(what, in: item) ?? labelled(what, in: item)?.text ?? Kind(what)?.first(in: item.fullText)
                    ?? Self.name(what, of: item)
        }
        return texts.isEmpty ? nil : texts.joined(separator: ", ")
    }

    private func part(_ part: Query.TextPart, _ position: Int, of what: String) -> String? {
        let source: String
        let key = what.lowercased()
        if ["", "paragraph", "text", "page", "text below", "paragraph below"].contains(key) {
            source = root.firstNode { $0.tag == "p" && !$0.fullText.isEmpty }?.fullText ?? root.fullText
        } else {
            let scope = LocationGrammar.scopes(.inside, Phrase(what)).first
            guard let text = value(what, in: nil) ?? scope.flatMap({ value("", in: $0) }) else { return nil }
            source = text
        }
        let parts: [String]
        switch part {
        case .word:
            parts = source.split(whereSeparator: \.isWhitespace).map { Phrase(String($0)).trimmed.text }.filter {
                !$0.isEmpty
            }
        case .character: parts = source.filter { !$0.isWhitespace }.map(String.init)
        case .line: parts = source.split(whereSeparator: \.isNewline).map(String.init)
        case .sentence:
            parts = source.replacing("! ", with: "!\n").replacing("? ", with: "?\n").replacing(". ", with: ".\n").split(
                separator: "\n"
            ).map(String.init)
        }
        let place = position < 0 ? parts.count + position : position
        return parts.indices.contains(place) ? parts[place] : nil
    }

    /// What texts of a kind look like, where nothing is labelled.
    enum Kind {
        case price, email, date, number, percent

        init?(_ what: String) {
            let words = Words(what).list
            if words.contains(where: { ["price", "cost", "total", "sum", "subtotal", "prices"].contains($0) }) {
                self = .price
            } else if words.contains(where: { ["email", "mail"].contains($0) }) {
                self = .email
            } else if words.contains(where: { ["date", "day"].contains($0) }) {
                self = .date
            } else if words.contains(where: { ["number", "quantity", "amount"].contains($0) }), words.count == 1 {
                self = .number
            } else if words.contains(where: { ["percentage", "percent", "discount"].contains($0) }) {
                self = .percent
            } else {
                return nil
            }
        }

        func first(in text: String) -> String? {
            switch self {
            case .price:
                if let match = text.firstMatch(
                    of: /[$€£¥]\s?\d[\d.,]*\d|[$€£¥]\s?\d|\d[\d.,]*\s?(?:€|EUR|USD|GBP|CHF|kr)/
                ) {
                    return String(match.output)
                }
            case .email:
                if let match = text.firstMatch(of: /[\w.+-]+@[\w-]+\.[\w.-]*\w/) { return String(match.output) }
            case .date:
                if let match = text.firstMatch(
                    of:
                        /\d{4}-\d{2}-\d{2}|\d{1,2}[.\/]\d{1,2}[.\/]\d{4}|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}/
                ) {
                    return String(match.output)
                }
            case .number: if let match = text.firstMatch(of: /\d[\d.,]*\d|\d/) { return String(match.output) }
            case .percent: if let match = text.firstMatch(of: /\d[\d.,]*\s?%/) { return String(match.output) }
            }
            return nil
        }
    }
}

extension PageOutline {
    /// The first of its parts, itself included, that is so.
    func firstNode(_ test: (PageOutline) -> Bool) -> PageOutline? {
        if test(self) { return self }
        for child in children { if let found = child.firstNode(test) { return found } }
        return nil
    }
}
