//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery

extension Oracle {
    /// The records that a viewer should have seen, and did not, without being told.
    func missing(of client: SimulatedClient, placed: Int?, _ view: View) -> [(Violation.Kind, String)] {
        guard let placed else { return self.history.stored.isEmpty ? [] : [(.lost, "it has no place")] }
        var missing: [(Violation.Kind, String)] = []
        for text in self.history.stored {
            guard let fact = self.history.facts[text], let ordinal = fact.ordinal, let storedAt = fact.storedAt,
                view.texts[text] == nil, !text.hasPrefix("end"), fact.level >= client.query.level
            else { continue }
            if let end = view.end, ordinal > end { continue }
            if client.isOver { continue }
            if isBehindUnknownID(fact, client) || isBelowFormerID(fact) || isTakenForLost(fact, view, client) {
                continue
            }
            let isWanted = storedAt > placed || isOwed(fact, to: client, placed: placed)
            guard isWanted else { continue }
            guard let loss = fact.loss else {
                missing.append((.lost, "\(text) by \(fact.kind)"))
                continue
            }
            if mayVanish(fact, loss, view, client) { continue }
            // Where numbers tell, it is the next number that does; or a counter, in front of an entry without a number.
            let after =
                view.placed.first {
                    $0.ordinal > ordinal && (!fact.isNumbered || self.fact($0.ordinal)?.numbering == fact.numbering)
                }?.sight ?? client.sights.count
            let before =
                view.placed.last {
                    $0.ordinal < ordinal && $0.sight < after && (!fact.isNumbered || isNumbered($0.ordinal))
                }?.sight ?? -1
            if after == client.sights.count { continue }
            if !view.gaps.contains(where: { $0 > before && $0 < after }) {
                missing.append((.silentGap, "\(text) by \(fact.kind), \(loss)"))
            }
        }
        return missing
    }

    /// Whether an entry says the same as a message that was shown and whose own entry is gone: it counts as that entry.
    func isTakenForLost(_ fact: History.Fact, _ view: View, _ client: SimulatedClient) -> Bool {
        (history.namesakes[fact.text] ?? []).contains { name in
            guard history.facts[name]?.loss != nil, let sight = view.texts[name] else { return false }
            if case .record(_, nil) = client.sights[sight] { return true }
            return false
        }
    }

    /// Whether a record is in a stream that was begun anew below an id that was read of the former one, and has come
    /// further since. Nothing shows that once a higher id was deleted: the former entry may be the deleted one.
    func isBelowFormerID(_ fact: History.Fact) -> Bool {
        guard history.hasLowerIDs, let id = fact.id, let ordinal = fact.ordinal else { return false }
        let former = history.facts.values.compactMap { other in
            if case .deleted = other.loss, other.ordinal ?? .max < ordinal { other.id } else { nil }
        }
        guard let former = former.max(), id < former else { return false }
        return history.facts.values.contains {
            guard case .removed = $0.loss, let other = $0.id else { return false }
            return other > former && $0.ordinal ?? -1 > ordinal
        }
    }

    /// Whether a record stands in front of an id with which the viewer came, of an entry that never was in this stream. Such
    /// an id may be made up, or be that of a stream that was deleted; what follows it is given behind a gap.
    func isBehindUnknownID(_ fact: History.Fact, _ client: SimulatedClient) -> Bool {
        guard let id = fact.id else { return false }
        if case .after(let start) = client.query.start, id <= start {
            let hasBegunAnew = client.sights.contains {
                if case .record(_, let other?) = $0 { other <= start } else { false }
            }
            if !hasBegunAnew { return true }
        }
        return client.sights.indices.contains { index in
            guard case .resumed(let cursor?, _) = client.sights[index], id <= cursor else { return false }
            return client.sights[safe: index + 1] == .gap
        }
    }

    /// Whether a record that was there before the viewer is part of the history that it asked for.
    func isOwed(_ fact: History.Fact, to client: SimulatedClient, placed: Int) -> Bool {
        guard case .beginning = client.query.start else { return false }
        switch fact.loss {
        case nil: return true
        case .trimmed(let step), .removed(let step), .deleted(let step), .lost(let step): return step > placed
        }
    }

    /// Whether an entry could go without leaving a trace that anybody finds.
    func mayVanish(
        _ fact: History.Fact,
        _ loss: History.Loss,
        _ view: View,
        _ client: SimulatedClient
    ) -> Bool {
        switch loss {
        case .lost: return true
        case .removed:
            // The next number tells, unless Redis has lost a record of the same number that a gateway knows from its channel.
            let wasLost = history.facts.values.contains {
                if case .lost = $0.loss { $0.isNumbered && $0.ordinal ?? .max < fact.ordinal ?? 0 } else { false }
            }
            return wasLost || !fact.isNumbered || !followsNumbers(fact, view, client)
        case .trimmed, .deleted:
            // Behind nothing that the viewer has seen, nothing can be missed. In another stream of the same name, where the
            // numbers of ours go on, those of others cannot.
            guard let ordinal = fact.ordinal else { return true }
            if case .deleted = loss, !fact.isNumbered || history.deletions.count > 1 { return true }
            if fact.isNumbered, !followsNumbers(fact, view, client) { return true }
            // Where the viewer stood was lost as well, or is of another stream, and a counter may come to the same.
            let last = view.placed.last { $0.ordinal < ordinal }.flatMap { self.fact($0.ordinal) }
            let next = view.placed.first { $0.ordinal > ordinal }.flatMap { self.fact($0.ordinal) }
            if !fact.isNumbered, let last {
                if case .lost = last.loss { return true }
                let between = (last.storedAt ?? 0)..<(next?.storedAt ?? .max)
                if history.deletions.contains(where: { between.contains($0) }) { return true }
            }
            return !view.placed.contains { seen in
                seen.ordinal < ordinal && (!fact.isNumbered || isNumbered(seen.ordinal))
            }
        }
    }

    /// Whether the next number that a viewer was given follows on from the last one but for what is gone. A number of
    /// another count may happen to be the next.
    func followsNumbers(_ fact: History.Fact, _ view: View, _ client: SimulatedClient) -> Bool {
        guard let ordinal = fact.ordinal,
            let next = view.placed.first(where: {
                $0.ordinal > ordinal && self.fact($0.ordinal)?.numbering == fact.numbering
            })
        else { return false }
        let last = view.placed.last { $0.sight < next.sight && isNumbered($0.ordinal) }
        let resumed = client.sights[..<next.sight].lastIndex { if case .resumed = $0 { true } else { false } } ?? -1
        guard let last else {
            if case .beginning = client.query.start { return resumed < 0 }
            return false
        }
        guard self.fact(last.ordinal)?.numbering == fact.numbering else { return false }
        // Who comes back is known by an id, and the number is looked for in a few entries up to there.
        let returned = view.placed.last { $0.sight < resumed }?.ordinal ?? last.ordinal
        let isKnown = self.fact(last.ordinal)?.loss == nil && self.fact(returned)?.loss == nil
        return resumed < last.sight || isKnown && returned - last.ordinal < 3
    }
}
