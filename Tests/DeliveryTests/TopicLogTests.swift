//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("A run's log")
struct TopicLogTests {
    private let now = ContinuousClock.now

    private func loaded(_ records: [LogRecord] = [], added: Int? = nil) -> TopicLog {
        var log = TopicLog()
        log.load(page(records.reversed(), added: added), at: self.now)
        return log
    }

    @Test("Takes messages whose numbers follow one another without reading the stream")
    func direct() {
        var log = self.loaded()
        for number in 1...3 { #expect(log.receive(payload(record(number)), at: self.now) == false) }
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("Drops what it has, wherever it comes from")
    func repetition() {
        var log = self.loaded([record(1), record(2)])
        #expect(log.receive(payload(record(2)), at: self.now) == false)
        #expect(log.follow(page([record(2), record(3)]), at: self.now) == .nothing)
        #expect(log.receive(payload(record(3)), at: self.now) == false)
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("Reads the stream when a number is missing, and gives nothing before what was missing")
    func hole() {
        var log = self.loaded([record(1)])
        #expect(log.receive(payload(record(3)), at: self.now) == true)
        #expect(log.seen() == ["line 1"])
        #expect(log.follow(page([record(2), record(3)]), at: self.now) == .nothing)
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("Keeps messages that come before the stream was first read")
    func early() {
        var log = TopicLog()
        #expect(log.receive(payload(record(2)), at: self.now) == true)
        #expect(log.receive(payload(record(3)), at: self.now) == true)
        log.load(page([record(2), record(1)]), at: self.now)
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("Tells of records that were trimmed before they could be read")
    func trimmed() {
        var log = self.loaded([record(1)])
        _ = log.follow(page([record(5), record(6)]), at: self.now)
        #expect(log.seen() == ["line 1", "gap 3", "line 5", "line 6"])
    }

    @Test("Tells when a run has begun anew under the same name")
    func begunAnew() {
        var log = self.loaded([record(1), record(2)])
        var again = record(10, message: "again")
        again.seq = 1
        _ = log.follow(page([again]), at: self.now)
        #expect(log.seen() == ["line 1", "line 2", "gap ?", "again"])
    }

    @Test("Goes on without a gap when Redis lost its data and the numbers go on")
    func emptiedRedis() {
        var log = self.loaded([record(1), record(2)])
        #expect(log.follow(StreamReader.Page(records: [], lastID: nil, isFull: false), at: self.now) == .nothing)
        _ = log.follow(page([record(3)]), at: self.now)
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("Begins again when the stream's ids start over, and says so")
    func lowerIDs() {
        var log = self.loaded([record(10, message: "old")])
        #expect(log.follow(page([], last: 1), at: self.now) == .page)
        _ = log.follow(page([record(1, message: "new")]), at: self.now)
        let start = log.ring.startIndex
        #expect(log.seen(from: start) == ["gap ?", "new"])
    }

    @Test("Finds entries of others that stand between ours, by the stream's own count")
    func mixedPublishers() {
        var log = self.loaded([record(1)], added: 1)
        _ = log.receive(payload(record(3, message: "ours").numbered(2)), at: self.now)
        // Three entries were added, and two are known.
        #expect(log.follow(page([], last: 3, added: 3), at: self.now) == .missing(after: id(1)))
        log.takeMissing(
            page([foreign(2, "theirs"), record(3, message: "ours").numbered(2)]),
            after: id(1),
            at: self.now
        )
        #expect(log.seen() == ["line 1", "ours", "theirs"])
        #expect(log.follow(page([], last: 3, added: 3), at: self.now) == .nothing)
        #expect(log.follow(page([], last: 3, added: 3), at: self.now) == .nothing)
    }

    @Test("Messages that are younger than the page that is checked are not missing")
    func youngerMessages() {
        var log = self.loaded([record(1)], added: 1)
        for number in 2...5 { _ = log.receive(payload(record(number)), at: self.now) }
        log.seal()
        #expect(log.follow(page([], last: 3, added: 3), after: id(3), at: self.now) == .nothing)
        #expect(log.follow(page([], last: 5, added: 5), at: self.now) == .nothing)
    }
}

@Suite("A record that is both published and stored by others")
struct ForeignTests {
    private let now = ContinuousClock.now

    private func message(_ text: String) -> ByteBuffer {
        ByteBuffer(string: #"{"agent_name":"Their Agent","msg":"\#(text)","timestamp":1695307200.5}"#)
    }

    private func loaded() -> TopicLog {
        var log = TopicLog()
        log.load(page([]), at: self.now)
        return log
    }

    @Test("Is one event when the entry is found after the message")
    func messageFirst() {
        var log = self.loaded()
        #expect(log.receive(self.message("hello"), at: self.now) == true)
        log.beginReading(at: self.now)
        log.endReading(at: self.now)
        #expect(log.seen() == [])
        log.beginReading(at: self.now + .seconds(1))
        _ = log.follow(page([foreign(1, "hello")]), at: self.now)
        log.endReading(at: self.now + .seconds(1))
        #expect(log.seen() == ["hello"])
        #expect(log.ring.first?.frame.id == id(1))
    }

    @Test("Is one event when the entry was found before the message came")
    func entryFirst() {
        var log = self.loaded()
        _ = log.follow(page([foreign(1, "hello")]), at: self.now)
        #expect(log.receive(self.message("hello"), at: self.now) == false)
        #expect(log.seen() == ["hello"])
    }

    @Test("Holds an entry that is found before its message, so that the event has what the message says")
    func held() {
        var log = self.loaded()
        _ = log.follow(page([foreign(1, "one"), foreign(2, "two")], added: 2), at: self.now)
        #expect(log.seen().isEmpty)
        #expect(log.receive(self.message("two"), at: self.now) == false)
        #expect(log.seen() == ["one", "two"])
        #expect(log.receive(self.message("one"), at: self.now) == false)
        #expect(log.seen() == ["one", "two"])
    }

    @Test("Gives an entry whose message does not come, and waits for no more messages of that publisher")
    func entryAlone() {
        var log = self.loaded()
        _ = log.follow(page([foreign(1, "one")], added: 1), at: self.now)
        #expect(log.deadline != nil)
        log.endReading(at: self.now + ForeignRecords.entryPatience)
        #expect(log.seen() == ["one"])
        _ = log.follow(page([foreign(2, "two")], added: 2), at: self.now + .seconds(1))
        #expect(log.seen() == ["one", "two"])
    }

    @Test("Gives what is held before anything that comes behind it, and to a viewer that joins")
    func heldInOrder() {
        var log = TopicLog()
        log.load(page([record(1)]), at: self.now)
        _ = log.follow(page([foreign(2, "foreign")], added: 2), at: self.now)
        var next = record(3)
        next.seq = 2
        _ = log.receive(payload(next), at: self.now)
        #expect(log.seen() == ["line 1", "foreign", "line 3"])
        _ = log.follow(page([foreign(4, "late")], added: 4), at: self.now)
        guard case .ring(let index, nil) = log.placement(for: .now) else {
            Issue.record("a viewer that joins now is in the ring")
            return
        }
        #expect(log.seen() == ["line 1", "foreign", "line 3", "late"])
        #expect(log.seen(from: index).isEmpty)
    }

    @Test("Is given without an id when it is in no stream, and once when it comes to be in it late")
    func publishOnly() {
        var log = self.loaded()
        _ = log.receive(self.message("hello"), at: self.now)
        log.beginReading(at: self.now + .seconds(1))
        log.endReading(at: self.now + .seconds(1))
        #expect(log.seen() == ["hello"])
        // Its publisher stores nothing: from now on one look is enough.
        let later = self.now + .seconds(1)
        #expect(log.receive(self.message("more"), at: later) == true)
        #expect(log.seen() == ["hello"])
        log.beginReading(at: later)
        log.endReading(at: later)
        #expect(log.seen() == ["hello", "more"])
        _ = log.follow(page([foreign(2, "more")]), at: later)
        #expect(log.seen() == ["hello", "more"])
    }

    @Test("Is one event when it is numbered and its message is the bare text, whichever comes first")
    func bareTextOfNumberedRecord() {
        var log = self.loaded()
        _ = log.receive(ByteBuffer(string: "line 1"), at: self.now)
        log.beginReading(at: self.now + .seconds(1))
        _ = log.follow(page([record(1), record(2)]), at: self.now)
        log.endReading(at: self.now + .seconds(1))
        #expect(log.receive(ByteBuffer(string: "line 2"), at: self.now) == false)
        #expect(log.seen() == ["line 1", "line 2"])
        _ = log.receive(ByteBuffer(string: "line 3"), at: self.now)
        log.beginReading(at: self.now + .seconds(1))
        log.endReading(at: self.now + .seconds(1))
        _ = log.follow(page([record(3), record(4)]), at: self.now + .seconds(1))
        #expect(log.seen() == ["line 1", "line 2", "line 3", "line 4"])
    }

    @Test("Is not given by a read that was long on its way, and began before the entry could be expected")
    func slowRead() {
        var log = self.loaded()
        let later = self.now + .seconds(1)
        _ = log.receive(self.message("hello"), at: self.now)
        log.beginReading(at: self.now)
        log.endReading(at: later)
        #expect(log.seen() == [])
        log.beginReading(at: later)
        log.endReading(at: later)
        #expect(log.seen() == ["hello"])
    }

    @Test("Is not given by a read that began before the message came")
    func overtakenRead() {
        var log = self.loaded()
        log.beginReading(at: self.now + .seconds(1))
        _ = log.receive(self.message("hello"), at: self.now)
        log.endReading(at: self.now + .seconds(1))
        #expect(log.seen() == [])
    }
}

extension LogRecord {
    func numbered(_ seq: Int) -> LogRecord {
        var record = self
        record.seq = seq
        return record
    }
}
