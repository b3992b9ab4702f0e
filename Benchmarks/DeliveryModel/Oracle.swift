//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery

/// Something that a viewer was shown, or not shown, against the promise.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable {
        case lost, repeated, disordered, silentGap, falseGap, doubleGap, wrongID, missingID, unheard, notOver, unsettled
        case unasked, unknown
    }

    package var kind: Kind
    package var text: String
    package var description: String { "\(kind.rawValue): \(text)" }
}

/// Says what each viewer must have seen, given what has happened.
struct Oracle {
    private let history: History
    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
        history = simulation.history
    }

    func violations() -> [Violation] {
        simulation.clients.indices.flatMap { self.violations(of: $0) }
    }

    /// What a viewer was shown, with the places of its records among all entries.
    private struct View {
        var texts: [String: Int] = [:]

        /// The places of what was seen, by position among the sights.
        var seen: [(sight: Int, ordinal: Int)] = []
        /// The same, without those that were seen without an id.
        var placed: [(sight: Int, ordinal: Int)] = []
        var gaps: [Int] = []
        var end: Int?

        /// The messages that were in no stream and that the viewer has not heard.
        var unheard: [String] = []

        /// Whether an entry was given to the viewer, behind a sight.
        func has(_ ordinal: Int, since sight: Int) -> Bool {
            placed.contains { $0.ordinal == ordinal && $0.sight > sight }
        }
    }

    private func violations(of index: Int) -> [Violation] {
        let client = simulation.clients[index]
        var violations: [Violation] = []
        func report(_ kind: Violation.Kind, _ text: String) {
            violations.append(Violation(kind: kind, text: "viewer \(index) \(client.query): \(text)"))
        }
        var view = View()
        let names = self.names(of: client.sights, placed: simulation.placed[index])
        var lastOrdinal = -1
        var isDisconnectedSince: [String: Bool] = [:]
        for (position, sight) in client.sights.enumerated() {
            switch sight {
            case .dropped:
                for text in isDisconnectedSince.keys { isDisconnectedSince[text] = true }
            case .resumed:
                break
            case .gap:
                view.gaps.append(position)
            case .end(let id):
                for text in isDisconnectedSince.keys { isDisconnectedSince[text] = true }
                let text = history.stored.first { history.facts[$0]?.id == id && $0.hasPrefix("end") }
                if let ordinal = text.flatMap({ history.facts[$0]?.ordinal }) {
                    view.seen.append((position, ordinal))
                    view.placed.append((position, ordinal))
                    view.end = ordinal
                }
            case .record(let text, let id):
                guard let text = names[position], let fact = history.facts[text] else {
                    report(.unknown, text)
                    continue
                }
                if view.texts[text] != nil, isDisconnectedSince[text] != true,
                    !mayRepeat(text, id: id, after: client.sights[..<position], names, index)
                {
                    report(.repeated, text)
                }
                view.texts[text] = position
                if id == nil { isDisconnectedSince[text] = false }
                if let id, id != fact.id { report(.wrongID, "\(text) has \(id)") }
                if id == nil, fact.kind == .storeThenPublish || fact.kind == .oursAsText, fact.loss == nil,
                    history.disruptions.isEmpty, !history.wasUnreadable, !wasPassed(fact),
                    history.namesakes[fact.text]?.count == 1
                {
                    report(.missingID, text)
                }
                guard let ordinal = fact.ordinal else { continue }
                if isUnasked(id, client, simulation.heads[index], view) { report(.unasked, text) }
                view.seen.append((position, ordinal))
                if id != nil {
                    view.placed.append((position, ordinal))
                    if ordinal < lastOrdinal,
                        !mayRepeat(text, id: id, after: client.sights[..<position], names, index)
                    {
                        report(.disordered, text)
                    }
                    lastOrdinal = ordinal
                }
            }
        }
        for text in overtaken(client, placed: simulation.placed[index], view) { report(.disordered, text) }
        if isOver(view), !client.isOver { report(.notOver, "it comes back behind the end") }
        view.unheard = unheard(by: client, placed: simulation.placed[index], view)
        for (kind, text) in missing(of: client, placed: simulation.placed[index], view) { report(kind, text) }
        for (kind, text) in gaps(of: client, view) { report(kind, text) }
        // A viewer that has fallen behind is told that it has missed something.
        let wasAway = client.sights.contains { if case .resumed = $0 { true } else { $0 == .dropped } }
        if view.gaps.isEmpty, !wasAway, let text = view.unheard.first {
            report(.unheard, text)
        }
        return violations
    }

    /// Whether a viewer that wants what is added from now on was shown what shown to others before it came. What follows
    /// a gap may be of a stream that was begun anew.
    private func isUnasked(
        _ id: EntryID?,
        _ client: SimulatedClient,
        _ head: EntryID,
        _ view: View
    ) -> Bool {
        guard case .now = client.query.start, let id, view.gaps.isEmpty, history.disruptions.isEmpty else {
            return false
        }
        // What comes behind an end is behind it for everybody.
        return id <= head && !history.stored.contains { $0.hasPrefix("end") }
    }

    /// Whether an entry was older than all that a gateway read when it began to watch. Of a message that comes later, the
    /// gateway cannot know that.
    private func wasPassed(_ fact: History.Fact) -> Bool {
        guard let stored = fact.storedAt, let id = fact.id else { return false }
        return history.firstReads.contains { stored <= $0.step && id < $0.id }
    }

    /// Which record each sight is. Where several say the same, an id tells which one, and a message without one may be any
    /// that was not seen otherwise.
    private func names(of sights: [SimulatedClient.Sight], placed: Int?) -> [Int: String] {
        var names: [Int: String] = [:]
        var seen: [String: Int] = [:]
        func note(_ name: String?, at position: Int) {
            guard let name else { return }
            names[position] = name
            seen[name] = position
        }
        for case (let position, .record(let text, let id?)) in zip(sights.indices, sights) {
            let known = history.namesakes[text] ?? []
            note(known.first { history.facts[$0]?.id == id } ?? known.first, at: position)
        }
        for case (let position, .record(let text, nil)) in zip(sights.indices, sights) {
            let known = history.namesakes[text] ?? []
            let unseen = known.filter { seen[$0] == nil }.compactMap { name in history.facts[name].map { (name, $0) } }
            let isNew = { (fact: History.Fact) in fact.storedAt ?? .max > placed ?? 0 }
            let isLikely = { (fact: History.Fact) in fact.kind != .storeThenPublish || fact.loss != nil }
            let best =
                unseen.first { isNew($0.1) && isLikely($0.1) } ?? unseen.first { isNew($0.1) }
                ?? unseen.first { isLikely($0.1) } ?? unseen.first
            // The entry may have come on another connection than its message.
            let again = known.first { name in
                seen[name].map { $0 > position && sights[position..<$0].contains(.dropped) } ?? false
            }
            let lost = known.first { history.facts[$0]?.loss != nil }
            note(best?.0 ?? again ?? lost ?? known.first { seen[$0] ?? 0 > position } ?? known.first, at: position)
        }
        return names
    }

    /// Whether a record may be shown for a second time: as a message that comes so late that nobody remembers its entry,
    /// or because two gateways see different streams of the same ids.
    private func mayRepeat(
        _ name: String,
        id: EntryID?,
        after sights: ArraySlice<SimulatedClient.Sight>,
        _ names: [Int: String],
        _ index: Int
    ) -> Bool {
        guard let fact = history.facts[name] else { return false }
        // A message that is on its way while its stream is deleted and begun anew is taken for a record of the new one,
        // which ends before it, and so is told to have begun anew once more.
        let shown = sights.indices.last { names[$0] == name }
        if history.hasLowerIDs, let shown, sights[shown...].contains(.gap) { return true }
        // A page tells of a deleted stream before the topic has looked, which may still give what it has read of it.
        if id != nil, history.deletions.contains(where: { $0 >= fact.storedAt ?? .max }) { return true }
        guard id == nil else { return false }
        let wasBefore = (fact.storedAt ?? 0) <= (simulation.placed[index] ?? 0)
        return fact.loss != nil || wasBefore || sights.contains(.dropped)
    }

    /// The records that a viewer should have seen, and did not, without being told.
    private func missing(of client: SimulatedClient, placed: Int?, _ view: View) -> [(Violation.Kind, String)] {
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
    private func isTakenForLost(_ fact: History.Fact, _ view: View, _ client: SimulatedClient) -> Bool {
        (history.namesakes[fact.text] ?? []).contains { name in
            guard history.facts[name]?.loss != nil, let sight = view.texts[name] else { return false }
            if case .record(_, nil) = client.sights[sight] { return true }
            return false
        }
    }

    /// Whether a record is in a stream that was begun anew below an id that was read of the former one, and has come
    /// further since. Nothing shows that once a higher id was deleted: the former entry may be the deleted one.
    private func isBelowFormerID(_ fact: History.Fact) -> Bool {
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
    private func isBehindUnknownID(_ fact: History.Fact, _ client: SimulatedClient) -> Bool {
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
    private func isOwed(_ fact: History.Fact, to client: SimulatedClient, placed: Int) -> Bool {
        guard case .beginning = client.query.start else { return false }
        switch fact.loss {
        case nil: return true
        case .trimmed(let step), .removed(let step), .deleted(let step), .lost(let step): return step > placed
        }
    }

    /// Whether an entry could go without leaving a trace that anybody finds.
    private func mayVanish(
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
    private func followsNumbers(_ fact: History.Fact, _ view: View, _ client: SimulatedClient) -> Bool {
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

    private func isNumbered(_ ordinal: Int) -> Bool {
        history.facts[history.stored[ordinal]]?.isNumbered ?? false
    }

    /// The gaps that stand for nothing.
    private func gaps(of client: SimulatedClient, _ view: View) -> [(Violation.Kind, String)] {
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
                uncertain = (since, removed(view, since: since) + raises)
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
            told = isFirst ? isStranger ? 0 : 1 : told + 1
            // Where entries were deleted one by one, the counter does not tell which: each may be told of once more.
            let singly = history.facts.values.count { if case .removed = $0.loss { true } else { false } }
            if told > max(1, gone + raises, singly), !isDisrupted, !isUnheard {
                violations.append((.doubleGap, "behind \(before)"))
            }
        }
        return violations
    }

    /// How many entries were deleted one by one that a viewer was not given.
    private func removed(_ view: View, since connection: Int) -> Int {
        history.stored.indices.count { ordinal in
            guard case .removed = fact(ordinal)?.loss else { return false }
            return !view.has(ordinal, since: connection)
        }
    }

    /// How many entries are gone that a gap between two others may tell of. Of who comes back the last id is known, and not
    /// which of the records in front of it that are gone now it has seen.
    private func gone(from before: Int, to after: Int, _ view: View, since connection: Int) -> Int {
        let first = lastNumbered(to: before)
        return (first..<min(history.stored.count, max(first, after))).count { ordinal in
            guard let fact = self.fact(ordinal), fact.loss != nil, ordinal > before || fact.isNumbered else {
                return false
            }
            return !view.has(ordinal, since: connection)
        }
    }

    /// Entries of others have no numbers: that one of ours is gone, the next number tells, behind any of theirs.
    private func lastNumbered(to ordinal: Int) -> Int {
        var first = max(0, ordinal)
        while first > 0, !isNumbered(first) || fact(first)?.loss != nil { first -= 1 }
        return first
    }

    private func fact(_ ordinal: Int) -> History.Fact? { history.facts[history.stored[ordinal]] }

    /// Whether a message may be given without an entry, to those alone who watch then: it has none, or its entry is gone
    /// when it comes. Our scripts name it, and an entry that was passed is known to be gone.
    private func mayPass(_ fact: History.Fact) -> Bool {
        switch (fact.kind, fact.loss) {
        case (.storeOnly, _): false
        case (_, nil): fact.ordinal == nil
        case (_, .deleted), (_, .lost): true
        case (_, .trimmed), (_, .removed): !fact.isNumbered || fact.kind == .oursAsText
        }
    }

    /// Whether a viewer has seen the end, and nobody can doubt that it was.
    private func isOver(_ view: View) -> Bool {
        guard let end = view.end, let fact = fact(end), fact.loss == nil, !wasPassed(fact) else { return false }
        return !history.disruptions.contains { $0 > end }
            && !history.stored.indices.dropFirst(end + 1).contains { isNumbered($0) }
    }

    /// The messages that are in no stream and were shown behind a record whose own message came later, though neither was
    /// looked for before that.
    private func overtaken(_ client: SimulatedClient, placed: Int?, _ view: View) -> [String] {
        guard client.wasAlwaysThere, let gateway = client.gateway, let placed else { return [] }
        let came = history.deliveries[gateway]
        let shown = view.texts.compactMap { name, sight -> (fact: History.Fact, came: Int, sight: Int)? in
            guard let fact = history.facts[name], history.namesakes[fact.text]?.count == 1, let came = came[name]
            else { return nil }
            return (fact, came, sight)
        }
        return shown.filter { $0.fact.ordinal == nil && $0.came > placed }.filter { message in
            shown.contains { record in
                guard record.fact.kind == .storeThenPublish, let stored = record.fact.storedAt, stored > message.came,
                    record.came > message.came, record.sight < message.sight
                else { return false }
                let looks = history.looks[gateway]
                if looks.contains(where: { (stored...record.came).contains($0) }) { return false }
                // Behind a full page there may be the entry of the message.
                let begin = looks.filter { $0 < stored }.dropLast(3).last ?? 0
                let end = looks.filter { $0 > record.came }.dropFirst(3).first ?? .max
                let found = history.stored.count { (begin..<end).contains(history.facts[$0]?.storedAt ?? -1) }
                return found < SimulatedGateway.pageSize
            }
        }.map(\.fact.text)
    }

    /// The messages that were in no stream, and that a viewer has not heard.
    private func unheard(by client: SimulatedClient, placed: Int?, _ view: View) -> [String] {
        guard let placed, let gateway = client.gateway else { return [] }
        return history.facts.filter { text, fact in
            fact.ordinal == nil && fact.step > placed && view.texts[text] == nil && fact.level >= client.query.level
                && history.namesakes[fact.text]?.count == 1
                && !history.channelLosses[gateway].contains { $0 >= fact.step }
        }.map(\.key)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
