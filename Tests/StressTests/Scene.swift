//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable import stepcast_stress

/// A run and one viewer of it, as a test arranges them.
struct Scene {
    let ledger: Ledger
    var oracle: Oracle
    var now: Int64 = 1_000_000_000
    private(set) var complaints: [Oracle.Complaint] = []

    private var operation = 0
    private var counter = 0
    private var nextID = EntryID(milliseconds: 1_700_000_000_000, sequence: 0)

    /// - Parameter stored: How many records there are before the viewer comes.
    init(level: Level = .debug, start: Start = .beginning, stored: Int = 0) {
        ledger = Ledger(name: "stress-1", story: Story(title: "stress-1", salt: 7))
        oracle = Oracle(ledger: ledger, level: level)
        store(stored)
        oracle.connect(start, at: now)
        oracle.connected(at: now)
    }

    var kinds: [Violation.Kind] { complaints.map(\.kind) }

    // MARK: What happens to the stream

    mutating func store(_ count: Int, _ form: Form = .ours) {
        for _ in 0..<count { self.store(index: add(form)) }
    }

    /// Stores what was published before.
    mutating func store(published number: Int) { self.store(index: number - 1) }

    mutating func end() { store(index: add(.ours, kind: .end)) }

    mutating func publish(_ form: Form) {
        let index = add(form)
        ledger.publishes(index, at: now)
        ledger.published(index, at: now)
    }

    mutating func remove(_ numbers: Int...) {
        operation += 1
        now += 1
        let places = numbers.compactMap { ledger.records[$0 - 1].place }
        ledger.removes(places, operation: operation, at: now)
        now += 1
    }

    /// Deletes the stream; new entries have lower ids.
    mutating func beginAnew() {
        operation += 1
        ledger.deletes(operation: operation, at: now)
        nextID = EntryID(milliseconds: 1000, sequence: 0)
    }

    /// New entries have higher ids than all before.
    mutating func raiseIDs() { nextID = EntryID(milliseconds: 1_700_000_100_000, sequence: 0) }

    private mutating func add(_ form: Form, kind: Record.Kind = .log) -> Int {
        let number = ledger.records.count + 1
        let level = form.hasLevel ? ledger.story.level(number) : .info
        var record = Record(number: number, form: form, kind: kind, run: ledger.name, level: level)
        if form.isNumbered {
            counter += 1
            (record.seq, record.counter) = (counter, counter)
        }
        return ledger.add(record)
    }

    private mutating func store(index: Int) {
        nextID.sequence += 1
        ledger.stores(index, at: now)
        ledger.stored(index, as: nextID, at: now)
    }

    // MARK: What the viewer sees

    /// Shows a record as the gateway does.
    mutating func show(
        _ number: Int,
        as id: EntryID? = nil,
        withoutID: Bool = false,
        _ change: (String) -> String = { $0 }
    ) {
        let record = ledger.records[number - 1]
        let moment = Oracle.Moment(now: now)
        let id = withoutID ? nil : id ?? record.id
        complaints += oracle.see(number, as: id, data: change(Self.event(record, ledger)), moment)
    }

    /// Shows the id of a record without an event.
    mutating func pass(_ number: Int) {
        guard let id = ledger.records[number - 1].id else { return }
        complaints += oracle.see(cursor: id, Oracle.Moment(now: now))
    }

    /// - Parameters:
    ///   - number: The record in front of which it says that it stands.
    ///   - missed: How many it says are gone.
    mutating func gap(before number: Int? = nil, missed: Int? = nil) {
        let values = [
            number.flatMap { ledger.records[$0 - 1].id }.map { #""before":"\#($0)""# },
            missed.map { #""missed":\#($0)"# },
        ]
        let data = #"{"type":"gap","data":{"# + values.compactMap(\.self).joined(separator: ",") + "}}"
        complaints += oracle.see(Oracle.Gap(data), Oracle.Moment(now: now))
    }

    /// Leaves; nothing was broken.
    mutating func leave() {
        complaints += oracle.leave(Oracle.Moment(now: now)) { _ in true }
    }

    /// Comes back.
    mutating func connect() {
        leave()
        oracle.connect(.beginning, at: now)
        oracle.connected(at: now)
    }

    private static func event(_ record: Record, _ ledger: Ledger) -> String {
        let time = "2023-09-21T14:40:00.123Z"
        let end = #","timestamp":"\#(time)","channel":"browser_use_logs:stress-1"}"#
        if record.kind == .end {
            return #"{"type":"end","data":{"request_id":"stress-1","status":"completed","#
                + #""result":"all of stress-1","steps":\#(record.number)}"# + end
        }
        let message = ledger.story.message(record.number)
        return #"{"type":"log","data":{"level":"\#(record.level.name)","message":"\#(message)","#
            + #""source":"browser-agent","request_id":"stress-1","timestamp":"\#(time)","log_source":"logger""#
            + (record.seq.map { #","seq":\#($0)}"# } ?? "}") + end
    }
}
