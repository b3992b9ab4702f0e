//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Delivery

@Suite("Entries that a log has not read")
struct UnreadEntriesTests {
    /// A log whose ring keeps few frames.
    private func small(_ numbers: ClosedRange<Int> = 1...1) -> TopicLog {
        var log = TopicLog(limits: .init(frames: 4, bytes: 1 << 20, batchBytes: 200))
        log.load(page(numbers.prefix(1).map { record($0) }, added: 1), at: moment())
        for number in numbers.dropFirst() {
            log.receive(record(number))
            log.seal()
        }
        return log
    }

    @Test("One that went with all before it is told of, also where numbers have told of a hole of unknown size")
    func behindNumbers() {
        var log = TopicLog.loaded()
        var second = record(2)
        second.seq = 1
        log.look(page([record(1), second], last: 3, added: 3, isFull: true))
        log.look(StreamPage(records: [], lastID: id(3), added: 3))
        log.look(page([foreign(4, "d")], added: 4, gone: 3, anchor: .trimmed))
        log.look(at: moment(300))
        #expect(log.seen() == ["line 1", "gap ?", "line 2", "gap ?", "d"])
    }

    @Test("One that went is told of by the stream's last id where Redis does not count")
    func withoutCounter() {
        var log = TopicLog()
        log.load(page([foreign(1, "a")]), at: moment())
        log.look(StreamPage(records: [], lastID: id(3)))
        log.look(page([foreign(4, "d")]))
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "gap ?", "d"])
    }

    @Test("They come to a viewer from the ring, not by a page that has them already")
    func pageAhead() {
        var log = small(1...10)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        watcher.take(page((1...12).map { record($0) }), &log)
        #expect(watcher.words == (1...10).map { "line \($0)" })
        log.look(page([record(11), record(12)], added: 12))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == (1...12).map { "line \($0)" })
    }

    @Test("They are not taken to be gone when the ring has moved beyond them since the page was asked for")
    func pageBehindRing() {
        var log = TopicLog(limits: .init(frames: 4, bytes: 1 << 20, batchBytes: 200))
        log.load(StreamPage(records: []), at: moment())
        var watcher = Watcher(.after(id(1)))
        watcher.pump(&log)
        for number in 2...8 {
            log.look(page([record(number)], added: number))
            log.seal()
        }
        let all = page((2...8).map { record($0) }, anchor: .trimmed)
        watcher.take(all, &log)
        #expect(watcher.words == [])
        watcher.take(all, &log)
        #expect(watcher.words == ["gap ?"] + (2...8).map { "line \($0)" })
    }

    @Test("A gap that only a viewer's own numbers show stands in front of the number that shows it")
    func gapInPlace() {
        var log = TopicLog()
        log.load(page([foreign(8, "h"), foreign(9, "i"), record(10)], added: 10, isFull: true), at: moment())
        log.seal()
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        watcher.take(page([foreign(7, "g"), foreign(8, "h")], last: 10), &log)
        #expect(watcher.words == ["g", "h", "i", "gap 9", "line 10"])
    }

    @Test("The last records are those that are there when the viewer comes, once each")
    func latest() {
        var log = TopicLog.loaded([record(1)])
        var watcher = Watcher(.tail(1))
        watcher.look = { $0.look(page([foreign(2, "b")], added: 2)) }
        watcher.pump(&log)
        watcher.take(page([foreign(2, "b")]), &log)
        watcher.take(StreamPage(records: [], lastID: id(2)), &log)
        #expect(watcher.words == ["b"])
        log.look(at: moment(300))
        log.look(page([foreign(3, "c")], added: 3), at: moment(300))
        log.look(at: moment(600))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["b", "c"])
    }

    @Test("Who begins with the last records waits until all pages are read")
    func latestOfMany() {
        var log = TopicLog.loaded([record(1)])
        var watcher = Watcher(.tail(1))
        watcher.look = { $0.look(page([record(2)], last: 3, added: 3, isFull: true)) }
        watcher.pump(&log)
        #expect(watcher.words == [])
        log.look(page([record(3)], added: 3))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 3"])
    }

    @Test("A message that names one of a stream that is gone comes in front of the new stream, in its order")
    func formerStream() {
        var log = TopicLog.loaded([record(5)], added: 5)
        _ = log.receive(message("x"), at: moment())
        _ = log.receive(payload(record(7), after: id(6)), at: moment())
        _ = log.receive(message("y"), at: moment())
        let needsLook = log.look(StreamPage(records: [], lastID: id(2), added: 2))
        #expect(needsLook)
        #expect(log.seen() == ["gap ?", "x", "line 7"])
    }

    @Test("A message whose entry is in the first page is not taken for that of a later record")
    func earlyMessage() {
        var log = TopicLog()
        _ = log.receive(message("a"), at: moment())
        log.load(page([foreign(1, "a"), foreign(2, "b")], added: 9, isFull: true), at: moment())
        _ = log.receive(message("a"), at: moment())
        log.look(at: moment(10))
        log.look(at: moment(300))
        #expect(log.seen() == ["a", "b", "a"])
    }
}
