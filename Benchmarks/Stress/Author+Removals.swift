//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Author {
    /// A removal, if it is time for one.
    func removal(_ now: Int64) -> Operation? {
        if isDeleted, generator.chance(0.006), ledgers[0].present.count > 5 { return deletion() }
        guard isTrimmed, generator.chance(0.025) else { return nil }
        let index = ledgers.indices.randomElement(using: &generator) ?? 0
        let ledger = ledgers[index]
        let present = ledger.present.filter { ledger.entry($0).kind == .log || isBatch && index == 0 }
        // What has an id by now.
        guard present.count > 2 else { return nil }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4:
            let most = generator.chance(0.3) ? 3 : min(present.count, 400)
            return trim(index, keeping: Int.random(in: 0...most, using: &generator), present)
        case 4..<6:
            guard let first = present.dropFirst().randomElement(using: &generator),
                let id = ledger.entry(first).id
            else { return nil }
            return remove(index, present.prefix { $0 < first }, "XTRIM", ["MINID", "=", "\(id)"], "trims")
        default:
            // The latest are what viewers are about to see.
            let candidates = generator.chance(0.5) ? Array(present.suffix(20)) : present
            let count = Int.random(in: 1...4, using: &generator)
            let chosen = Set((0..<count).compactMap { _ in candidates.randomElement(using: &generator) }).sorted()
            let ids = chosen.compactMap { ledger.entry($0).id?.description }
            guard ids.count == chosen.count else { return nil }
            return remove(index, chosen[...], "XDEL", ids, "entries deleted singly")
        }
    }

    private func trim(_ index: Int, keeping count: Int, _ present: [Int]) -> Operation {
        remove(index, present.dropLast(count), "XTRIM", ["MAXLEN", "=", "\(count)"], "trims")
    }

    private func remove(
        _ index: Int,
        _ places: some Collection<Int>,
        _ name: String,
        _ arguments: [String],
        _ event: String
    ) -> Operation {
        let (ledger, places) = (ledgers[index], Array(places))
        events.note(event)
        events.note("entries gone", places.count)
        var operation = Operation(commands: [.init(name: name, key: index + 1, arguments: arguments)])
        operation.begin = { ledger.removes(places, operation: $0, at: $1) }
        return operation
    }

    /// The stream is deleted and begins anew: above where it was, below, or with the same ids.
    private func deletion() -> Operation {
        let ledger = ledgers[0]
        let isNumberedAnew = generator.chance(0.5)
        if isNumberedAnew { counters[0] = (0, counters[0].numbering + 1) }
        let isCounted = generator.chance(0.4)
        events.note("streams deleted")
        if case .high = regime { events.note("begun anew below") }
        if case .counted(let count) = regime { formerCount = max(formerCount, count) }
        if without.contains(.reuse) { countedFrom -= 1 }
        deletedAt = now
        regime = isCounted ? .counted(0) : .clock
        events.note("entries gone", ledger.present.count)
        var operation = Operation(commands: [.init(name: "DEL", key: 1, arguments: [])])
        operation.begin = { ledger.deletes(operation: $0, at: $1) }
        return operation
    }
}
