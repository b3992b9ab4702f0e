//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("Where a viewer begins and ends")
struct ViewerStateTests {
    @Test("From the start: everything, then what comes")
    func beginning() {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.beginning)
        watcher.pump(&log)
        log.receive(record(4))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 1", "line 2", "line 3", "line 4"])
    }

    @Test("From now: what comes next")
    func now() {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.now)
        watcher.pump(&log)
        log.receive(record(4))
        log.seal()
        watcher.pump(&log)
        #expect(watcher.words == ["line 4"])
    }

    @Test("The last few, be there as many or not", arguments: [1, 2, 3, 10])
    func tail(count: Int) {
        var log = TopicLog.holding(1...3)
        var watcher = Watcher(.tail(count))
        watcher.pump(&log)
        #expect(watcher.words == (1...3).suffix(count).map { "line \($0)" })
    }

    @Test("More of the last ones than the ring has are read from the stream, and again if that fails")
    func longTail() {
        var log = TopicLog.small(1...10)
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
        var log = TopicLog.holding(1...5)
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
        var log = isInRing ? TopicLog.holding(1...3) : TopicLog.small(1...3)
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
