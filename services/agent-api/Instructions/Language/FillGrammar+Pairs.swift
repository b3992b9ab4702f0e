//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Labels and their values.
extension FillGrammar {
    static func pairDeeds(_ phrase: Phrase) -> [Deed] {
        let found = pairs(phrase)
        return found.isEmpty ? [] : found.count == 1 ? found : [.several(found)]
    }

    /// "name Ada, e-mail a@b.c and the message hello"
    static func pairs(_ phrase: Phrase) -> [Deed] {
        var phrase = phrase.trimmed
        // "a note with the title X and the text Y"
        if let with = phrase.offset(of: "with"), with > 0, with <= 3,
            phrase.first.map({ ["a", "an", "the", "new"].contains($0.word) }) ?? false, with + 2 < phrase.count,
            !phrase.prefix(with).tokens.contains(where: \.isQuoted)
        {
            phrase = phrase.dropping(with + 1)
        }
        var segments: [Phrase] = []
        for segment in phrase.listed {
            if let last = segments.last, !beginsPair(segment), let first = last.first, let end = segment.last {
                let tokens = phrase.tokens.filter {
                    $0.range.lowerBound >= first.range.lowerBound && $0.range.upperBound <= end.range.upperBound
                }
                segments[segments.count - 1] = Phrase(tokens: ArraySlice(tokens), source: phrase.source)
            } else {
                segments.append(segment)
            }
        }
        var deeds: [Deed] = []
        // "plate B-AB 123, fuel diesel, historic": what follows a comma may be a label too, if the page has it.
        let parts = phrase.listed
        if parts.count > segments.count, parts.count <= 12 {
            let each = parts.compactMap { part -> Deed? in
                part.count == 1 ? .check(TargetGrammar.single(part), true) : pair(part)
            }
            if each.count == parts.count { deeds.append(.all(each)) }
        }
        let isSplit = !deeds.isEmpty
        for segment in segments {
            if let both = segment.offset(of: "both"), both > 0, both + 1 < segment.count {
                for label in segment.prefix(both).listed {
                    deeds.append(.assign(TargetGrammar.target(label), value(segment.dropping(both + 1))))
                }
                continue
            }
            guard let pair = pair(segment) else { return isSplit ? [deeds[0]] : [] }
            deeds.append(pair)
        }
        if isSplit, let split = deeds.first {
            let merged = Array(deeds.dropFirst())
            return [.either([split, merged.count == 1 ? merged[0] : .several(merged)])]
        }
        return deeds
    }

    static func beginsPair(_ phrase: Phrase) -> Bool {
        guard phrase.count > 1, let first = phrase.first else { return false }
        if ["the", "a", "an", "my", "your", "with", "its"].contains(first.word) { return true }
        return phrase.tokens.dropFirst().contains {
            $0.isQuoted || $0.isNumber || $0.isCapitalized || $0.is(":") || $0.word.contains("@") || $0.word == "="
                || ["to", "is", "as"].contains($0.word)
        }
            || first.isNumber
    }

    /// "price from 400 to 1200": two fields.
    static func range(_ phrase: Phrase) -> Deed? {
        guard let from = phrase.offset(of: "from", "between"), let to = phrase.offset(of: "to", "and", from: from + 1),
            to == from + 2, to + 2 == phrase.count, phrase[from + 1]?.isNumber == true
        else { return nil }
        let label = phrase.prefix(from).withoutArticle.text
        func field(_ words: [String]) -> Target {
            var readings =
                words.map { Reading(name: Name("\(label) \($0)")) }
                + words.map { Reading(name: Name("\($0) \(label)")) }
            if !label.isEmpty {
                readings += words.map {
                    Reading(
                        name: Name($0),
                        scopes: [
                            Reading.Scope(
                                relation: .within,
                                target: Target(spoken: label, readings: [Reading(name: Name(label))])
                            )
                        ]
                    )
                }
            }
            readings += words.map { Reading(name: Name($0), isWhole: true) }
            return Target(spoken: "\(label) \(words[0])", readings: readings)
        }
        return .several([
            .assign(field(["from", "min", "minimum", "low"]), .text(phrase[from + 1]?.text ?? "")),
            .assign(field(["to", "max", "maximum", "high", "up to"]), .text(phrase[to + 1]?.text ?? "")),
        ])
    }

    /// A label and its value, wherever the one ends.
    static func pair(_ segment: Phrase) -> Deed? {
        if let range = range(segment.trimmed) { return range }
        var phrase = segment.trimmed
        while phrase.count > 2, let first = phrase.first,
            ["with", "the", "a", "an", "my", "your", "using", "its", "and"].contains(first.word)
        { phrase = phrase.dropping(1) }
        guard phrase.count > 1 else { return nil }
        for mark in [":", "="] {
            let offset = phrase.offset(ofMark: mark) ?? (mark == "=" ? phrase.offset(of: "=") : nil)
            if let offset, offset > 0, offset + 1 < phrase.count {
                return .pair([
                    Deed.Pair(
                        label: TargetGrammar.target(phrase.prefix(offset)),
                        value: ValueGrammar.stated(phrase.dropping(offset + 1))
                    )
                ])
            }
        }
        var candidates: [Deed.Pair] = []
        func add(_ label: Phrase, _ value: Phrase) {
            let limits: Set<String> = ["all", "every", "no", "not", "but", "except", "only", "without", "any"]
            guard label.tokens.allSatisfy({ $0.isQuoted || !limits.contains($0.word) }) else { return }
            guard !label.isEmpty, !value.isEmpty, !TargetGrammar.single(label).isPronoun,
                !["into", "onto"].contains(value.first?.word ?? ""),
                !label.tokens.contains(where: { $0.word == "and" || $0.is(",") })
            else { return }
            candidates.append(Deed.Pair(label: TargetGrammar.single(label), value: ValueGrammar.value(value)))
        }
        if let offset = phrase.offset(of: "is", "are", "should be", "must be", "up to", "of", "to", "as", "from", "on"),
            offset > 0
        {
            let length =
                phrase.starts("x")
                ? 1
                : (phrase.has(["should", "be"], at: offset) || phrase.has(["must", "be"], at: offset)
                    || phrase.has(["up", "to"], at: offset)) ? 2 : 1
            if phrase[offset]?.word == "as" {
                add(phrase.dropping(offset + 1), phrase.prefix(offset))
                add(phrase.prefix(offset), phrase.dropping(offset + 1))
            } else {
                add(phrase.prefix(offset), phrase.dropping(offset + length))
                if length == 2 { add(phrase.prefix(offset), phrase.dropping(offset + length)) }
            }
        }
        for length in stride(from: min(phrase.count - 1, 5), to: 0, by: -1) {
            let value = phrase.dropping(length)
            // A quotation is a value as a whole.
            if phrase.prefix(length).tokens.contains(where: \.isQuoted) { continue }
            add(phrase.prefix(length), value)
        }
        // "3 rooms", "four guests"
        if let first = phrase.first, first.count != nil || first.isNumber || first.isQuoted {
            add(phrase.dropping(1), phrase.prefix(1))
        }
        // Where the value likely begins comes first; the page decides.
        if let start = (1..<phrase.count).first(where: {
            phrase[$0].map { $0.isQuoted || $0.isNumber || $0.isCapitalized || $0.word.contains("@") } ?? false
        }),
            let likely = candidates.firstIndex(where: { $0.value == ValueGrammar.value(phrase.dropping(start)) })
        {
            candidates.insert(candidates.remove(at: likely), at: 0)
        }
        return candidates.isEmpty ? nil : .pair(candidates)
    }
}
