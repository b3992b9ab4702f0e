//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads which fields are to hold what: `"x" into A and "y" into B`, `the username "x" and the password "y"`,
/// `A with x and B with y`.
struct FieldPairs {
    /// How the verb puts it.
    enum Style {
        /// What comes first: enter TEXT into FIELD, or enter the FIELD TEXT.
        case contentFirst
        /// The field comes first: fill FIELD with TEXT.
        case fieldFirst
    }

    struct Pair {
        /// What was said of the field; empty where nothing was.
        var field: Phrase
        var content: Phrase
    }

    private let style: Style
    private let phrase: Phrase
    /// The words that may part content and field here. Where there is an "into", an "in" is a part of the content.
    private let prepositions: Set<String>

    private static let separators: Set<String> = [",", "and", "&", "\n", ";", "plus"]
    private static let strong: Set<String> = ["into", "inside", "onto"]
    private static let weak: Set<String> = ["in", "to", "as", "for", "on"]
    private static let joints: Set<String> = ["with", "to", "as", "=", ":", "is", "be", "by"]
    private static let contentNouns: Set<String> = [
        "text", "word", "words", "value", "number", "string", "phrase", "sentence", "letters", "following",
        "characters", "term", "digits", "name", "words", "following text", "date", "time", "query",
    ]

    private init(_ phrase: Phrase, _ style: Style) {
        self.phrase = phrase
        self.style = style
        let isStrong = phrase.contains { Self.strong.contains($0.key) }
        prepositions = isStrong ? Self.strong : Self.weak
    }

    /// The pairs of a phrase. What belongs to none is part of the content next to it, as in "salt and pepper into Note".
    ///
    /// - Returns: `nil` when no field can be told from what it is to hold.
    static func read(_ phrase: Phrase, _ style: Style) -> [Pair]? {
        let reader = FieldPairs(phrase, style)
        let pairs = reader.groups().map { reader.pair($0) }
        guard pairs.allSatisfy({ $0 != nil }) else {
            // One of them is no pair by itself; then it is one pair with an "and" in it.
            return reader.pair(phrase).map { [$0] }
        }
        return pairs.compactMap { $0 }
    }

    /// The phrase cut into one part for each pair.
    private func groups() -> [Phrase] {
        var groups: [Range<Int>] = []
        let tokens = phrase.tokens
        var pending: Int?
        var start = tokens.startIndex
        for index in tokens.startIndex...tokens.endIndex {
            guard
                index == tokens.endIndex
                    || (tokens[index].kind != .quoted && Self.separators.contains(tokens[index].key))
            else { continue }
            defer { start = index + 1 }
            guard start < index else { continue }
            if isComplete(Phrase(tokens[start..<index]).trimmed) {
                groups.append((style == .contentFirst ? pending ?? start : start)..<index)
                pending = nil
            } else if style == .fieldFirst || index == tokens.endIndex, let last = groups.popLast() {
                groups.append(last.lowerBound..<index)
            } else {
                pending = pending ?? start
            }
        }
        return groups.isEmpty ? [phrase] : groups.map { Phrase(tokens[$0]).trimmed }
    }

    private func isComplete(_ part: Phrase) -> Bool {
        let inner = part.dropFirst().dropLast()
        if style == .fieldFirst {
            return inner.contains { Self.joints.contains($0.key) } || (part.last?.kind == .quoted && part.count > 1)
        }
        if inner.contains(where: { prepositions.contains($0.key) || $0.isMark(":") || $0.key == "=" }) { return true }
        if part.count > 1, part.last?.kind == .quoted { return true }
        return FieldNouns.split(part.withoutArticle) != nil
    }

    private func pair(_ part: Phrase) -> Pair? {
        switch style {
        case .fieldFirst: fieldFirst(part)
        case .contentFirst: contentFirst(part)
        }
    }

    private func fieldFirst(_ part: Phrase) -> Pair? {
        // "A from x to y": what it held before says nothing.
        let part = part
        let place =
            part.tokens.indices.dropFirst().dropLast().first { part.tokens[$0].key == "with" }
            ?? part.tokens.indices.dropFirst().dropLast().first { Self.joints.contains(part.tokens[$0].key) }
        if let place {
            var field = Phrase(part.tokens[..<place])
            var content = Phrase(part.tokens[(place + 1)...]).trimmed
            if let (head, _) = field.split(atLast: ["from"]), part.tokens[place].key == "to" { field = head }
            while content.count > 1, let first = content.first, ["be", "say", "read", "the"].contains(first.key),
                content[1]?.kind == .quoted || first.key == "be"
            {
                content = content.dropFirst()
            }
            // "fill in \"x\" as the name"
            if field.isQuotation, part.tokens[place].key == "as" { return Pair(field: content, content: field) }
            return Pair(field: field.trimmed, content: content)
        }
        if part.count > 1, let last = part.last, last.kind == .quoted {
            return Pair(field: part.dropLast().trimmed, content: part.suffix(1))
        }
        return nil
    }

    private func contentFirst(_ part: Phrase) -> Pair? {
        if let quotation = part.tokens.firstIndex(where: { $0.kind == .quoted }) {
            return quoted(
                part,
                before: Phrase(part.tokens[..<quotation]),
                Phrase(part.tokens[quotation...quotation]),
                after: Phrase(part.tokens[(quotation + 1)...])
            )
        }
        if let (field, content) = FieldNouns.split(part.withoutArticle) { return Pair(field: field, content: content) }
        // "Email: ada@example.com"
        if let place = part.place(of: ":") ?? part.place(of: "="), place > 0, place + 1 < part.count,
            part[place]?.hasSpaceBefore == (part[place]?.key == "=")
        {
            return Pair(field: part.prefix(place), content: part.dropFirst(place + 1))
        }
        // The words into which: the first that a kind of field or a place follows, otherwise the last.
        let places = part.tokens.indices.dropFirst().dropLast().filter { prepositions.contains(part.tokens[$0].key) }
        let clear = places.prefix(20).first { place in
            let field = Phrase(part.tokens[(place + 1)...])
            let isNamed = Phrase.articles.contains(field.first?.key ?? "") && field.count > 1
            return isNamed && Nouns.role(atEndOf: LocationGrammar.withoutPlace(field).0) != nil
        }
        if let place = clear ?? places.last {
            return Pair(
                field: Phrase(part.tokens[(place + 1)...]).trimmed,
                content: Phrase(part.tokens[..<place]).trimmed
            )
        }
        return Pair(field: Phrase(ArraySlice()), content: part)
    }

    private func quoted(_ part: Phrase, before: Phrase, _ quotation: Phrase, after: Phrase) -> Pair? {
        var content = quotation
        var after = after.trimmed
        (content, after) = Self.withCase(content, after)
        var field = Phrase(ArraySlice())
        var rest = after
        if let first = after.first {
            guard Self.strong.contains(first.key) || Self.weak.contains(first.key) || first.key == "at" else {
                // More of it follows: then it is not the quotation alone that is meant.
                return unquoted(part)
            }
            rest = after.dropFirst().trimmed
            if rest.isEmpty { return nil }
            field = rest
        }
        var name = before.trimmed.withoutArticle
        while let last = name.last, ["of", "as", "is", "=", "to", ":", "with"].contains(last.key), name.count > 1 {
            name = name.dropLast()
        }
        if name.isEmpty || Self.contentNouns.contains(name.key) && !field.isEmpty {
            return Pair(field: field, content: content)
        }
        if Phrase.articles.contains(name.key) { return Pair(field: field, content: content) }
        // "into the Email field "x""
        if let first = name.first, Self.strong.contains(first.key) || Self.weak.contains(first.key), name.count > 1 {
            return Pair(field: name.dropFirst(), content: content)
        }
        if field.isEmpty {
            let isGeneric = [
                "text", "word", "words", "phrase", "string", "sentence", "following", "value", "letters", "characters",
            ].contains(name.key)
            return Pair(field: isGeneric ? field : name, content: content)
        }
        // "the password "x" into both text fields": said twice; what follows "into" says where.
        return FieldNouns.isField(name) || name.count < 4 ? Pair(field: field, content: content) : unquoted(part)
    }

    /// A quotation inside of a longer text is a part of it.
    private func unquoted(_ part: Phrase) -> Pair? {
        guard
            let place = part.tokens.indices.dropFirst().dropLast().last(where: {
                prepositions.contains(part.tokens[$0].key)
            })
        else {
            return nil
        }
        return Pair(field: Phrase(part.tokens[(place + 1)...]), content: Phrase(part.tokens[..<place]))
    }

    /// "in all upper case"
    private static func withCase(_ content: Phrase, _ after: Phrase) -> (Phrase, Phrase) {
        guard let token = content.first, after.first?.key == "in" else { return (content, after) }
        var rest = after.dropFirst()
        if let first = rest.first, ["all", "only"].contains(first.key) { rest = rest.dropFirst() }
        let upper: PhraseSet = [
            "upper case", "uppercase", "upper-case", "capital letters", "capitals", "caps", "upper case letters",
            "uppercase letters",
        ]
        let lower: PhraseSet = [
            "lower case", "lowercase", "lower-case", "small letters", "lower case letters", "lowercase letters",
        ]
        for (set, isUpper) in [(upper, true), (lower, false)] {
            let length = set.length(at: rest)
            guard length > 0 else { continue }
            var changed = token
            changed.text = isUpper ? token.text.uppercased() : token.text.lowercased()
            return (Phrase([changed][...]), rest.dropFirst(length).trimmed)
        }
        return (content, after)
    }
}

/// What fields are commonly called, so that "enter username ada" needs no punctuation.
enum FieldNouns {
    private static let names: PhraseSet = [
        "username", "user name", "user", "login", "login name", "password", "email", "e-mail", "email address",
        "e-mail address", "mail address", "name", "first name", "last name", "full name", "surname", "given name",
        "family name", "address", "street", "street address", "city", "town", "country", "state", "zip", "zip code",
        "postal code", "postcode", "phone", "phone number", "telephone", "telephone number", "mobile number", "company",
        "subject", "message", "comment", "note", "title", "description", "quantity", "amount", "age", "birthday",
        "date of birth", "date", "time", "code", "card number", "credit card number", "expiry date", "cvc", "cvv",
        "coupon code", "promo code", "discount code", "search term", "reference", "order number", "website", "url",
        "nickname", "job title", "price", "number of guests", "guests", "check-in date", "check-out date",
        "departure date", "return date", "passcode", "pin", "confirm password", "confirmation", "new password",
        "old password", "current password", "user id", "userid", "id",
    ]

    /// Whether a phrase is such a name and nothing else.
    static func isField(_ phrase: Phrase) -> Bool { names.length(at: phrase) == phrase.count && !phrase.isEmpty }

    /// "username ada" → "username", "ada".
    static func split(_ phrase: Phrase) -> (field: Phrase, content: Phrase)? {
        let length = names.length(at: phrase)
        guard length > 0 else { return nil }
        var field = phrase.prefix(length)
        var rest = phrase.dropFirst(length)
        if let word = rest.first, ["field", "box"].contains(word.key) {
            field = phrase.prefix(length + 1)
            rest = rest.dropFirst()
        }
        while rest.count > 1, let first = rest.first, [":", "=", "as", "of", "is", "to", "with"].contains(first.key) {
            rest = rest.dropFirst()
        }
        // "name of the company" and "date in the box" are something else.
        guard let first = rest.first, first.kind != .mark,
            !["into", "in", "for", "inside", "field", "box", "on", "from", "of", "as", "to", "and"].contains(first.key),
            !rest.contains(where: { ["into", "inside"].contains($0.key) })
        else { return nil }
        return (field, rest)
    }
}
