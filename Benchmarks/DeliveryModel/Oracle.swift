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
    let history: History
    let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
        history = simulation.history
    }

    func violations() -> [Violation] {
        simulation.clients.indices.flatMap { self.violations(of: $0) }
    }

    /// What a viewer was shown, with the places of its records among all entries.
    struct View {
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

    func violations(of index: Int) -> [Violation] {
        let client = simulation.clients[index]
        var violations: [Violation] = []
        func report(_ kind: Violation.Kind, _ text: String) {
            violations.append(Violation(kind: kind, text: "viewer \(index) \(client.query): \(text)"))
        }
        var view = View()
        let names = self.names(of: client, placed: simulation.placed[index])
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
    func isUnasked(
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
    func wasPassed(_ fact: History.Fact) -> Bool {
        guard let stored = fact.storedAt, let id = fact.id else { return false }
        return history.firstReads.contains { stored <= $0.step && id < $0.id }
    }

    /// Which record each sight is. Where several say the same, an id tells which one, and a message without one may be any
    /// that was not seen otherwise.
    func names(of client: SimulatedClient, placed: Int?) -> [Int: String] {
        let sights = client.sights
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
                unseen.first { isNew($0.1) && isLikely($0.1) && !isBehindUnknownID($0.1, client) }
                ?? unseen.first { isNew($0.1) && isLikely($0.1) } ?? unseen.first { isNew($0.1) }
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
    func mayRepeat(
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

    /// Whether a viewer has seen the end, and nobody can doubt that it was.
    func isOver(_ view: View) -> Bool {
        guard let end = view.end, let fact = fact(end), fact.loss == nil, !wasPassed(fact) else { return false }
        return !history.disruptions.contains { $0 > end }
            && !history.stored.indices.dropFirst(end + 1).contains { isNumbered($0) }
    }

    func isNumbered(_ ordinal: Int) -> Bool {
        history.facts[history.stored[ordinal]]?.isNumbered ?? false
    }

    func fact(_ ordinal: Int) -> History.Fact? { history.facts[history.stored[ordinal]] }
}
