//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Where things lie to each other.
enum Geometry {
    static func filter(
        _ candidates: [(node: Int, score: Double)],
        _ scope: Reading.Scope,
        _ finder: Finder
    ) -> [(node: Int, score: Double)] {
        let page = finder.page
        let anchors = finder.placesOf(scope.target)
        guard !anchors.isEmpty else { return [] }
        if scope.relation == .between {
            guard let other = scope.other.map({ finder.placesOf($0) })?.first else { return [] }
            let (low, high) = (min(anchors[0], other), max(anchors[0], other))
            return candidates.filter { $0.node > low && $0.node < high && !page.isInside($0.node, low) }
        }
        var measured: [(node: Int, score: Double, distance: Double)] = []
        for candidate in candidates {
            if scope.relation == .beside, anchors.contains(candidate.node) {
                measured.append((candidate.node, candidate.score, 0))
                continue
            }
            let distances = anchors.filter { !page.isInside(candidate.node, $0) && !page.isInside($0, candidate.node) }
                .compactMap { distance(candidate.node, $0, scope.relation, page) }
            if let least = distances.min() { measured.append((candidate.node, candidate.score, least)) }
        }
        guard let least = measured.map(\.distance).min() else { return [] }
        return measured.filter { $0.distance <= least + 1 }.map { ($0.node, $0.score * 0.98) }
    }

    /// How far a node lies from another in a direction; `nil` where it lies elsewhere.
    private static func distance(_ node: Int, _ anchor: Int, _ relation: Relation, _ page: PageIndex) -> Double? {
        let (a, b) = (page.nodes[node].box, page.nodes[anchor].box)
        let (x, y) = (a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2)
        switch relation {
        case .above: return a.y + a.height <= b.y + 2 ? -y + abs(x) / 4 : nil
        case .below: return a.y >= b.y + b.height - 2 ? y + abs(x) / 4 : nil
        case .left: return a.x + a.width <= b.x + 2 && abs(y) < max(a.height, b.height) ? -x : nil
        case .right: return a.x >= b.x + b.width - 2 && abs(y) < max(a.height, b.height) ? x : nil
        case .beside where page.labels[node].first?.text == page.nodes[anchor].text: return 0
        case .beside: return max(0, abs(x) - (a.width + b.width) / 2) + 2 * max(0, abs(y) - (a.height + b.height) / 4)
        case .after: return node > anchor ? Double(node - anchor) : nil
        case .before: return node < anchor ? Double(anchor - node) : nil
        default: return nil
        }
    }
}
