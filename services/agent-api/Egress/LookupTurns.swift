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
    var waitingCount: Int { self.waiting.values.reduce(0) { $0 + $1.count } }

    /// Puts a lookup in line.
    mutating func add(_ id: Int, of party: Party) {
        if self.waiting[party] == nil { self.turns.append(party) }
        self.waiting[party, default: []].append(id)
    }

    /// Takes a lookup out of the line that nobody waits for any more. One that has begun goes on, and counts until its end.
    mutating func remove(_ id: Int, of party: Party) {
        self.waiting[party]?.removeAll { $0 == id }
        self.forgetIfDone(party)
    }

    /// The lookup to begin now; `nil` when there is none, or no place for one.
    mutating func next() -> Int? {
        guard self.underWay.count < self.limit,
            let turn = self.turns.firstIndex(where: { self.counts[$0, default: 0] < self.limitPerParty })
        else { return nil }
        let party = self.turns.remove(at: turn)
        guard var line = self.waiting[party], !line.isEmpty else { return nil }
        let id = line.removeFirst()
        self.waiting[party] = line
        self.turns.append(party)
        self.forgetIfDone(party)
        self.underWay[id] = party
        self.counts[party, default: 0] += 1
        return id
    }

    /// Notes that a lookup has ended.
    mutating func finished(_ id: Int) {
        guard let party = self.underWay.removeValue(forKey: id), let count = self.counts[party] else { return }
        self.counts[party] = count > 1 ? count - 1 : nil
    }

    private mutating func forgetIfDone(_ party: Party) {
        guard self.waiting[party]?.isEmpty == true else { return }
        self.waiting[party] = nil
        self.turns.removeAll { $0 == party }
    }
}
