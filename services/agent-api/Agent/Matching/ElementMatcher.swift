//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Finds the elements that a person means, on a page as it was seen.
struct ElementMatcher {
    /// What is to be done with the element, which says what it can be.
    enum Purpose: Sendable {
        /// Anything that can be clicked.
        case click
        /// A field.
        case fill
        /// A check box, radio button or switch.
        case check
        /// A list to choose from.
        case choose
        /// An option of a list that is open, or what chooses it by itself.
        case option
        /// What opens and closes something.
        case expand
        /// A field for files.
        case upload
        /// Anything.
        case any

        func allows(_ element: PageElement) -> Bool {
            switch self {
            case .click, .any: true
            case .fill: Kinds.isField(element)
            case .check: Kinds.isCheckable(element)
            case .choose: Kinds.isList(element)
            case .option: Kinds.isOption(element) || Kinds.isCheckable(element)
            case .expand: Kinds.isExpandable(element)
            case .upload: Kinds.isFileField(element)
            }
        }
    }

    struct Match: Sendable {
        var element: PageElement
        /// From 0 to 1. From ``certain`` on nothing better need be waited for.
        var score: Double
        var order: Int
    }

    struct Outcome: Sendable {
        /// The likeliest elements: one, or all that were meant.
        var matches: [Match]
        /// How many there are that fit as well as the one that was taken.
        var alike: Int
        /// How the target was understood.
        var meaning: ElementDescription

        var isCertain: Bool { (matches.first?.score ?? 0) >= ElementMatcher.certain }
    }

    /// From this score on a match is what was meant.
    static let certain = 0.84
    /// Below this score a match is a coincidence.
    static let acceptable = 0.5
    /// What is nearer than this to the best match fits as well.
    private static let tie = 0.012

    let index: SnapshotIndex

    init(_ snapshot: PageSnapshot) { index = SnapshotIndex(snapshot) }

    init(_ index: SnapshotIndex) { self.index = index }

    /// The likeliest elements for a target.
    ///
    /// - Parameter isAllowed: what else an element must be.
    func find(
        _ target: Target,
        for purpose: Purpose,
        where isAllowed: (PageElement) -> Bool = { _ in true }
    ) -> Outcome? {
        var best: Outcome?
        var bestScore = 0.0
        for (place, meaning) in target.meanings.enumerated() {
            guard let outcome = find(meaning, for: purpose, where: isAllowed), let first = outcome.matches.first else {
                continue
            }
            // Of two that fit as well, the way to understand it that comes first.
            let score = first.score - Double(place) * 0.004
            if score > bestScore { (best, bestScore) = (outcome, score) }
        }
        return best
    }

    private func find(
        _ meaning: ElementDescription,
        for purpose: Purpose,
        where isAllowed: (PageElement) -> Bool
    ) -> Outcome? {
        guard !meaning.isPronoun else { return nil }
        var candidates = scored(meaning, for: purpose, where: isAllowed)
        for scope in meaning.scopes { candidates = ScopeMatcher(scope, index).keep(candidates) }
        guard let top = candidates.map(\.score).max(), top >= Self.acceptable else { return nil }
        let group = candidates.filter { $0.score >= max(top - (meaning.name.isEmpty ? 0.2 : 0.06), Self.acceptable) }
            .sorted { $0.order < $1.order }
        if let role = meaning.role, [.item, .row, .result].contains(role), meaning.name.isEmpty {
            let records = records(candidates)
            switch meaning.quantity {
            case .all where !records.isEmpty: return Outcome(matches: records, alike: records.count, meaning: meaning)
            case .first(let number) where !records.isEmpty:
                return Outcome(matches: Array(records.prefix(number)), alike: records.count, meaning: meaning)
            case .one:
                guard let position = meaning.position else { break }
                let place = position < 0 ? records.count + position : position
                return records.indices.contains(place)
                    ? Outcome(matches: [records[place]], alike: 1, meaning: meaning) : nil
            default: break
            }
        }
        switch meaning.quantity {
        case .all: return Outcome(matches: group, alike: group.count, meaning: meaning)
        case .first(let number):
            return Outcome(matches: Array(group.prefix(number)), alike: group.count, meaning: meaning)
        case .one: break
        }
        if let position = meaning.position {
            // Of links and buttons called alike the kind that was named counts.
            let kind = group.filter { $0.score >= top - (meaning.name.isEmpty ? 0.05 : 0.02) }
            let counted = kind.count > (position < 0 ? -position - 1 : position) ? kind : group
            let place = position < 0 ? counted.count + position : position
            guard counted.indices.contains(place) else { return nil }
            return Outcome(matches: [counted[place]], alike: 1, meaning: meaning)
        }
        let alike = group.filter { $0.score >= top - Self.tie }
        let isThing = meaning.name.isEmpty && meaning.role.map(Nouns.isThing) ?? false
        guard let likeliest = likeliest(of: alike, leadsIn: isThing) else { return nil }
        return Outcome(matches: [likeliest], alike: alike.count, meaning: meaning)
    }

    /// What leads into the rows, items or results of the page, one for each: things are told apart by the text around, and
    /// are alike in what they hold.
    private func records(_ candidates: [Match]) -> [Match] {
        var groups: [[SnapshotIndex.Entry]] = []
        for entry in index.entries {
            guard let around = entry.element.surroundings.first else { continue }
            if groups.last?.last?.element.surroundings.first == around {
                groups[groups.count - 1].append(entry)
            } else {
                groups.append([entry])
            }
        }
        var byShape: [String: [[SnapshotIndex.Entry]]] = [:]
        for group in groups { byShape[group.map(\.element.role).joined(separator: " "), default: []].append(group) }
        func weight(_ groups: [[SnapshotIndex.Entry]]) -> Int { groups.count * min(groups[0].count, 4) }
        let allowed = Dictionary(candidates.map { ($0.order, $0) }, uniquingKeysWith: { first, _ in first })
        let shapes = byShape.values.filter { groups in
            groups.count > 1 && groups.contains { $0.contains { allowed[$0.order] != nil } }
        }
        guard let alike = shapes.max(by: { weight($0) < weight($1) }) else { return [] }
        return alike.compactMap { group in
            let matches = group.compactMap { allowed[$0.order] }
            return matches.first { $0.element.role == "link" } ?? matches.first { !Kinds.isCheckable($0.element) }
                ?? matches.first
        }
    }

    /// Of several that are called alike: what can be used, what is seen, what has just come up, what comes first.
    private func likeliest(of matches: [Match], leadsIn: Bool) -> Match? {
        func rank(_ match: Match) -> Int {
            let element = match.element
            // An item as a whole is opened by its link, not by its check box.
            let leads = !leadsIn ? 0 : element.role == "link" ? 32 : Kinds.isCheckable(element) ? 0 : 16
            return leads + (element.isDisabled ? 0 : 8) + (element.isInViewport ? 2 : 0) + (element.isNew ? 1 : 0)
        }
        return matches.max { one, other in
            let ranks = (rank(one), rank(other))
            return ranks.0 == ranks.1 ? one.order > other.order : ranks.0 < ranks.1
        }
    }

    private func scored(
        _ meaning: ElementDescription,
        for purpose: Purpose,
        where isAllowed: (PageElement) -> Bool
    ) -> [Match] {
        var likeness = NameLikeness(meaning.name, isQuoted: meaning.isQuoted, vocabulary: index.vocabulary)
        var matches: [Match] = []
        let roles =
            meaning.role.map { role in
                index.entries.contains {
                    purpose.allows($0.element) && isAllowed($0.element) && Kinds.fit($0.element, role) >= 0.95
                }
            } ?? false
        for entry in index.entries {
            let element = entry.element
            guard purpose.allows(element), isAllowed(element) else { continue }
            if element.attributes["hidden"] == "true", purpose != .upload { continue }
            let fit = meaning.role.map { Kinds.fit(element, $0) } ?? 1
            var score: Double
            if meaning.name.isEmpty {
                guard meaning.role == nil || fit >= (roles ? 0.95 : 0.6) else { continue }
                score = 0.86 * fit + (Kinds.isField(element) && purpose == .fill ? emptiness(element) : 0)
            } else {
                score = 0
                for (name, weight) in entry.names where weight > score {
                    score = max(score, likeness.of(name) * weight)
                }
                if score < 0.8, !meaning.isQuoted, let first = entry.names.first {
                    score = max(score, likeness.split(between: first.words, and: entry.surroundings))
                }
                guard score > 0 else { continue }
                score *= 0.55 + 0.45 * fit
                if !Self.isControl(element) { score *= 0.97 }
            }
            if element.isDisabled { score -= 0.002 }
            matches.append(Match(element: element, score: score, order: entry.order))
        }
        return matches
    }

    private static func isControl(_ element: PageElement) -> Bool { !element.role.isEmpty }

    /// Which of several fields is meant when none is named: one that is empty and can be used.
    private func emptiness(_ element: PageElement) -> Double {
        element.isDisabled || element.attributes["readonly"] != nil ? -0.1 : element.value.isEmpty ? 0.03 : 0
    }

    /// Names on the page that are like the one that is not there, the likest first, at most five.
    func nearest(to target: Target, for purpose: Purpose) -> [String] {
        let wanted = target.meanings.map { Array($0.name.lowercased().unicodeScalars.prefix(40)) }.filter {
            !$0.isEmpty
        }
        var seen: Set<String> = []
        let names = index.entries.compactMap { entry -> (String, Double)? in
            let name = entry.element.name.isEmpty ? entry.names.first?.words.plain ?? "" : entry.element.name
            guard purpose.allows(entry.element), !name.isEmpty, name.count < 60, seen.insert(name).inserted else {
                return nil
            }
            let scalars = Array(name.lowercased().unicodeScalars.prefix(40))
            let distance = wanted.map { word in
                Double(NearWords.distance(word, scalars, limit: 40)) / Double(max(word.count, scalars.count, 1))
            }.min()
            return (name, distance ?? 1)
        }
        return names.sorted { $0.1 < $1.1 }.prefix(5).map(\.0)
    }
}
