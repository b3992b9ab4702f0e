//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("Where a viewer begins and goes on")
struct ViewerStateTests {
    private func log(_ numbers: ClosedRange<Int>, limits: FrameRing.Limits = .init()) -> TopicLog {
        var log = TopicLog(limits: limits)
        log.load(page(numbers.map { record($0) }, added: numbers.upperBound), at: moment())
        log.seal()
        return log
    }

    /// A log whose ring keeps few frames.
    private func small(_ numbers: ClosedRange<Int>) -> TopicLog {
        let first = numbers.lowerBound
        var log = self.log(first...first, limits: .init(frames: 4, bytes: 1 << 20, batchBytes: 200))
        for number in numbers.dropFirst() {
            log.receive(record(number))
            log.seal()
        }
        return log
    }

    // MARK: Beginning

    @Test("From the start: everything, then what comes")
    func beginning() {
        var log = self.log(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        log.receive(record(4))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 1", "line 2", "line 3", "line 4"])
    }

    @Test("From now: what comes next")
    func now() {
        var log = self.log(1...3)
        var watcher = Watcher(.now)
        watcher.pump(&log)
        log.receive(record(4))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 4"])
    }

    @Test("The last few, be there as many or not", arguments: [1, 2, 3, 10])
    func tail(count: Int) {
        var log = self.log(1...3)
        var watcher = Watcher(.tail(count))
        watcher.pump(&log)
        #expect(watcher.words == (1...3).suffix(count).map { "line \($0)" })
    }

    @Test("More of the last ones than the ring has are read from the stream, and again if that fails")
    func longTail() {
        var log = small(1...10)
        var watcher = Watcher(.tail(8))
        watcher.pump(&log)
        #expect(watcher.request?.tail == 8)
        watcher.fail(&log)
        #expect(watcher.request?.tail == 8)
        watcher.take(page((3...10).map { record($0) }), &log)
        #expect(watcher.words == (3...10).map { "line \($0)" })
        #expect(watcher.request == nil)
    }

    @Test("Behind an id: what follows it, wherever that is")
    func after() {
        var log = self.log(1...5)
        var watcher = Watcher(.after(id(3)))
        watcher.pump(&log)
        #expect(watcher.words == ["line 4", "line 5"])
    }

    @Test("What is missing in front of the last few is not told, also by the first number among them")
    func tailInFrontOfNumbers() {
        var log = TopicLog.loaded([foreign(7, "a"), foreign(8, "b"), record(9)], added: 9)
        var watcher = Watcher(.tail(3))
        watcher.pump(&log)
        #expect(watcher.words == ["a", "b", "line 9"])
    }

    @Test("Who is told that the id it comes with is gone is not told the same by the next number")
    func toldOnce() {
        var log = TopicLog.loaded([foreign(7, "a"), record(9)], added: 9)
        var watcher = Watcher(.after(id(5)))
        watcher.pump(&log)
        watcher.take(page([foreign(7, "a"), record(9)], anchor: .trimmed), &log)
        #expect(watcher.words == ["gap ?", "a", "line 9"])
        var other = Watcher(.beginning)
        other.pump(&log)
        #expect(other.words == ["a", "gap 8", "line 9"])
    }

    @Test("A viewer that knows its numbers is told by them where the ring does not know them")
    func ownNumbers() {
        var log = TopicLog(limits: .init())
        log.load(page([foreign(8, "h"), record(9)], added: 9, isFull: true), at: moment())
        log.seal()
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        watcher.take(page([foreign(7, "g"), foreign(8, "h")], last: 9), &log)
        #expect(watcher.words == ["g", "h", "gap 8", "line 9"])
    }

    @Test("A viewer that came before the log was loaded waits for it")
    func waiting() {
        var log = TopicLog()
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        #expect(watcher.words == [])
        log.load(page([record(1)], added: 1), at: moment())
        watcher.pump(&log)
        #expect(watcher.words == ["line 1"])
    }

    // MARK: Gaps

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

    // MARK: Behind the ring

    @Test("A viewer that falls off the ring goes on from the stream where it stood, and then from the ring")
    func fallingBehind() {
        var log = small(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        #expect(watcher.takeWords() == ["line 1", "line 2", "line 3"])
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        #expect(watcher.request?.position.id == id(3))
        watcher.take(page((4...20).map { record($0) }), &log)
        #expect(watcher.words == (4...20).map { "line \($0)" })
        log.receive(record(21))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words.last == "line 21")
        #expect(watcher.request == nil)
    }

    @Test("A viewer that began now, and has seen nothing, goes on from there", arguments: [true, false])
    func stalledFromNow(isAfterThird: Bool) {
        var log = small(1...3)
        var watcher = Watcher(isAfterThird ? .after(id(3)) : .now)
        watcher.pump(&log)
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        #expect(watcher.request?.position.id == id(3))
    }

    @Test("A viewer ahead of the ring that does not read loses nothing when the ring passes it")
    func aheadOfTheRing() {
        var log = small(1...3)
        var watcher = Watcher(.after(id(6)))
        watcher.pump(&log)
        // The stream has come as far, the log has not.
        watcher.take(StreamPage(records: [], lastID: id(6)), &log)
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        #expect(watcher.request?.position.id == id(6))
        watcher.take(page((7...20).map { record($0) }), &log)
        // The log has read them since.
        watcher.take(page((7...20).map { record($0) }), &log)
        #expect(watcher.words == (7...20).map { "line \($0)" })
    }

    @Test("What came after a page was read is not taken for gone")
    func overtakenPage() {
        var log = TopicLog(limits: .init(frames: 4, bytes: 1 << 20, batchBytes: 200))
        log.load(StreamPage(records: []), at: moment())
        var watcher = Watcher(.after(EntryID(milliseconds: 5, sequence: 0)))
        watcher.pump(&log)
        for number in 1...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.take(StreamPage(records: []), &log)
        #expect(watcher.words == [])
        #expect(watcher.request?.position.id == EntryID(milliseconds: 5, sequence: 0))
    }

    @Test("Where the stream was trimmed between a viewer and the ring, one gap tells of it")
    func hop() {
        var log = small(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        _ = watcher.takeWords()
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], lastID: id(20)), &log)
        let base = log.ring.startIndex + 1
        #expect(watcher.words == ["gap \(base - 4)"] + (base...20).map { "line \($0)" })
    }

    @Test("A message without an entry that a slow viewer has missed is told as a gap")
    func missedMessage() {
        var log = small(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        _ = watcher.takeWords()
        _ = log.receive(message("alone"), at: moment())
        log.look(at: moment())
        log.look(at: moment(200))
        log.seal()
        for number in 4...20 {
            log.receive(record(number))
            log.seal()
        }
        watcher.pump(&log)
        watcher.take(page((4...20).map { record($0) }), &log)
        #expect(watcher.words == (4...20).map { "line \($0)" } + ["gap ?"])
    }

    // MARK: Another stream

    @Test("An id above the stream's last is a gap, and then everything that the stream has")
    func aboveTheLast() {
        var log = self.log(1...3)
        var watcher = Watcher(.after(id(1000)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], anchor: .deleted, lastID: id(3)), &log)
        #expect(watcher.words == ["gap ?", "line 1", "line 2", "line 3"])
    }

    @Test("The greatest id that there can be is read like any other, once")
    func greatest() {
        var log = self.log(1...3)
        var watcher = Watcher(.after(EntryID(milliseconds: .max, sequence: .max)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], anchor: .deleted, lastID: id(3)), &log)
        #expect(watcher.request == nil)
        #expect(watcher.words == ["gap ?", "line 1", "line 2", "line 3"])
    }

    @Test("A stream that begins anew is one gap to whoever is there, and none to who comes then")
    func anew() {
        var log = TopicLog.loaded([record(7), record(8)], added: 8)
        var there = Watcher(.now)
        there.pump(&log)
        log.look(StreamPage(records: [], lastID: id(2), added: 2))
        log.look(page([record(1), record(2)], added: 2))
        log.seal()
        there.pump(&log)
        #expect(there.words == ["gap ?", "line 1", "line 2"])
        var joined = Watcher(.beginning)
        joined.pump(&log)
        #expect(joined.words == ["line 1", "line 2"])
    }

    @Test("A stream that begins anew with a higher number is one gap to everybody")
    func anewWithHole() {
        var log = TopicLog.loaded([record(7), record(8)], added: 8)
        var there = Watcher(.now)
        there.pump(&log)
        log.look(StreamPage(records: [], lastID: id(4), added: 2))
        log.look(page([record(4)], added: 2))
        log.seal()
        there.pump(&log)
        #expect(there.words == ["gap ?", "line 4"])
        var joined = Watcher(.beginning)
        joined.pump(&log)
        #expect(joined.words == ["gap 3", "line 4"])
    }

    @Test("A gateway that does not know that the stream began anew looks before it serves an id that it does not know")
    func unknowing() {
        var log = TopicLog.loaded([record(7), record(8)], added: 8)
        var watcher = Watcher(.after(id(3)))
        watcher.look = { log in
            log.look(StreamPage(records: [], lastID: id(4), added: 2))
            log.look(page([record(3), record(4)], added: 2))
            log.seal()
        }
        watcher.pump(&log)
        #expect(watcher.words == ["line 4"])
    }

    @Test("A page of a stream that began anew while it was read is not taken for the old one's")
    func pageDuringLook() {
        var log = TopicLog.loaded([record(7), record(8)], added: 8)
        var watcher = Watcher(.after(EntryID(milliseconds: 5, sequence: 0)))
        watcher.pump(&log)
        let behind = log.beginLook() ?? .zero
        // The look was answered before the new entry came, and the page after that.
        watcher.take(page([record(9)], anchor: .trimmed), &log)
        #expect(watcher.words == [])
        _ = log.endLook(StreamPage(records: [], lastID: id(4), added: 1), after: behind, at: moment())
        log.look(page([record(9)], added: 1))
        log.seal()
        watcher.pump(&log)
        if watcher.request != nil { watcher.take(page([record(9)], anchor: .trimmed), &log) }
        #expect(watcher.words == ["gap ?", "line 9"])
    }

    @Test("A viewer that comes from two streams ago gets all of the one that lost its end since")
    func anewAndLost() {
        var log = TopicLog.loaded([record(7)], added: 7)
        var watcher = Watcher(.now)
        watcher.pump(&log)
        log.look(StreamPage(records: [], lastID: id(4), added: 4))
        log.look(page([record(1), record(2), record(3), record(4)], added: 4))
        log.losses = [id(4).milliseconds...id(5).milliseconds]
        log.look(StreamPage(records: [], lastID: id(3), added: 3))
        log.seal()
        watcher.pump(&log)
        watcher.take(page([record(1), record(2), record(3)], last: 3), &log)
        #expect(watcher.words == ["gap ?", "line 1", "line 2", "line 3"])
    }

    @Test("A stream that is deleted while a viewer waits for the log to come as far is noticed")
    func deletedAhead() {
        var log = self.log(1...3)
        var watcher = Watcher(.after(id(6)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], lastID: id(6)), &log)
        #expect(watcher.request != nil)
        watcher.take(StreamPage(records: [], anchor: .deleted, lastID: id(4)), &log)
        #expect(watcher.words.first == "gap ?")
    }

    @Test("Who waits for a look is not forgotten when another one ends that had begun before")
    func awaiting() {
        var log = self.log(1...3)
        let behind = log.beginLook() ?? .zero
        var watcher = Watcher(.after(EntryID(milliseconds: 5, sequence: 0)))
        watcher.look = { _ in }
        watcher.pump(&log, writes: 1)
        #expect(log.isAwaited)
        log.isAwaited = false
        _ = log.endLook(StreamPage(records: []), after: behind, at: moment())
        watcher.pump(&log)
        #expect(log.isAwaited)
        #expect(watcher.request == nil)
        log.look()
        watcher.pump(&log)
        #expect(watcher.request != nil)
    }

    // MARK: The end

    @Test("Who has seen the end is told that it is over, whatever others have written behind it", arguments: [2, 3])
    func over(last: Int) {
        var log = TopicLog.loaded([record(1), record(2, kind: .end)])
        log.look(page([foreign(3, "late")], added: 3))
        log.look(at: moment(300))
        var watcher = Watcher(.after(id(last)))
        watcher.pump(&log)
        #expect(watcher.isClosed)
        #expect(watcher.words == [])
    }

    @Test("From now, once it has ended: the end, and no gap", arguments: [true, false])
    func nowAfterEnd(isInRing: Bool) {
        var log = isInRing ? self.log(1...3) : small(1...3)
        log.receive(record(4, kind: .end))
        log.seal()
        for number in 5...(isInRing ? 6 : 20) { log.look(page([foreign(number, "late \(number)")], added: number)) }
        log.look(at: moment(300))
        var watcher = Watcher(.now)
        watcher.pump(&log)
        if watcher.request != nil { watcher.take(page([record(4, kind: .end)], last: 20, anchor: .trimmed), &log) }
        #expect(watcher.words == ["end"])
        #expect(watcher.isClosed)
    }
}
