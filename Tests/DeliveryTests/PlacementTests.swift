//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("Where a viewer begins")
struct PlacementTests {
    private func log(_ numbers: ClosedRange<Int>, isFull: Bool = false, kind: RecordKind = .log) -> TopicLog {
        var log = TopicLog()
        var records = numbers.map { record($0) }
        records[records.count - 1].kind = kind
        log.load(page(records.reversed(), isFull: isFull), at: .now)
        log.seal()
        return log
    }

    /// What a viewer sees that asks so, with what it is told is gone; or where else it has to look.
    private func view(_ log: TopicLog, _ start: ViewerQuery.Start) -> [String] {
        var log = log
        switch log.placement(for: start) {
        case .ring(let index, let gap): return (gap?.words ?? []) + log.seen(from: index)
        case .stream(let id): return ["stream after \(id == .zero ? "0" : "\(id)")"]
        case .streamTail(let count): return ["stream tail \(count)"]
        case .over: return ["over"]
        }
    }

    @Test("With the beginning, when the ring has it")
    func beginning() {
        #expect(self.view(self.log(1...3), .beginning) == ["line 1", "line 2", "line 3"])
    }

    @Test("With a gap for what was trimmed before the beginning")
    func trimmedBeginning() {
        #expect(self.view(self.log(4...5), .beginning) == ["gap 3", "line 4", "line 5"])
    }

    @Test("In the stream, when the ring does not reach back to the beginning")
    func longHistory() {
        #expect(self.view(self.log(4...5, isFull: true), .beginning) == ["stream after 0"])
        #expect(self.view(self.log(4...5, isFull: true), .after(id(2))) == ["stream after \(id(2))"])
        #expect(self.view(self.log(4...5, isFull: true), .tail(3)) == ["stream tail 3"])
    }

    @Test("Behind the record that it has seen")
    func resumed() {
        #expect(self.view(self.log(1...3), .after(id(1))) == ["line 2", "line 3"])
        #expect(self.view(self.log(1...3), .after(id(3))) == [])
        #expect(self.view(self.log(4...5, isFull: true), .after(id(4))) == ["line 5"])
    }

    @Test("With a gap, when the record that it has seen is gone")
    func lostPosition() {
        #expect(self.view(self.log(4...5), .after(id(2))) == ["gap ?", "line 4", "line 5"])
    }

    @Test("In the stream, when it has seen more than this gateway")
    func aheadOfGateway() {
        #expect(self.view(self.log(1...3), .after(id(9))) == ["stream after \(id(9))"])
    }

    @Test("Nowhere, when it has seen the end; with the end, when it comes after it")
    func over() {
        let log = self.log(1...3, kind: .end)
        #expect(self.view(log, .after(id(3))) == ["over"])
        #expect(self.view(log, .after(id(2))) == ["end"])
        #expect(self.view(log, .now) == ["end"])
    }

    @Test("With what comes next, or with the last few")
    func nowAndTail() {
        #expect(self.view(self.log(1...3), .now) == [])
        #expect(self.view(self.log(1...3), .tail(2)) == ["line 2", "line 3"])
        #expect(self.view(self.log(1...3), .tail(9)) == ["line 1", "line 2", "line 3"])
    }

    @Test("Goes on in the ring only when that has come as far as the viewer, which would get records twice otherwise")
    func continuation() {
        var log = self.log(1...3, isFull: true)
        #expect(log.continuation(after: id(5), isAtEnd: true) == .ahead)
        #expect(log.continuation(after: id(0), isAtEnd: false) == .behind)
        for number in 4...6 { _ = log.receive(payload(record(number)), at: .now) }
        guard case .ring(let index) = log.continuation(after: id(5), isAtEnd: true) else {
            Issue.record("the ring has come further than the viewer")
            return
        }
        #expect(log.seen(from: index) == ["line 6"])
    }

    @Test("Nowhere, when it has seen the end before this gateway had it")
    func endSeenElsewhere() {
        var log = self.log(1...3)
        #expect(log.continuation(after: id(4), isAtEnd: true) == .ahead)
        _ = log.follow(page([record(4, kind: .end)]), at: .now)
        #expect(log.continuation(after: id(4), isAtEnd: true) == .over)
    }

    @Test("Counts what a tick has brought and not yet shown")
    func unsealed() {
        var log = self.log(1...3)
        _ = log.receive(payload(record(4)), at: .now)
        guard case .ring(let index, gap: nil) = log.placement(for: .after(id(4))) else {
            Issue.record("the record is there, though nobody has been shown it")
            return
        }
        #expect(log.seen(from: index) == [])
    }
}
