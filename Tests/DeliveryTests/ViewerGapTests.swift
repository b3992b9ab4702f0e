//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("What a viewer is told to be missing")
struct ViewerGapTests {
    @Test("A gap is told once, live and to whoever comes back in front of it")
    func gapOnResume() {
        var log = TopicLog.loaded([record(1), record(4)], added: 4)
        for (start, words) in [
            (ViewerQuery.Start.beginning, ["line 1", "gap 2", "line 4"]), (.after(id(1)), ["gap 2", "line 4"]),
        ] {
            var watcher = Watcher(start)
            watcher.pump(&log)
            #expect(watcher.words == words)
        }
    }

    @Test("An id that there never was, and a run that begins with a higher number: one gap", arguments: [true, false])
    func strangerInEmptyRun(isFromStart: Bool) {
        var log = TopicLog.loaded()
        var watcher = Watcher(isFromStart ? .beginning : .after(EntryID(milliseconds: 5, sequence: 0)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: []), &log)
        log.look(page([record(13)], added: 1))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words.filter { $0.hasPrefix("gap") }.count == 1)
        #expect(watcher.words.last == "line 13")
    }

    @Test("A deleted record is told to whoever comes back at it only if something else is gone as well")
    func deletedAnchor() {
        var log = TopicLog.loaded([record(1), record(3), record(4)], added: 4)
        for (count, words) in [
            (Position.Count.lastOrNext(1), ["line 3", "line 4"]), (.unknown, ["gap ?", "line 3", "line 4"]),
        ] {
            var watcher = Watcher(.after(id(2)))
            watcher.pump(&log)
            var page = page([record(3), record(4)], anchor: .deleted)
            page.count = count
            watcher.take(page, &log)
            #expect(watcher.words == words)
        }
    }

    @Test("Who comes with an id that never was in the stream is told so, whatever the numbers behind it say")
    func unknownID() {
        var log = TopicLog.loaded([record(1), record(2), record(3)])
        var watcher = Watcher(.after(EntryID(milliseconds: id(2).milliseconds, sequence: 7)))
        watcher.pump(&log)
        watcher.take(page([record(3)], anchor: .unknown), &log)
        #expect(watcher.words == ["gap ?", "line 3"])
    }

    @Test("Who comes with a deleted id behind which there is nothing is told at once")
    func deletedLast() {
        var log = TopicLog.loaded([record(1)], added: 2)
        log.look(page([], last: 2, added: 2))
        log.seal()
        var watcher = Watcher(.after(id(2)))
        watcher.pump(&log)
        #expect(watcher.words == [])
        watcher = Watcher(.after(EntryID(milliseconds: id(1).milliseconds, sequence: 7)))
        watcher.pump(&log)
        watcher.take(page([], last: 2, anchor: .deleted), &log)
        log.look(page([record(3)], added: 3))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["gap ?", "line 3"])
    }

    @Test("A message without an entry has no number that counts")
    func ephemeralNumber() {
        var log = TopicLog.loaded([record(1), record(2), record(3)])
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        // Its entry was deleted before anybody read it.
        _ = log.receive(payload(record(9), after: id(8)), at: moment())
        var next = record(10)
        next.seq = 4
        log.look(at: moment())
        log.look(at: moment(200))
        log.seal()
        watcher.pump(&log)
        log.look(page([next], added: 4), at: moment(300))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 1", "line 2", "line 3", "line 9", "line 10"])
    }

    @Test("Who was told that its id is gone is told no more by the next record, whatever was published in between")
    func toldBeforeMessages() {
        var log = TopicLog.loaded([record(1)], added: 2)
        var watcher = Watcher(.after(id(2)))
        watcher.pump(&log)
        log.look(page([], last: 3, added: 3))
        log.seal()
        watcher.take(page([], last: 3, anchor: .trimmed), &log)
        log.give("alone")
        watcher.pump(&log)
        log.look(page([record(9)], added: 9), at: moment(300))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["gap ?", "alone", "line 9"])
    }

    @Test("Who was told that its id is unknown is not told of the messages that it missed meanwhile")
    func toldWhileLooking() {
        var log = TopicLog.loaded()
        var watcher = Watcher(.after(id(6)))
        watcher.pump(&log)
        log.give("missed")
        log.look(page([foreign(5, "older"), foreign(9, "newer")], added: 2), at: moment(300))
        log.look(at: moment(600))
        log.seal()
        watcher.take(page([], last: 9, anchor: .unknown), &log)
        #expect(watcher.words == ["gap ?", "newer"])
    }

    @Test("Who was told of missed messages is not told once more by the next record")
    func toldOfMessages() {
        var log = TopicLog.small(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        _ = watcher.takeWords()
        log.give("missed")
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        watcher.take(page((4...20).map { record($0) }), &log)
        _ = watcher.takeWords()
        log.give("heard")
        watcher.pump(&log)
        log.look(page([record(25)], added: 25), at: moment(300))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["heard", "line 25"])
    }

    @Test("A stream that begins anew above is told to who does not know the numbers that begin anew with it")
    func anewWithoutNumbers() {
        var log = TopicLog.loaded([record(5), foreign(7, "a")], added: 6)
        var watcher = Watcher(.tail(1))
        watcher.pump(&log)
        var first = record(20)
        first.seq = 1
        log.look(page([first], added: 1, gone: 0, anchor: .trimmed))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["a", "gap ?", "line 20"])
    }

    @Test("A viewer knows its own numbers until a number that it was given, whatever is told in front of that")
    func ownNumbersBehindGap() {
        var log = TopicLog.loaded([record(27)], added: 27, isFull: true)
        log.look(page([foreign(33, "a")], added: 28))
        // The record 28 is gone, which the counter tells before "b".
        log.look(page([], last: 33, added: 29))
        log.look(page([foreign(35, "b"), foreign(36, "c")], added: 31))
        log.look(at: moment(300))
        log.seal()
        var watcher = Watcher(.after(id(26)))
        watcher.pump(&log)
        var page = page([record(27), foreign(33, "a"), foreign(35, "b")], last: 36)
        page.count = .last(26)
        watcher.take(page, &log)
        var next = record(40)
        next.seq = 29
        log.receive(next)
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 27", "a", "b", "c", "gap 1", "line 40"])
    }
}
