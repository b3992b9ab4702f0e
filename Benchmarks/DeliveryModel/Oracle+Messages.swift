//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery

extension Oracle {
    /// The messages that are in no stream and were shown behind a record whose own message came later, though neither was
    /// looked for before that.
    func overtaken(_ client: SimulatedClient, placed: Int?, _ view: View) -> [String] {
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
    func unheard(by client: SimulatedClient, placed: Int?, _ view: View) -> [String] {
        guard let placed, let gateway = client.gateway else { return [] }
        return history.facts.filter { text, fact in
            fact.ordinal == nil && fact.step > placed && view.texts[text] == nil && fact.level >= client.query.level
                && history.namesakes[fact.text]?.count == 1
                && !history.channelLosses[gateway].contains { $0 >= fact.step }
        }.map(\.key)
    }

    /// Whether a message may be given without an entry, to those alone who watch then: it has none, or its entry is gone
    /// when it comes. Our scripts name it, and an entry that was passed is known to be gone.
    func mayPass(_ fact: History.Fact) -> Bool {
        switch (fact.kind, fact.loss) {
        case (.storeOnly, _): false
        case (_, nil): fact.ordinal == nil
        case (_, .deleted), (_, .lost): true
        case (_, .trimmed), (_, .removed): !fact.isNumbered || fact.kind == .oursAsText
        }
    }
}
