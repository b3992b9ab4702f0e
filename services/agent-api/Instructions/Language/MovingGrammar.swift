//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is dragged and scrolled.
enum MovingGrammar {
    static func dragging(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        let isDrag = word.first?.word != "move"
        if let purpose = rest.offset(of: "so that it is", "such that it is"), purpose > 0 {
            let place = rest.dropping(purpose + 4)
            guard let inside = place.offset(of: "inside", "within", "in", "on"), inside <= 1, inside + 1 < place.count
            else {
                return []
            }
            return [
                .drag(
                    TargetGrammar.target(rest.prefix(purpose)),
                    .onto(TargetGrammar.target(place.dropping(inside + 1)))
                )
            ]
        }
        if let deed = byDistance(rest) ?? oneStep(rest) { return isDrag ? [deed] : [deed] + act }
        let marks: [(String, (Target) -> Deed.Destination)] = [
            ("in front of", { .before($0) }), ("to the left of", { .before($0) }), ("to the right of", { .after($0) }),
            ("directly before", { .before($0) }), ("on top of", { .onto($0) }),
            ("to above", { .before($0) }), ("to below", { .after($0) }), ("before", { .before($0) }),
            ("behind", { .after($0) }), ("after", { .after($0) }), ("above", { .before($0) }),
            ("below", { .after($0) }), ("onto", { .onto($0) }),
            ("into", { .onto($0) }), ("over to", { .onto($0) }), ("to", { .onto($0) }), ("inside", { .onto($0) }),
            ("over", { .onto($0) }), ("in", { .onto($0) }), ("on", { .onto($0) }),
        ]
        for (words, place) in marks {
            guard let offset = rest.offset(of: words), offset > 0 else { continue }
            let length = words.split(separator: " ").count
            let destination = rest.dropping(offset + length)
            guard !destination.isEmpty else { continue }
            var moved = rest.prefix(offset)
            while moved.count > 1, let last = moved.last,
                ["right", "directly", "just", "immediately"].contains(last.word)
            { moved = moved.droppingLast() }
            let thing = TargetGrammar.target(moved)
            if words == "to", destination.count == 1, destination.first?.isNumber == true,
                thing.readings.contains(where: { $0.kind == .slider })
            {
                return [.assign(thing, ValueGrammar.value(destination))]
            }
            if words == "to", let position = position(destination) {
                return [.drag(thing, position)] + (isDrag ? [] : act)
            }
            let deed = Deed.drag(thing, place(TargetGrammar.target(destination)))
            return isDrag ? [deed] : act + [deed]
        }
        return isDrag ? [] : act
    }

    /// "Put A right above B", which is about an order and not about a text.
    static func placing(_ rest: Phrase) -> Deed? {
        guard let side = rest.lastOffset(of: "above", "below", "before", "after", "behind"), side > 0,
            side + 1 < rest.count, !rest.tokens.contains(where: { $0.isQuoted && $0 == rest.first })
        else { return nil }
        var thing = rest.prefix(side)
        while thing.count > 1, let last = thing.last, ["right", "directly", "just", "immediately"].contains(last.word) {
            thing = thing.droppingLast()
        }
        let place = TargetGrammar.target(rest.dropping(side + 1))
        let isBefore = ["above", "before"].contains(rest[side]?.word ?? "")
        return .drag(TargetGrammar.target(thing), isBefore ? .before(place) : .after(place))
    }

    /// "up", "down by two", "one up"
    private static func oneStep(_ rest: Phrase) -> Deed? {
        for (word, isUp) in [("up", true), ("down", false)] {
            guard let offset = rest.lastOffset(of: word), offset > 0 else { continue }
            let behind = rest.dropping(offset + 1)
            let count = behind.tokens.compactMap(\.count).first ?? rest[offset - 1]?.count ?? 1
            let units: Set<String> = [
                "by", "position", "positions", "place", "places", "step", "steps", "row", "rows", "spot", "spots", "in",
                "the", "list",
            ]
            guard behind.tokens.allSatisfy({ $0.count != nil || units.contains($0.word) }) else { continue }
            let end = offset > 1 && rest[offset - 1]?.count != nil ? offset - 1 : offset
            return .drag(TargetGrammar.target(rest.prefix(end)), .step(isUp: isUp, by: count))
        }
        return nil
    }

    /// "50 pixels to the right"
    private static func byDistance(_ rest: Phrase) -> Deed? {
        guard let unit = rest.lastOffset(of: "pixels", "px", "pixel"), unit > 1, let amount = rest[unit - 1]?.count
        else { return nil }
        let words = rest.words
        let direction: Deed.Direction =
            words.contains("left") ? .left : words.contains("right") ? .right : words.contains("up") ? .up : .down
        var end = unit - 1
        while end > 1, let word = rest[end - 1]?.word,
            ["by", "about", "the", "to", "left", "right", "up", "down"].contains(word)
        { end -= 1 }
        return .drag(TargetGrammar.target(rest.prefix(end)), .by(direction, amount))
    }

    /// "the top", "the 3rd position", "position 2"
    private static func position(_ phrase: Phrase) -> Deed.Destination? {
        let words = phrase.withoutArticle.words
        guard let first = words.first else { return nil }
        let whole: Set<String> = ["of", "the", "list", "page", "table", "queue", "column", "board", "row", "stack"]
        if words.dropFirst().allSatisfy(whole.contains) {
            if ["top", "beginning", "front", "start"].contains(first) { return .position(1) }
            if ["bottom", "end", "back"].contains(first) { return .position(-1) }
        }
        if words.count == 2, ["position", "place", "spot", "slot"].contains(words[1]) {
            return Words.ordinals[first].map { .position($0) }
        }
        if words.count == 2, ["position", "place", "slot"].contains(first) {
            return Words.numbers[words[1]].map { .position($0) } ?? Int(words[1]).map { .position($0) }
        }
        return nil
    }

    static func scrolling(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if word.first?.word == "page" {
            return rest.starts("down", "up") ? [.scroll(rest.starts("up") ? .up : .down, times: 1, in: nil)] : act
        }
        if let until = rest.offset(of: "until", "till") {
            guard let condition = ConditionGrammar.condition(rest.dropping(until + 1)) else { return [] }
            let (direction, place, times) = movement(rest.prefix(until))
            return [.until(.scroll(direction, times: times, in: place), condition)]
        }
        if let to = rest.offset(of: "to find", "to see", "and find") {
            return [.until(.scroll(.down, times: 1, in: nil), .shows(TargetGrammar.target(rest.dropping(to + 2))))]
        }
        if rest.words.contains(where: { ["bottom", "end", "top", "beginning", "start"].contains($0) }),
            rest.offset(of: "to") != nil || rest.offset(of: "all the way") != nil
        {
            let isUp = !Set(rest.words).isDisjoint(with: ["top", "beginning", "start"])
            let plain: Set<String> = [
                "to", "the", "very", "bottom", "end", "top", "beginning", "start", "of", "page", "all", "way", "down",
                "up",
                "back", "right", "screen", "site", "window", "and", "there", "again",
            ]
            if rest.words.allSatisfy(plain.contains) { return [.scrollToEnd(isUp ? .up : .down, in: nil)] }
            var place: Target?
            if let to = rest.offset(of: "to"), to > 1, rest.first?.word == "the" || rest.first?.isQuoted == true,
                movement(rest.prefix(to)).1 != nil
            {
                place = movement(rest.prefix(to)).1
            } else if let of = rest.lastOffset(of: "of", "in"), of + 1 < rest.count {
                let words = rest.dropping(of + 1).withoutArticle
                if words.words != ["page"], words.words != ["screen"], words.words != ["site"] {
                    place = TargetGrammar.target(rest.dropping(of + 1))
                }
            } else if let to = rest.offset(of: "to"), to > 0,
                !["all", "down", "up", "right", "the", "back"].contains(rest.first?.word ?? "")
                    || rest.first?.word == "the" && to > 1
            {
                let (_, named, _) = movement(rest.prefix(to))
                place = named
            }
            guard place != nil else { return act }
            return [.scrollToEnd(isUp ? .up : .down, in: place)]
        }
        if let to = rest.offset(of: "to"), to <= 1, to + 1 < rest.count {
            return [.scrollTo(TargetGrammar.target(rest.dropping(to + 1)))]
        }
        if rest.has(["until"]) { return [] }
        let (direction, place, times) = movement(rest)
        return [.scroll(direction, times: times, in: place)]
    }

    private static func movement(_ phrase: Phrase) -> (Deed.Direction, Target?, Int) {
        var direction = Deed.Direction.down
        var times = 1
        var kept: [Token] = []
        for token in phrase.tokens {
            if let named = Deed.Direction(rawValue: token.word) {
                direction = named
            } else if let count = token.count, (1...100).contains(count) {
                times = count
            } else if ![
                "times", "pages", "page", "a", "bit", "little", "further", "more", "the", "by", "in", "screens",
                "within", "inside", "once", "screen", "window", "and", "to",
            ].contains(token.word) {
                kept.append(token)
            }
        }
        let words = Phrase(tokens: ArraySlice(kept), source: phrase.source)
        guard let first = kept.first, let last = kept.last else { return (direction, nil, times) }
        if kept.count == last.range.lowerBound - first.range.lowerBound { return (direction, nil, times) }
        return (direction, TargetGrammar.target(words), times)
    }
}
