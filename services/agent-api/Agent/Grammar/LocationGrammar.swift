//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads where an element is said to be.
enum LocationGrammar {
    private struct Ending {
        var words: [String]
        /// Which of several alike is meant then.
        var place: Int?

        init(_ text: String, _ place: Int? = nil) {
            words = text.split(separator: " ").map(String.init)
            self.place = place
        }
    }

    private static let endings: [Ending] = [
        Ending("at the bottom of the page", -1), Ending("at the top of the page", 0), Ending("at the bottom", -1),
        Ending("at the top", 0), Ending("at the end", -1), Ending("on the page"), Ending("on this page"),
        Ending("on the screen"), Ending("on the site"), Ending("on the website"),
        Ending("on the current page"), Ending("in the page"),
        Ending("in the top right corner"), Ending("in the top left corner"), Ending("in the corner"),
        Ending("on the left"), Ending("on the right"), Ending("on the left side"),
        Ending("on the right side"), Ending("on the left hand side"), Ending("at the right"),
        Ending("at the left"), Ending("in the middle"), Ending("on top", 0),
        Ending("in the browser"), Ending("you find"), Ending("you see"), Ending("you can find"),
        Ending("that appears"), Ending("that shows up"), Ending("which appears"),
        Ending("that pops up"), Ending("that opens"), Ending("that comes up"), Ending("for me"),
        Ending("to continue"), Ending("to proceed"), Ending("as well"), Ending("once more"),
        Ending("below"), Ending("above"), Ending("there"), Ending("here"),
        Ending("again"), Ending("now"), Ending("too"), Ending("please"),
        Ending("instead"), Ending("first"), Ending("thanks"), Ending("thank you"),
    ]

    /// Takes "at the bottom of the page", "on the left", "again" and the like off the end.
    static func withoutPlace(_ phrase: Phrase) -> (Phrase, place: Int?) {
        var rest = phrase
        var place: Int?
        var isChanged = true
        while isChanged {
            isChanged = false
            for ending in endings where rest.count > ending.words.count && rest.ends(with: ending.words) {
                rest = rest.dropLast(ending.words.count).trimmed
                place = ending.place ?? place
                isChanged = true
                break
            }
        }
        return rest.isEmpty ? (phrase, nil) : (rest, place)
    }

    private struct Preposition {
        var words: [String]
        var relation: ElementScope.Relation
        /// Whether it is hardly ever a part of a name.
        var isCertain: Bool

        init(_ text: String, _ relation: ElementScope.Relation, _ isCertain: Bool) {
            words = text.split(separator: " ").map(String.init)
            self.relation = relation
            self.isCertain = isCertain
        }
    }

    private static let prepositions: [Preposition] = [
        Preposition("in the same row as", .inside, true), Preposition("on the same line as", .inside, true),
        Preposition("in the same section as", .inside, true), Preposition("in the same card as", .inside, true),
        Preposition("to the right of", .near, true), Preposition("to the left of", .near, true),
        Preposition("on the right of", .near, true),
        Preposition("on the left of", .near, true), Preposition("right next to", .near, true),
        Preposition("next to", .near, true),
        Preposition("beside", .near, true), Preposition("near", .near, true), Preposition("close to", .near, true),
        Preposition("right below", .below, true), Preposition("directly below", .below, true),
        Preposition("underneath", .below, true),
        Preposition("beneath", .below, true), Preposition("that belongs to", .inside, true),
        Preposition("belonging to", .inside, true),
        Preposition("which belongs to", .inside, true), Preposition("inside of", .inside, true),
        Preposition("inside", .inside, true),
        Preposition("within", .inside, true), Preposition("whose name is", .inside, true),
        Preposition("that contains", .inside, true),
        Preposition("containing", .inside, true), Preposition("which contains", .inside, true),
        Preposition("in front of", .near, true),
        Preposition("under", .below, false), Preposition("below", .below, false), Preposition("above", .above, false),
        Preposition("in", .inside, false),
        Preposition("on", .inside, false), Preposition("of", .inside, false), Preposition("for", .inside, false),
        Preposition("from", .inside, false),
        Preposition("at", .inside, false), Preposition("by", .inside, false), Preposition("with", .inside, false),
        Preposition("where", .inside, false),
        Preposition("to", .inside, false),
    ]

    private static let firstWords = Set(prepositions.compactMap(\.words.first))

    /// A name with the place that it is said to be in, and as a name alone, the likelier first.
    static func scoped(_ phrase: Phrase) -> [(Phrase, [ElementScope])] {
        var open: (Phrase, [ElementScope])?
        for offset in 0..<phrase.count {
            guard let token = phrase[offset], firstWords.contains(token.key) else { continue }
            let rest = phrase.dropFirst(offset)
            guard let preposition = prepositions.first(where: { rest.starts(with: $0.words) }) else { continue }
            let head = phrase.prefix(offset).trimmed
            let place = rest.dropFirst(preposition.words.count).trimmed
            guard !place.isEmpty else { continue }
            // "under Address" alone is whatever stands there.
            guard !head.isEmpty || preposition.isCertain else { continue }
            let scopes = scopes(preposition.relation, place)
            let headIsKind = head.isQuotation || head.last?.kind == .quoted || Nouns.role(atEndOf: head) != nil
            let placeIsKind =
                scopes.contains { $0.role != nil || $0.position != nil }
                && Phrase.articles.contains(place.first?.key ?? "")
            if preposition.isCertain || placeIsKind || (headIsKind && token.key != "to") {
                return open == nil ? [(head, scopes)] : [(head, scopes), (phrase, [])]
            }
            // "Details for Chair" is also a good name for one element.
            if open == nil, token.key != "to" { open = (head, scopes) }
        }
        return open.map { [(phrase, []), $0] } ?? [(phrase, [])]
    }

    private static let inner: Set<String> = [
        "of", "for", "with", "containing", "in", "from", "called", "named", "labelled", "labeled", "that", "about",
        "by", "to", "inside", "within",
    ]

    /// Reads a place: "the row of Ada", "the Address section", "the second card in Offers", "\"Address\"".
    static func scopes(_ relation: ElementScope.Relation, _ phrase: Phrase) -> [ElementScope] {
        let place = phrase.withoutArticle.trimmed
        if place.isQuotation { return [ElementScope(relation, name: place.text)] }
        // "row of Ada": what kind of place, then what it holds.
        for offset in 1..<max(place.count, 1) {
            guard let token = place[offset], inner.contains(token.key) else { continue }
            let head = place.prefix(offset)
            guard let kind = Nouns.role(atEndOf: head), offset + 1 < place.count else { continue }
            let words = head.dropLast(kind.length)
            var rest = place.dropFirst(offset + 1)
            while rest.count > 1, let first = rest.first,
                ["contains", "says", "has", "is", "shows", "the", "a", "an"].contains(first.key)
            {
                rest = rest.dropFirst()
            }
            let ordinal = Ordinals.position(at: words)
            if let ordinal, ordinal.length == words.count {
                let outer = Self.scopes(.inside, rest)
                return [ElementScope(relation, name: "", role: kind.role, position: ordinal.position)] + outer
            }
            if words.isEmpty { return [ElementScope(relation, name: rest.text, role: kind.role)] }
        }
        var words = place
        var position: Int?
        if let ordinal = Ordinals.position(at: words), words.count > ordinal.length {
            position = ordinal.position
            words = words.dropFirst(ordinal.length)
        }
        if let kind = Nouns.role(atEndOf: words),
            kind.length < words.count || position != nil || (Nouns.isThing(kind.role) && phrase.count > place.count)
        {
            var name = words.dropLast(kind.length)
            if let last = name.last, ["called", "named", "labelled", "labeled"].contains(last.key) {
                name = name.dropLast()
            }
            return [ElementScope(relation, name: name.text, role: kind.role, position: position)]
        }
        // "row 3", "row Ada", "section called Address", "user @ada"
        if let kind = Nouns.role(atBeginningOf: words), kind.length < words.count {
            var name = words.dropFirst(kind.length)
            if let first = name.first, ["called", "named", "labelled", "labeled", "number"].contains(first.key),
                name.count > 1
            {
                name = name.dropFirst()
            }
            if name.count == 1, let number = Ordinals.number(name.first?.key ?? ""), number > 0, kind.role == .row {
                return [ElementScope(relation, name: "", role: kind.role, position: number - 1)]
            }
            return [ElementScope(relation, name: name.text, role: kind.role, position: position)]
        }
        return [ElementScope(relation, name: place.text)]
    }
}
