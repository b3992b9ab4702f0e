//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Author {
    /// A removal, if it is time for one.
    func removal(_ now: Int64) -> Operation? {
        if self.isDeleted, self.generator.chance(0.006), self.ledgers[0].present.count > 5 { return self.deletion() }
        guard self.isTrimmed, self.generator.chance(0.025) else { return nil }
        let index = self.ledgers.indices.randomElement(using: &self.generator) ?? 0
        let ledger = self.ledgers[index]
        let present = ledger.present.filter { ledger.entry($0).kind == .log || self.isBatch && index == 0 }
        // What has an id by now.
        guard present.count > 2 else { return nil }
        switch Int.random(in: 0..<10, using: &self.generator) {
        case 0..<4:
            let most = self.generator.chance(0.3) ? 3 : min(present.count, 400)
            return self.trim(index, keeping: Int.random(in: 0...most, using: &self.generator), present)
        case 4..<6:
            guard let first = present.dropFirst().randomElement(using: &self.generator),
                let id = ledger.entry(first).id
            else { return nil }
            return self.remove(index, present.prefix { $0 < first }, "XTRIM", ["MINID", "=", "\(id)"], "trims")
        default:
            // The latest are what viewers are about to see.
            let candidates = self.generator.chance(0.5) ? Array(present.suffix(20)) : present
            let count = Int.random(in: 1...4, using: &self.generator)
            let chosen = Set((0..<count).compactMap { _ in candidates.randomElement(using: &self.generator) }).sorted()
            let ids = chosen.compactMap { ledger.entry($0).id?.description }
            guard ids.count == chosen.count else { return nil }
            return self.remove(index, chosen[...], "XDEL", ids, "entries deleted singly")
        }
    }

    private func trim(_ index: Int, keeping count: Int, _ present: [Int]) -> Operation {
        self.remove(index, present.dropLast(count), "XTRIM", ["MAXLEN", "=", "\(count)"], "trims")
    }

    private func remove(
        _ index: Int,
        _ places: some Collection<Int>,
        _ name: String,
        _ arguments: [String],
        _ event: String
    ) -> Operation {
        let (ledger, places) = (self.ledgers[index], Array(places))
        self.events.note(event)
        self.events.note("entries gone", places.count)
        var operation = Operation(commands: [.init(name: name, key: index + 1, arguments: arguments)])
        operation.begin = { ledger.removes(places, operation: $0, at: $1) }
        return operation
    }

    /// The stream is deleted and begins anew: above where it was, below, or with the same ids.
    private func deletion() -> Operation {
        let ledger = self.ledgers[0]
        let isNumberedAnew = self.generator.chance(0.5)
        if isNumberedAnew { self.counters[0] = (0, self.counters[0].numbering + 1) }
        let isCounted = self.generator.chance(0.4)
        self.events.note("streams deleted")
        if case .high = self.regime { self.events.note("begun anew below") }
        self.regime = isCounted ? .counted(0) : .clock
        self.events.note("entries gone", ledger.present.count)
        var operation = Operation(commands: [.init(name: "DEL", key: 1, arguments: [])])
        operation.begin = { ledger.deletes(operation: $0, at: $1) }
        return operation
    }
}
