//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("The log of a run")
struct TopicLogTests {
    @Test("A stream that does not know what was read last is another one, unless Redis has lost that", arguments: [true, false])
    func unknownPosition(isLost: Bool) {
        var log = TopicLog.loaded([record(4), record(5)], added: 2)
        _ = log.seen()
        if isLost { log.losses = [id(5).milliseconds...id(6).milliseconds] }
        let needsLook = log.look(page([record(7)], added: 4, anchor: .unknown))
        #expect(needsLook == !isLost)
        if !isLost { log.look(page([record(1), record(2), record(7)], added: 3, gone: 0)) }
        let words = log.seen(from: 2)
        #expect(words == (isLost ? ["gap 1", "line 7"] : ["gap ?", "line 1", "line 2", "gap 4", "line 7"]))
    }

    @Test("Where all that was read is gone and fewer entries than were read, the stream is another one")
    func fewerGone() {
        var log = TopicLog.loaded([foreign(1, "a"), foreign(2, "b")], added: 2)
        log.look(page([foreign(3, "c")], added: 1, gone: 0, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "b", "gap ?", "c"])
    }

    @Test("What is gone behind numbers that made no sense is told all the same")
    func assumedCounter() {
        var log = TopicLog.loaded([record(1)], added: 1)
        log.look(page([record(3)]))
        log.look(page([foreign(4, "d")], added: 3, gone: 3, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["line 1", "gap 1", "line 3", "gap ?", "d"])
    }

    @Test("A message that proves its place is taken without looking into the stream")
    func proof() {
        var log = TopicLog.loaded()
        let needsLook = log.receive(record(1), record(2), record(3))
        #expect(!needsLook)
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
        #expect(log.expectation == StreamExpectation(id: id(3), added: 3))
    }

    @Test("A message that does not follow what was read makes the log look, and the stream's order counts")
    func order() {
        var log = TopicLog.loaded()
        log.receive(record(1))
        let needsLook = log.receive(payload(record(3), after: id(2)), at: moment())
        #expect(needsLook)
        #expect(log.seen() == ["line 1"])
        log.look(page([record(2), record(3)], added: 3))
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("A message of what was read already is dropped")
    func known() {
        var log = TopicLog.loaded([record(1), record(2)])
        let needsLook = log.receive(payload(record(2), after: id(1)), at: moment())
        #expect(!needsLook)
        #expect(log.seen() == ["line 1", "line 2"])
    }

    @Test("What came before the log was loaded is taken behind what the stream held")
    func early() {
        var log = TopicLog()
        _ = log.receive(payload(record(2), after: id(1)), at: moment())
        _ = log.receive(payload(record(3), after: id(2)), at: moment())
        log.load(page([record(1), record(2)], added: 2), at: moment())
        #expect(log.seen() == ["line 1", "line 2", "line 3"])
    }

    @Test("A message that came after the first look began was not looked for by it")
    func earlyAndUnasked() {
        var log = TopicLog()
        _ = log.beginLook()
        _ = log.receive(message("a"), at: moment())
        _ = log.receive(message("b"), at: moment())
        // Both are stored by now, but the page has the other's entry only.
        log.load(page([foreign(2, "b")], added: 1), at: moment())
        #expect(log.seen() == ["b"])
        log.look(page([foreign(3, "a")], added: 2))
        #expect(log.seen(from: 1) == ["a"])
    }

    @Test("Numbers that do not follow tell of a gap once")
    func numbers() {
        var log = TopicLog.loaded([record(1)])
        log.look(page([record(4), record(5)], added: 5))
        #expect(log.seen() == ["line 1", "gap 2", "line 4", "line 5"])
    }

    @Test("Numbers that make no sense end nothing", arguments: [Int.max, Int.max - 1, 1 << 53])
    func absurd(number: Int) {
        var log = TopicLog.loaded([record(1)])
        var odd = record(2)
        odd.seq = number
        log.look(page([odd, record(3)], added: Int.max))
        log.look(page([record(4)], added: Int.max - 1))
        log.look(page([record(5)], last: 5, added: 1, gone: Int.max, anchor: .trimmed))
        #expect(log.seen().filter { $0.hasPrefix("line") } == (1...5).map { "line \($0)" })
    }

    @Test("Entries of others that were deleted before they were read are told by the counter, in front of the next")
    func counter() {
        var log = TopicLog.loaded([foreign(1, "a")])
        log.look(StreamPage(records: [], lastID: id(3), added: 3))
        #expect(log.seen() == ["a"])
        log.look(page([foreign(4, "d")], added: 4), at: moment())
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "gap 2", "d"])
    }

    @Test("Where the counter and the numbers tell of the same hole, it is told once")
    func counterAndNumbers() {
        var log = TopicLog.loaded([record(1)])
        log.look(StreamPage(records: [], lastID: id(3), added: 3))
        log.look(page([record(4)], added: 4))
        #expect(log.seen() == ["line 1", "gap 2", "line 4"])
    }

    @Test("A gap in front of an entry without a number covers the next number")
    func gapBeforeForeign() {
        var log = TopicLog.loaded([record(1)])
        log.look(page([foreign(4, "theirs"), record(5)], added: 5, gone: 3, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["line 1", "gap 2", "theirs", "line 5"])
    }

    @Test("A stream that was trimmed past what was read tells how many are missing, also when there is more to read")
    func trimmed() {
        var log = TopicLog.loaded([foreign(1, "a"), foreign(2, "b")])
        log.look(page([foreign(6, "f"), foreign(7, "g")], last: 9, added: 9, gone: 5, anchor: .trimmed, isFull: true))
        log.look(page([foreign(8, "h"), foreign(9, "i")], added: 9))
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "b", "gap 3", "f", "g", "h", "i"])
    }

    @Test("A stream that has nothing left of what was read, and from which nothing else is gone, tells of no gap")
    func exactlyTrimmed() {
        var log = TopicLog.loaded([foreign(1, "a"), foreign(2, "b")])
        log.look(page([foreign(3, "c")], added: 3, gone: 2, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "b", "c"])
    }

    @Test("A page that was asked for before messages came, whose entries are gone, is asked for again")
    func overtaken() {
        var log = TopicLog.loaded()
        let behind = log.beginLook() ?? .zero
        log.receive(record(1))
        let needsLook = log.endLook(page([foreign(3, "c")]), after: behind, at: moment())
        #expect(needsLook)
        log.look(page([foreign(3, "c")], added: 3, gone: 2, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["line 1", "gap 1", "c"])
    }

    @Test("A stream that ends before it did has begun anew: one gap, and all that it holds")
    func anew() {
        var log = TopicLog.loaded([record(7), record(8)], added: 8)
        let needsLook = log.look(StreamPage(records: [], lastID: id(2), added: 2))
        #expect(needsLook)
        log.look(page([record(1), record(2)], added: 2))
        #expect(log.seen() == ["gap ?", "line 1", "line 2"])
        #expect(log.position.epoch == 1)
    }

    @Test("Where Redis has lost its latest entries, the older ones are not given again")
    func lostLatest() {
        var log = TopicLog.loaded([record(1), record(2), record(3)])
        let lost = id(3).milliseconds
        log.losses = [lost...lost]
        log.look(StreamPage(records: [], lastID: id(2), added: 2))
        var next = record(4)
        next.seq = 3
        log.look(page([next], added: 3))
        #expect(log.seen() == ["gap ?", "line 4"])
    }

    @Test("Behind the end, entries of others do not make it anything else")
    func end() {
        var log = TopicLog.loaded([record(1), record(2, kind: .end)])
        #expect(log.isOver(after: id(2)))
        #expect(!log.isOver(after: id(1)))
        log.look(page([foreign(3, "late")], added: 3))
        log.look(at: moment(300))
        #expect(log.isOver(after: id(2)))
        #expect(log.isOver(after: id(3)))
        #expect(log.beforeEnd.map { $0 < id(2) } == true)
    }

    @Test("What was published while the stream cannot be read goes out as it is, and is bounded until then")
    func unreadable() {
        var log = TopicLog(limits: .init(frames: 10_000))
        log.load(page([], added: 0), at: moment())
        for number in 1...4596 { _ = log.receive(message("m\(number)"), at: moment()) }
        #expect(log.seen() == (1...500).map { "m\($0)" })
        log.failLook(at: moment())
        #expect(log.seen(from: 500) == (501...4596).map { "m\($0)" })
    }
}
