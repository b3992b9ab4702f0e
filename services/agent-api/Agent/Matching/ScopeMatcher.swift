//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Keeps, of several elements, those that are where a person says.
struct ScopeMatcher {
    private let scope: ElementScope
    private let index: SnapshotIndex
    private let wanted: Words

    init(_ scope: ElementScope, _ index: SnapshotIndex) {
        self.scope = scope
        self.index = index
        wanted = Words(scope.name)
    }

    func keep(_ matches: [ElementMatcher.Match]) -> [ElementMatcher.Match] {
        guard !matches.isEmpty else { return [] }
        if wanted.isEmpty {
            // "in the second row": of the places in which such an element is.
            guard let position = scope.position else { return matches }
            return numbered(matches, position)
        }
        var kept: [(ElementMatcher.Match, Double)] = []
        let anchors = scope.relation == .inside ? [] : anchors()
        for match in matches {
            let fit = fit(match, anchors)
            if fit > 0 { kept.append((match, fit)) }
        }
        guard let best = kept.map(\.1).max() else { return [] }
        let near = kept.filter { $0.1 >= best - 0.02 }.map { match, fit in
            var match = match
            match.score *= 0.8 + 0.2 * fit
            return match
        }
        if let position = scope.position, scope.relation == .inside { return numbered(near, position) }
        return near
    }

    /// The matches in the place of a number: places are told apart by the nearest text around them.
    private func numbered(_ matches: [ElementMatcher.Match], _ position: Int) -> [ElementMatcher.Match] {
        let top = matches.map(\.score).max() ?? 0
        let alike = matches.filter { $0.score >= top - 0.06 }.sorted { $0.order < $1.order }
        var groups: [[ElementMatcher.Match]] = []
        for match in alike {
            if let last = groups.last?.last, !match.element.surroundings.isEmpty,
                last.element.surroundings.first == match.element.surroundings.first
            {
                groups[groups.count - 1].append(match)
            } else {
                groups.append([match])
            }
        }
        let place = position < 0 ? groups.count + position : position
        return groups.indices.contains(place) ? groups[place] : []
    }

    /// The elements that are called like the place.
    private func anchors() -> [PageElement] {
        var likeness = NameLikeness(scope.name)
        let scored = index.entries.map { entry in
            (entry.element, entry.names.map { name in likeness.of(name.words) * name.weight }.max() ?? 0)
        }
        let best = scored.map(\.1).max() ?? 0
        return best < 0.7 ? [] : scored.filter { $0.1 >= best - 0.02 }.map(\.0)
    }

    private func fit(_ match: ElementMatcher.Match, _ anchors: [PageElement]) -> Double {
        let around = surrounding(match)
        switch scope.relation {
        case .inside: return around
        case .near, .below, .above:
            let distance = anchors.filter { $0.index != match.element.index }.compactMap {
                self.distance(from: $0.box, to: match.element.box)
            }.min()
            // What is next to a label may have it for its name.
            if scope.relation == .near, let own = index.entries[match.order].names.first, own.weight == 1,
                own.words.list == wanted.list
            {
                return 1
            }
            guard let distance else { return around }
            return max(around, 0.95 - min(distance / 2000, 0.9))
        }
    }

    /// How well the texts around an element, or its own label, say the place: the nearer the better.
    private func surrounding(_ match: ElementMatcher.Match) -> Double {
        let entry = index.entries[match.order]
        var best = 0.0
        for (depth, text) in entry.surroundings.enumerated() {
            best = max(best, Self.holding(text, wanted) - Double(depth) * 0.03)
        }
        // "the check box of Ada" is labelled so itself.
        if let own = entry.names.first { best = max(best, Self.holding(own.words, wanted) * 0.9) }
        return best
    }

    /// Whether a text has all the words, side by side or not.
    static func holding(_ text: Words, _ wanted: Words) -> Double {
        if text.list == wanted.list { return 1 }
        guard !wanted.list.isEmpty else { return text.plain.contains(wanted.plain) ? 0.9 : 0 }
        let words = Set(text.list)
        var quality = 1.0
        for word in wanted.list where !words.contains(word) {
            if ["the", "a", "an", "of", "for"].contains(word) { continue }
            let near = text.list.lazy.map { NearWords.nearness(word, $0) }.max() ?? 0
            guard near > 0.7 else { return 0 }
            quality = min(quality, near)
        }
        // Side by side is better than anywhere.
        let isTogether = " \(text.list.joined(separator: " ")) ".contains(" \(wanted.list.joined(separator: " ")) ")
        return (isTogether ? 0.95 : 0.8) * quality
    }

    /// How far it is to the element in the said direction, in CSS pixels; `nil` in another direction.
    private func distance(from anchor: Box, to box: Box) -> Double? {
        let x = max(box.x - anchor.x - anchor.width, anchor.x - box.x - box.width, 0)
        let y = max(box.y - anchor.y - anchor.height, anchor.y - box.y - box.height, 0)
        switch scope.relation {
        case .below: return box.y + 1 >= anchor.y + anchor.height ? y + x * 0.5 : nil
        case .above: return box.y + box.height <= anchor.y + 1 ? y + x * 0.5 : nil
        case .near, .inside: return x + y * 2
        }
    }
}
