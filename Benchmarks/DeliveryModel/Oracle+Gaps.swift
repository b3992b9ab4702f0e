//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery

extension Oracle {
    /// The gaps that stand for nothing.
    func gaps(of client: SimulatedClient, _ view: View) -> [(Violation.Kind, String)] {
        var violations: [(Violation.Kind, String)] = []
        var told = 0
        var uncertain: (connection: Int, count: Int) = (-2, 0)
        let raises = history.raises > 0 ? history.raises + 1 : 0
        for gap in view.gaps {
            let before = view.placed.last { $0.sight < gap }?.ordinal ?? -1
            let until = client.sights[gap...].firstIndex(of: .dropped) ?? client.sights.count
            let after = view.placed.first { $0.sight > gap && $0.sight < until }?.ordinal ?? history.stored.count
            let low = min(before, after)
            let high = max(before, after)
            let numbered = lastNumbered(to: low)
            let isDisrupted = history.disruptions.contains { $0 >= numbered && $0 <= high + 1 }
            let since =
                client.sights[..<gap].lastIndex { if case .resumed = $0 { true } else { $0 == .dropped } } ?? -1
            let gone = self.gone(from: low, to: high, view, since: since)
            // The viewer came back at an id that is gone: nobody can say what else is.
            let isStranger =
                if case .resumed(_, isThere: false) = client.sights[safe: gap - 1] {
                    true
                } else if case .after = client.query.start { before < 0 } else { false }
            let isUnheard = history.facts.contains { text, fact in
                guard let sight = view.texts[text] else { return mayPass(fact) }
                // It was heard elsewhere; this gateway has published it while the viewer looked for its place.
                if sight < since, mayPass(fact) { return true }
                // Its message was given before its entry came, or behind a loss of it.
                let isMessageFirst =
                    fact.kind == .publishThenStore || history.wasUnreadable && fact.kind != .storeOnly
                return isMessageFirst && view.placed.contains { $0.sight == sight }
                    || fact.loss != nil && mayPass(fact) && view.placed.contains { $0.sight == sight }
            }
            // Of those that were deleted one by one the stream's counter tells how many they are, and not where. So it
            // does of those that never were, where XSETID has set it higher: to a viewer from the start in front of its
            // first record, and to all where the log compares it. Redis says the same of entries that are gone.
            if uncertain.connection != since {
                uncertain = (since, removed(view, on: since..<until) + raises)
            }
            // Nothing is left of what the viewer has seen, and there were entries without numbers.
            let isBlind =
                before >= 0 && self.fact(before)?.loss != nil
                && (history.isUncounted
                    || !client.wasAlwaysThere && history.stored.indices.contains { !isNumbered($0) })
            if gone == 0, !isDisrupted, !isStranger, !isUnheard, !isBlind {
                uncertain.count -= 1
                if uncertain.count < 0 { violations.append((.falseGap, "between \(before) and \(after)")) }
            }
            // Each loss is told once; those that come one after the other may be told so.
            let isFirst = !view.gaps.contains { other in
                other < gap && !view.placed.contains { $0.sight > other && $0.sight < gap }
                    && !client.sights[other..<gap].contains(.dropped)
            }
            told = isFirst ? 1 : told + 1
            if told > mostGaps(from: low, to: high, client, view), !isDisrupted {
                violations.append((.doubleGap, "behind \(before)"))
            }
        }
        return violations
    }

    /// How many gaps may be told to a viewer between two records that it was given: one for each hole. Between two holes
    /// there is something that the level leaves out, or that was given without an id.
    func mostGaps(from before: Int, to after: Int, _ client: SimulatedClient, _ view: View) -> Int {
        let between = max(0, before + 1)..<max(before + 1, min(after, history.stored.count))
        let parts = between.count { ordinal in
            guard let fact = fact(ordinal) else { return false }
            return fact.level < client.query.level || view.texts[history.stored[ordinal]] != nil
        }
        return parts + 1
    }

    /// How many entries were deleted one by one that a viewer was not given on a connection.
    func removed(_ view: View, on connection: Range<Int>) -> Int {
        history.stored.indices.count { ordinal in
            guard case .removed = fact(ordinal)?.loss else { return false }
            return !view.placed.contains { $0.ordinal == ordinal && connection.contains($0.sight) }
        }
    }

    /// How many entries are gone that a gap between two others may tell of. Of who comes back the last id is known, and not
    /// which of the records in front of it that are gone now it has seen.
    func gone(from before: Int, to after: Int, _ view: View, since connection: Int) -> Int {
        let first = lastNumbered(to: before)
        return (first..<min(history.stored.count, max(first, after))).count { ordinal in
            guard let fact = self.fact(ordinal), fact.loss != nil, ordinal > before || fact.isNumbered else {
                return false
            }
            return !view.has(ordinal, since: connection)
        }
    }

    /// Entries of others have no numbers: that one of ours is gone, the next number tells, behind any of theirs.
    func lastNumbered(to ordinal: Int) -> Int {
        var first = max(0, ordinal)
        while first > 0, !isNumbered(first) || fact(first)?.loss != nil { first -= 1 }
        return first
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
