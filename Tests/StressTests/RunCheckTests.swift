//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import stepcast_stress

@Suite("What the stress test finds wrong")
struct RunCheckTests {
    private let run = Run(name: "stress-1-0", length: 40, salt: 7)

    @Test("A run that comes whole and in order is faultless, with each filter", arguments: Level.allCases)
    func whole(level: Level) throws {
        var check = RunCheck(run: self.run, level: level)
        while !check.isDone {
            let seq = self.run.next(after: check.last, level: level)
            #expect(check.see(try self.event(seq), isEnd: seq == 40).isEmpty)
            #expect(check.last == seq)
        }
    }

    @Test("Each way to go wrong has its name")
    func faults() throws {
        #expect(try self.kinds([1, 2, 2]) == [.repeated])
        #expect(try self.kinds([1, 2, 4]) == [.lost])
        #expect(try self.kinds([1, 2, 4, 3]) == [.lost, .outOfOrder])
        #expect(try self.kinds([1, 3, 2, 2]) == [.lost, .outOfOrder, .repeated])
        #expect(try self.kinds([1, 40]) == [.lost])
        #expect(try self.kinds([40, 40]) == [.lost, .repeated])
    }

    @Test("A level that was not asked for is noticed")
    func filter() throws {
        let severe = self.run.next(after: 0, level: .error)
        try #require(severe > 1)
        #expect(try self.kinds([1, severe], level: .error) == [.protocolError])
    }

    @Test("A text, a level or an id that is not as it was written is noticed")
    func changed() throws {
        let event = try self.event(1)
        for changed in [
            event.data.replacing("Step 1", with: "Step 2"), event.data.replacing("stress-1-0", with: "stress-1-1"),
            event.data.replacing(self.run.level(1).name, with: "LOUD"), String(event.data.dropLast(60)),
        ] {
            var check = RunCheck(run: self.run, level: .debug)
            #expect(!check.see(EventStream.Event(id: event.id, data: changed), isEnd: false).isEmpty, "\(changed)")
        }
        var check = RunCheck(run: self.run, level: .debug)
        #expect(check.see(event, isEnd: false).isEmpty)
        let second = EventStream.Event(id: event.id, data: try self.event(2).data)
        #expect(check.see(second, isEnd: false).map(\.kind) == [.changed])
        #expect(check.see(EventStream.Event(id: nil, data: event.data), isEnd: false).map(\.kind) == [.protocolError])
    }

    @Test("An id without an event moves the cursor of a filtered viewer, and of no other")
    func cursor() throws {
        let id = try #require(EntryID("1700000000000-9"))
        var filtered = RunCheck(run: self.run, level: .critical)
        #expect(filtered.see(cursor: id) == nil)
        #expect(filtered.cursor == id)
        #expect(filtered.see(cursor: id)?.kind == .protocolError)
        var unfiltered = RunCheck(run: self.run, level: .debug)
        #expect(unfiltered.see(cursor: id)?.kind == .protocolError)
    }

    private func kinds(_ seqs: [Int], level: Level = .debug) throws -> [Violation.Kind] {
        var check = RunCheck(run: self.run, level: level)
        return try seqs.flatMap { check.see(try self.event($0), isEnd: $0 == 40).map(\.kind) }
    }

    /// As the gateway sends it.
    private func event(_ seq: Int) throws -> EventStream.Event {
        let time = "2023-09-21T14:40:00.123Z"
        let end = #","timestamp":"\#(time)","channel":"browser_use_logs:stress-1-0"}"#
        var text =
            #"{"type":"log","data":{"level":"\#(self.run.level(seq).name)","message":"\#(self.run.message(seq))","#
        text += #""source":"browser-agent","request_id":"stress-1-0","timestamp":"\#(time)","log_source":"logger","#
        text += #""seq":\#(seq)}"# + end
        if seq == 40 {
            text = #"{"type":"end","data":{"request_id":"stress-1-0","status":"completed","#
            text += #""result":"all of stress-1-0","steps":40}"# + end
        }
        let id = try #require(EntryID("17000000000\(10 + seq)-0"))
        return EventStream.Event(id: id, data: text)
    }
}
