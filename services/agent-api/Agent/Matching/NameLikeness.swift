//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How well names fit a name that a person said: 1 for the same, 0 for another. Keeps what it has compared.
struct NameLikeness {
    let wanted: Words
    private let isQuoted: Bool
    private let wantedHasSynonyms: Bool
    private var nearness: [[String: Double]]
    /// The same by the number of a word, with -1 for what has not been compared.
    private var numbered: [[Double]]

    /// - Parameter vocabulary: that of the names to compare with, where they are numbered.
    init(_ name: String, isQuoted: Bool = false, vocabulary: Vocabulary? = nil) {
        wanted = Words(name)
        self.isQuoted = isQuoted
        wantedHasSynonyms = Synonyms.hasAny(wanted)
        nearness = Array(repeating: [:], count: wanted.list.count)
        numbered = Array(repeating: Array(repeating: -1, count: vocabulary?.count ?? 0), count: wanted.list.count)
    }

    private static let small: Set<String> = [
        "the", "a", "an", "of", "to", "in", "on", "for", "your", "my", "and", "with", "is", "at",
    ]

    /// - Returns: from 0 to 1. From 0.9 on a person would call it the same name.
    mutating func of(_ name: Words) -> Double {
        if name.isEmpty || wanted.isEmpty { return 0 }
        if name.plain == wanted.plain { return 1 }
        // Signs alone: "+", "×", "›"; or the words that people say for them.
        if name.list.isEmpty || wanted.list.isEmpty {
            if wanted.joined == "x", ["×", "✕", "✖"].contains(name.plain) { return 0.95 }
            return wantedHasSynonyms && Synonyms.areAlike(name, wanted) ? 0.85 : 0
        }
        if name.list == wanted.list { return name.plain.count == wanted.plain.count ? 0.98 : 0.97 }
        if name.joined == wanted.joined { return 0.96 }
        if wantedHasSynonyms, Synonyms.areAlike(name, wanted) { return 0.86 }
        return byWords(name)
    }

    /// "Add the lamp to the cart" is "Add to cart" in the card of the lamp: the name is a part of what was said, and the rest
    /// is said by what is around.
    mutating func split(between name: Words, and surroundings: @autoclosure () -> [Words]) -> Double {
        let count = wanted.list.count
        guard name.list.count < count, !name.list.isEmpty else { return 0 }
        var used = [Bool](repeating: false, count: count)
        var significant = 0
        for (position, word) in name.list.enumerated() {
            guard let place = (0..<count).first(where: { !used[$0] && near($0, position, in: name) > 0.84 }) else {
                return 0
            }
            used[place] = true
            if !Self.small.contains(word) { significant += 1 }
        }
        let rest = (0..<count).filter {
            !used[$0] && !Self.small.contains(wanted.list[$0]) && !Self.things.contains(wanted.list[$0])
        }.map { wanted.list[$0] }
        guard significant > 0, !rest.isEmpty else { return 0 }
        let place = Words(rest.joined(separator: " "))
        var best = 0.0
        for (depth, text) in surroundings().enumerated() {
            let held = ScopeMatcher.holding(text, place)
            if held > 0.5 {
                best = max(best, (text.list == place.list ? 0.93 : 0.82 + 0.08 * held) - 0.015 * Double(depth))
            }
        }
        return best
    }

    private static let things: Set<String> = [
        "item", "row", "card", "product", "email", "message", "entry", "task", "todo", "from", "order", "user",
        "result",
        "article", "customer",
    ]

    private mutating func near(_ index: Int, _ position: Int, in name: Words) -> Double {
        guard position < name.numbers.count, name.numbers[position] < numbered[index].count else {
            return near(index, name.list[position])
        }
        let number = name.numbers[position]
        if numbered[index][number] < 0 {
            numbered[index][number] = NearWords.nearness(wanted.list[index], name.list[position])
        }
        return numbered[index][number]
    }

    private mutating func near(_ index: Int, _ word: String) -> Double {
        if let known = nearness[index][word] { return known }
        let value = NearWords.nearness(wanted.list[index], word)
        nearness[index][word] = value
        return value
    }

    private mutating func byWords(_ name: Words) -> Double {
        let count = wanted.list.count
        // A long text has any word in it; that makes it no name.
        guard name.list.count <= 40 || count > 3 else { return 0 }
        var used = [Bool](repeating: false, count: name.list.count)
        var found = 0.0
        var matched = 0
        var significant = 0
        var isInOrder = true
        var lastPlace = -1
        var firstPlace = -1
        for index in 0..<count {
            var best = 0.0
            var place = -1
            for position in name.list.indices where !used[position] {
                let value = near(index, position, in: name)
                if value > best || (value == best && value > 0 && position == lastPlace + 1 && place < lastPlace) {
                    (best, place) = (value, position)
                }
            }
            if best > 0 {
                used[place] = true
                found += best
                matched += 1
                if !Self.small.contains(wanted.list[index]) { significant += 1 }
                if place != lastPlace + 1, lastPlace >= 0 { isInOrder = false }
                if firstPlace < 0 { firstPlace = place }
                lastPlace = place
            }
        }
        guard significant > 0 || matched == count else { return 0 }
        let quality = found / Double(max(matched, 1))
        if matched == count {
            // All that was said is there.
            if name.list.count == count { return (isInOrder ? 0.95 : 0.88) * quality * quality }
            let cover = Double(wanted.joined.utf8.count) / Double(max(name.joined.utf8.count, 1))
            let base = isInOrder ? (firstPlace == 0 ? 0.74 : 0.7) : 0.6
            return min(base + 0.12 * cover, 0.85) * quality
        }
        // The name is a part of what was said: "Save" of "Save to keep the changes".
        let extra = name.list.count - matched
        guard extra == 0, !isQuoted, quality > 0.8 else { return 0 }
        let missing = (0..<count).filter { index in !Self.small.contains(wanted.list[index]) }.count - significant
        let said = Double(significant) / Double(max(significant + missing, 1))
        if missing == 0 { return 0.88 * quality }
        // "Save to …": what follows a little word says what for.
        let isHead =
            firstPlace == 0 && isInOrder && count > matched && Self.small.contains(wanted.list[matched])
            && wanted.list[0] == name.list[0]
        return (isHead ? 0.62 : 0.5 * said) * quality
    }
}
