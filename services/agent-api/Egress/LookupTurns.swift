//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Who is looked up for next, of several parties that wait. It does no input or output.
///
/// The parties take turns, and none has more than some lookups going on: one that asks for many names that lead nowhere waits for
/// itself.
struct LookupTurns<Party: Hashable> {
    /// How many lookups may go on at a time.
    let limit: Int
    /// How many of them may be of one party.
    let limitPerParty: Int

    private var waiting: [Party: [Int]] = [:]
    /// The parties that wait, the next one first.
    private var turns: [Party] = []
    private var underWay: [Int: Party] = [:]
    private var counts: [Party: Int] = [:]

    init(limit: Int, limitPerParty: Int) {
        self.limit = limit
        self.limitPerParty = limitPerParty
    }

    /// How many lookups have not begun.
    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Puts a lookup in line.
    mutating func add(_ id: Int, of party: Party) {
        if waiting[party] == nil { turns.append(party) }
        waiting[party, default: []].append(id)
    }

    /// Takes a lookup out of the line that nobody waits for any more. One that has begun goes on, and counts until its end.
    mutating func remove(_ id: Int, of party: Party) {
        waiting[party]?.removeAll { $0 == id }
        forgetIfDone(party)
    }

    /// The lookup to begin now; `nil` when there is none, or no place for one.
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

    /// Notes that a lookup has ended.
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
