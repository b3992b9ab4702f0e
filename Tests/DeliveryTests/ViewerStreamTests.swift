//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("How a viewer goes on from the stream")
struct ViewerStreamTests {
    @Test("A viewer that falls off the ring goes on from the stream where it stood, and then from the ring")
    func fallingBehind() {
        var log = TopicLog.small(1...3)
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

    @Test("It is known of each viewer that comes back whether something was missing")
    func recovery() {
        var log = TopicLog.small(1...9)
        var here = Watcher(.after(id(9)))
        here.pump(&log)
        #expect(here.isRecovered == true)
        var behind = Watcher(.after(id(2)))
        behind.pump(&log)
        #expect(behind.isRecovered == nil)
        behind.take(page((3...9).map { record($0) }), &log)
        #expect(behind.isRecovered == true)
        #expect(behind.words.count == 7)
        var late = Watcher(.after(id(2)))
        late.pump(&log)
        late.take(page((6...9).map { record($0) }, gone: 5, anchor: .trimmed), &log)
        #expect(late.isRecovered == false)
        #expect(late.words.first == "gap ?")
        var new = Watcher(.beginning)
        new.pump(&log)
        new.take(page((1...9).map { record($0) }), &log)
        #expect(new.isRecovered == nil)
    }

    @Test("A viewer that began now, and has seen nothing, goes on from there", arguments: [true, false])
    func stalledFromNow(isAfterThird: Bool) {
        var log = TopicLog.small(1...3)
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
        var log = TopicLog.small(1...3)
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
        var log = TopicLog.small(1...3)
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
        var log = TopicLog.small(1...3)
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

    @Test("A page that could not be read is not read again before the pause is over, whatever comes meanwhile")
    func pause() {
        var log = TopicLog.small(1...10)
        var state = ViewerState(query: ViewerQuery(start: .after(id(1))))
        func isReading(_ log: inout TopicLog) -> Bool { if case .read = state.next(&log) { true } else { false } }
        _ = state.next(&log)
        log.look()
        #expect(isReading(&log))
        state.takeFailure()
        log.receive(record(11))
        log.seal()
        #expect(!isReading(&log))
        state.resume()
        #expect(isReading(&log))
    }

    // MARK: Another stream

    @Test("An id above the stream's last is a gap, and then everything that the stream has")
    func aboveTheLast() {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.after(id(1000)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], anchor: .deleted, lastID: id(3)), &log)
        #expect(watcher.words == ["gap ?", "line 1", "line 2", "line 3"])
    }

    @Test("The greatest id that there can be is read like any other, once")
    func greatest() {
        var log = TopicLog.holding(1...3)
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

    @Test("A stream that ends days before is not the one whose latest entries were lost, but another one")
    func anewFromBelow() {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.now)
        watcher.pump(&log)
        log.losses = [id(1).milliseconds...id(5).milliseconds]
        var other = record(1)
        other.id = EntryID(milliseconds: 1000, sequence: 1)
        log.look(StreamPage(records: [], lastID: other.id, added: 1))
        log.look(page([other], added: 1))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["gap ?", "line 1"])
    }

    @Test("A stream that is deleted while a viewer waits for the log to come as far is noticed")
    func deletedAhead() {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.after(id(6)))
        watcher.pump(&log)
        watcher.take(StreamPage(records: [], lastID: id(6)), &log)
        #expect(watcher.request != nil)
        watcher.take(StreamPage(records: [], anchor: .deleted, lastID: id(4)), &log)
        #expect(watcher.words.first == "gap ?")
    }

    @Test("Who waits for a look is not forgotten when another one ends that had begun before")
    func awaiting() {
        var log = TopicLog.holding(1...3)
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
}
