//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Author {
    /// Makes a foreign record of the run.
    ///
    /// - Returns: Its index in the ledger.
    func make(_ form: Form) -> Int {
        let ledger = ledgers[0]
        let number = ledger.records.count + 1
        let level = form.hasLevel ? ledger.story.level(number) : .info
        var record = Record(number: number, form: form, run: ledger.name, level: level)
        if !without.contains(.absurd), form.publishesJSON || form == .stored {
            if generator.chance(0.1) {
                record.absurdSeq = Self.absurdNumbers.randomElement(using: &generator)
                events.note("absurd numbers")
            }
            if form.publishesJSON, generator.chance(0.1) {
                record.foreignID = ["42", "a1b2", "7-x"].randomElement(using: &generator)
                events.note("ids of the publisher's own")
            }
        }
        events.note(form)
        return ledger.add(record)
    }

    private static let absurdNumbers = [
        "9223372036854775807", "9223372036854775806", "0", "-1", "-9223372036854775808", "9007199254740993",
    ]

    /// Its message alone.
    func message(_ record: Int) -> Operation {
        let ledger = ledgers[0]
        let payload = ledger.story.payload(ledger.records[record])
        return Operation(
            commands: [.init(name: "PUBLISH", key: 1, arguments: [payload])],
            published: [(0, record)]
        )
    }

    /// Its entry alone.
    func entry(_ record: Int) -> Operation {
        let ledger = ledgers[0]
        let fields = ledger.story.fields(ledger.records[record])
        return Operation(
            commands: [.init(name: "XADD", key: 1, arguments: [nextID()] + fields)],
            stored: [(0, record)]
        )
    }

    /// Both, in its form's order.
    func whole(_ record: Int) -> Operation {
        let (message, entry) = (self.message(record), self.entry(record))
        let isMessageFirst = ledgers[0].records[record].form.isPublishedFirst
        let parts = isMessageFirst ? [message, entry] : [entry, message]
        return Operation(
            commands: parts.flatMap(\.commands),
            stored: entry.stored,
            published: message.published
        )
    }

    private func nextID() -> String {
        switch regime {
        case .counted(let count):
            // A stream that comes as far as the former one with the same ids, before anybody looks, is the same to all.
            if count + 1 >= formerCount, formerCount > 0, now < deletedAt + Self.longAbsence {
                regime = .clock
                return "*"
            }
            regime = .counted(count + 1)
            if count == 0 { events.note("begun with ids from below") }
            return "\(countedFrom)-\(count + 1)"
        case .clock:
            guard isDeleted, generator.chance(0.01) else { return "*" }
            regime = .high
            events.note("ids above the clock")
            raises += 1
            return generator.chance(0.5) ? "9000000000000-\(raises)00000" : "18446744073709551000-\(raises)00000"
        case .high:
            return "*"
        }
    }

    /// How long, in nanoseconds, a gateway may be away, with what it takes to look again.
    private static let longAbsence = Int64(seconds: 10)

    // MARK: Ours

    /// A record of ours, in its run's stream and in its batch's.
    func numbered(_ form: Form, kind: Record.Kind = .log, member: Int? = nil) -> Operation {
        if case .counted = regime { regime = .clock }
        var operation = Operation(commands: [])
        let number = ledgers[0].records.count + 1
        events.note(form)
        let member = isBatch ? member ?? openMember() : 0
        let run = ledgers[member]
        var record = Record(number: number, form: form, kind: kind, run: run.name, level: run.story.level(number))
        counters[member].value += 1
        record.seq = counters[member].value
        record.counter = record.seq
        record.numbering = counters[member].numbering
        append(record, to: member, &operation)
        if isBatch {
            counters[0].value += 1
            record.counter = counters[0].value
            append(record, to: 0, &operation)
        }
        return operation
    }

    private func append(_ record: Record, to ledger: Int, _ operation: inout Operation) {
        let index = ledgers[ledger].add(record)
        let story = ledgers[0].story
        let batchSeq = ledger == 0 && isBatch ? record.counter : nil
        var fields = story.fields(record)
        if let batchSeq {
            fields += ["batch_seq", "\(batchSeq)"] + (record.kind == .batchEnd ? [] : ["run_entry", "$entry"])
        }
        operation.commands.append(.init(name: "XADD", key: ledger + 1, arguments: ["*"] + fields))
        operation.stored.append((ledger, index))
        guard record.form != .oursUnpublished else { return }
        let payload = story.payload(record, batchSeq: batchSeq)
        // Older versions do not say which entry stands before.
        let completion = record.form == .ours && generator.chance(0.1) ? "old" : "id"
        let arguments = record.form.publishesJSON ? [payload, completion] : [payload]
        operation.commands.append(.init(name: "PUBLISH", key: ledger + 1, arguments: arguments))
        operation.published.append((ledger, index))
    }

    /// A run of the batch that has not ended.
    private func openMember() -> Int {
        ledgers.indices.dropFirst().filter { ledgers[$0].endIndex == nil }.randomElement(
            using: &generator
        ) ?? 1
    }

    // MARK: The end

    func end() -> Operation {
        if case .counted = regime { regime = .clock }
        guard isBatch else { return numbered(.ours, kind: .end) }
        var operation = Operation(commands: [])
        for member in ledgers.indices.dropFirst() {
            let part = numbered(.ours, kind: .end, member: member)
            operation.commands += part.commands
            operation.stored += part.stored
            operation.published += part.published
        }
        let batch = ledgers[0]
        counters[0].value += 1
        let number = batch.records.count + 1
        var record = Record(
            number: number,
            form: .ours,
            kind: .batchEnd,
            run: batch.name,
            level: batch.story.level(number)
        )
        record.counter = counters[0].value
        append(record, to: 0, &operation)
        return operation
    }
}
