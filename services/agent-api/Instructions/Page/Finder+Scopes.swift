//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What belongs to a place.
extension Finder {
    func scoped(
        _ candidates: [(node: Int, score: Double)],
        _ scope: Reading.Scope,
        _ purpose: Purpose,
        isText: Bool
    ) -> [(node: Int, score: Double)] {
        switch scope.relation {
        case .starting, .ending:
            guard let name = scope.target.readings.first?.name else { return [] }
            return candidates.filter { candidate in
                let text = page.called(candidate.node).lowercased()
                return scope.relation == .starting
                    ? text.hasPrefix(name.text.lowercased()) : text.hasSuffix(name.text.lowercased())
            }
        case .called:
            return candidates.filter { candidate in
                scope.target.readings.first?.name.map { nameScore($0, candidate.node, purpose) > 0.6 } ?? false
            }
        case .whose:
            guard let other = scope.other else { return [] }
            return candidates.filter { candidate in
                let item = page.items[candidate.node] ?? candidate.node
                return Answers(self).attribute(WordForms.words(of: other.spoken), in: item).map {
                    Conditions.plain($0) == Conditions.plain(scope.target.spoken)
                } ?? false
            }
        case .within: return near(candidates, scope.target, isText: isText)
        case .titled: return near(candidates, scope.target, isTitled: true)
        default: return Geometry.filter(candidates, scope, self)
        }
    }

    /// Those that belong most closely to something.
    ///
    /// - Parameters:
    ///   - isText: Whether a text is meant, which the thing itself may be.
    ///   - isTitled: Whether the thing has to be the title of something.
    func near(
        _ candidates: [(node: Int, score: Double)],
        _ target: Target,
        isText: Bool = false,
        isTitled: Bool = false
    ) -> [(node: Int, score: Double)] {
        if target.isPronoun {
            guard
                let place = [memory.place, memory.item, memory.element].compactMap({ $0 }).compactMap(index(of:)).first
            else { return candidates }
            let inside = candidates.filter { page.isInside($0.node, place) }
            return inside.isEmpty ? candidates : inside
        }
        if Words.wholePlaces.contains(target.spoken.lowercased()),
            best(target, for: .anything).map({ $0.score < 0.9 }) ?? true
        {
            return candidates
        }
        var places = places(target)
        // A row that says "Berg" and "Tom" in its cells is meant, and not the table that says it too.
        places = places.filter { place in
            PageIndex.isItem(page.nodes[place.node])
                || !places.contains { inner in
                    inner.node != place.node && page.isInside(inner.node, place.node)
                        && PageIndex.isItem(page.nodes[inner.node]) && inner.score > place.score - 0.2
                        && place.score < 0.9
                }
        }
        if isTitled { places = places.filter { page.isTitle($0.node) || page.isGroup($0.node) } }
        guard let top = places.map(\.score).max() else { return [] }
        // Beside what is called exactly so, things that are only called after it are not meant.
        let likely = places.filter { $0.score > top - (top > 0.97 ? 0.05 : 0.12) }.map(\.node)
        // What is named by its kind has in it what is looked for.
        let boxes = containers(target).filter { likely.contains($0) && page.ends[$0] > $0 + 1 && !page.isTitle($0) }
        var measured: [(node: Int, score: Double, distance: Int)] = []
        for candidate in candidates {
            // What names itself so is not in it: "Delete" in the row that says "Delete".
            guard
                let distance = likely.filter({ $0 != candidate.node || page.ends[$0] > $0 + 1 || isText }).compactMap({
                    place in
                    isOutside(candidate.node, place, isBox: boxes.contains(place))
                        // What is the place itself is as near as can be, however large it is.
                        ? nil : candidate.node == place ? 1 : page.distance(candidate.node, place)
                }).min()
            else { continue }
            measured.append((candidate.node, candidate.score, distance))
        }
        guard let least = measured.map(\.distance).min() else { return [] }
        if least > page.nodes.count, measured.count > 1 { return [] }
        // What shares no more than the page with it hardly belongs to it.
        let closeness = 1 - 0.5 * min(1, Double(least) / Double(page.nodes.count + 1))
        return measured.filter { $0.distance == least }.map {
            ($0.node, $0.score * (0.9 + 0.1 * top) * (least <= 12 ? 1 : closeness))
        }
    }

    /// Whether a thing cannot belong to a place: it is not in the box, or the place is a choice of its own.
    func isOutside(_ node: Int, _ place: Int, isBox: Bool) -> Bool {
        if page.isInside(node, place) { return false }
        if isBox { return true }
        let isChoice =
            Purpose.check.allows(place, page) || page.nodes[place].role == "option"
            || page.nodes[place].role == "button"
        return isChoice && page.nodes[place].isInteractive && page.nodes[node].isInteractive && node != place
            && (page.items[node] == nil || page.items[node] != page.items[place])
    }

    /// Boxes that a scope names by their kind: "the dialog", "the second table".
    func containers(_ target: Target) -> Set<Int> {
        let kinds: Set<Kind> = [.dialog, .table, .form, .frame, .menu, .listGroup, .row, .item]
        var found = Set<Int>()
        for reading in target.readings where reading.kind.map(kinds.contains) == true {
            found.formUnion(match(reading, .anything) { _ in true }?.nodes ?? [])
        }
        return found
    }

    /// Where a scope may be.
    func places(_ target: Target) -> [(node: Int, score: Double)] {
        var found: [Int: Double] = [:]
        for reading in target.readings {
            guard let match = match(reading, .anything, { _ in true }) else { continue }
            for node in match.nodes { found[node] = max(found[node] ?? 0, match.score) }
        }
        return found.map { ($0.key, $0.value) }.sorted { $0.node < $1.node }
    }

    /// How well the likeliest place of a scope fits; 1 where it is a pronoun.
    func placeScore(_ target: Target) -> Double { target.isPronoun ? 1 : places(target).map(\.score).max() ?? 0 }

    func placesOf(_ target: Target) -> [Int] {
        let found = places(target)
        let top = found.map(\.score).max() ?? 0
        return found.filter { $0.score > top - 0.02 }.map(\.node)
    }
}
