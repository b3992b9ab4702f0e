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
        self.ledger = Ledger(name: "stress-1", story: Story(title: "stress-1", salt: 7))
        self.oracle = Oracle(ledger: self.ledger, level: level)
        self.store(stored)
        self.oracle.connect(start, at: self.now)
        self.oracle.connected(at: self.now)
    }

    var kinds: [Violation.Kind] { self.complaints.map(\.kind) }

    // MARK: What happens to the stream

    mutating func store(_ count: Int, _ form: Form = .ours) {
        for _ in 0..<count { self.store(index: self.add(form)) }
    }

    /// Stores what was published before.
    mutating func store(published number: Int) { self.store(index: number - 1) }

    mutating func end() { self.store(index: self.add(.ours, kind: .end)) }

    mutating func publish(_ form: Form) {
        let index = self.add(form)
        self.ledger.publishes(index, at: self.now)
        self.ledger.published(index, at: self.now)
    }

    mutating func remove(_ numbers: Int...) {
        self.operation += 1
        self.now += 1
        let places = numbers.compactMap { self.ledger.records[$0 - 1].place }
        self.ledger.removes(places, operation: self.operation, at: self.now)
        self.now += 1
    }

    /// Deletes the stream; new entries have lower ids.
    mutating func beginAnew() {
        self.operation += 1
        self.ledger.deletes(operation: self.operation, at: self.now)
        self.nextID = EntryID(milliseconds: 1000, sequence: 0)
    }

    private mutating func add(_ form: Form, kind: Record.Kind = .log) -> Int {
        let number = self.ledger.records.count + 1
        let level = form.hasLevel ? self.ledger.story.level(number) : .info
        var record = Record(number: number, form: form, kind: kind, run: self.ledger.name, level: level)
        if form.isNumbered {
            self.counter += 1
            (record.seq, record.counter) = (self.counter, self.counter)
        }
        return self.ledger.add(record)
    }

    private mutating func store(index: Int) {
        self.nextID.sequence += 1
        self.ledger.stores(index, at: self.now)
        self.ledger.stored(index, as: self.nextID, at: self.now)
    }

    // MARK: What the viewer sees

    /// Shows a record as the gateway does.
    mutating func show(
        _ number: Int,
        as id: EntryID? = nil,
        withoutID: Bool = false,
        _ change: (String) -> String = { $0 }
    ) {
        let record = self.ledger.records[number - 1]
        let moment = Oracle.Moment(now: self.now)
        let id = withoutID ? nil : id ?? record.id
        self.complaints += self.oracle.see(number, as: id, data: change(Self.event(record, self.ledger)), moment)
    }

    /// Shows the id of a record without an event.
    mutating func pass(_ number: Int) {
        guard let id = self.ledger.records[number - 1].id else { return }
        self.complaints += self.oracle.see(cursor: id, Oracle.Moment(now: self.now))
    }

    mutating func gap() {
        self.complaints += self.oracle.see(Oracle.Gap(#"{"type":"gap","data":{}}"#), Oracle.Moment(now: self.now))
    }

    /// Leaves; nothing was broken.
    mutating func leave() {
        self.complaints += self.oracle.leave(Oracle.Moment(now: self.now)) { _ in true }
    }

    /// Comes back.
    mutating func connect() {
        self.leave()
        self.oracle.connect(.beginning, at: self.now)
        self.oracle.connected(at: self.now)
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
