//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which lookup runs next when several parties wait. It does no I/O.
///
/// The parties take turns, and the running lookups of each are limited. A party that looks up many unresolvable names
/// only delays itself.
struct LookupTurns<Party: Hashable> {
    /// The maximum number of running lookups.
    let limit: Int
    /// The maximum number of running lookups per party.
    let limitPerParty: Int

    private var waiting: [Party: [Int]] = [:]
    /// The waiting parties, the next one first.
    private var turns: [Party] = []
    private var underWay: [Int: Party] = [:]
    private var counts: [Party: Int] = [:]

    init(limit: Int, limitPerParty: Int) {
        self.limit = limit
        self.limitPerParty = limitPerParty
    }

    /// The number of lookups that have not started.
    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Queues a lookup.
    mutating func add(_ id: Int, of party: Party) {
        if waiting[party] == nil { turns.append(party) }
        waiting[party, default: []].append(id)
    }

    /// Removes a cancelled lookup from the queue. One that has started continues, and counts until it ends.
    mutating func remove(_ id: Int, of party: Party) {
        waiting[party]?.removeAll { $0 == id }
        forgetIfDone(party)
    }

    /// The lookup to start now; `nil` if none is waiting or all places are taken.
    mutating func next() -> Int? {
        guard underWay.count < limit,
            let turn = turns.firstIndex(where: { counts[$0, default: 0] < limitPerParty })
        else { return nil }
        let party = turns.remove(at: turn)
        guard var line = waiting[party], !line.isEmpty else { return nil }
        let id = line.removeFirst()
        waiting[party] = line
        turns.append(party)
        forgetIfDone(party)
        underWay[id] = party
        counts[party, default: 0] += 1
        return id
    }

    /// Records that a lookup has ended.
    mutating func finished(_ id: Int) {
        guard let party = underWay.removeValue(forKey: id), let count = counts[party] else { return }
        counts[party] = count > 1 ? count - 1 : nil
    }

    private mutating func forgetIfDone(_ party: Party) {
        guard waiting[party]?.isEmpty == true else { return }
        waiting[party] = nil
        turns.removeAll { $0 == party }
    }
}
