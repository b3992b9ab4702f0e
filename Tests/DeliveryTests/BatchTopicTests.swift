//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("A batch that is watched")
struct BatchTopicTests {
    private let prefix = "browser_use_logs"

    private func batch() throws -> Subject { .batch(try Identifier("b-1")) }

    private func loaded(_ records: [LogRecord] = []) throws -> TopicLog {
        var log = TopicLog(name: try self.batch(), prefix: prefix)
        log.load(page(records, added: records.count), at: moment())
        return log
    }

    /// The record of that number in the batch, from one of its runs.
    private func entry(
        _ number: Int,
        run: String,
        seq: Int,
        kind: RecordKind = .log,
        level: LogLevel = .info,
        data: JSONValue? = nil
    ) throws -> LogRecord {
        LogRecord(
            id: id(number),
            message: "\(run) says \(seq)",
            requestID: try Identifier(run),
            timestamp: Timestamp(milliseconds: 1_695_307_200_000 + Int64(number)),
            level: level,
            seq: seq,
            batchID: try Identifier("b-1"),
            batchSeq: number,
            kind: kind,
            data: data
        )
    }

    @Test("Each event names its own run and that run's channel, whether it was copied or parsed")
    func names() throws {
        for data in [nil, JSONValue.object(["a": .integer(1)])] {
            let record = try entry(1, run: "run-7", seq: 3, data: data)
            var encoder = FrameEncoder(name: try batch(), prefix: prefix)
            var bytes = ByteBuffer()
            let frame = encoder.append(payload: payload(record), to: &bytes)
            var expected = ByteBuffer()
            expected.append(event: StreamEvent(record, channel: "browser_use_logs:run-7"), id: record.id)
            #expect(String(buffer: bytes) == String(buffer: expected))
            #expect(frame == Frame(id: id(1), number: 1, level: .info, kind: .record))
        }
    }

    @Test("Records of all runs follow by the batch's numbers, whatever their own are")
    func order() throws {
        var log = try loaded()
        let needsNoStream = log.receive(
            try entry(1, run: "a", seq: 1),
            try entry(2, run: "b", seq: 1),
            try entry(3, run: "a", seq: 2)
        )
        #expect(!needsNoStream)
        #expect(log.seen() == ["a says 1", "b says 1", "a says 2"])
        let needsStream = log.receive(payload(try entry(5, run: "a", seq: 3), after: id(4)), at: moment())
        #expect(needsStream)
    }

    @Test("A hole in the batch's numbers is told once")
    func gap() throws {
        var log = try loaded([try entry(1, run: "a", seq: 1)])
        log.look(page([try entry(4, run: "b", seq: 1)], added: 4))
        #expect(log.seen() == ["a says 1", "gap 2", "b says 1"])
    }

    @Test("A run's end is seen through every filter and ends nothing; the batch's end does")
    func ends() throws {
        var log = try loaded([
            try entry(1, run: "a", seq: 1),
            try entry(2, run: "a", seq: 2, kind: .end),
        ])
        log.seal()
        let found = log.read(from: 0, level: .critical, seen: SeenFrames(since: 0))
        let slice = try #require(found)
        #expect(slice.bytes.words == ["end"])
        #expect(!slice.hasEnd)
        let needsStream = log.receive(try entry(3, run: "b-1", seq: 3, kind: .batchEnd))
        #expect(!needsStream)
        log.seal()
        let next = log.read(from: slice.next, level: .critical, seen: SeenFrames(since: 0))
        let last = try #require(next)
        #expect(last.hasEnd)
        #expect(String(buffer: last.bytes).contains(#""type":"batch_end""#))
    }

    @Test("What has no id is a doorbell and nothing to be shown")
    func doorbell() throws {
        var log = try loaded()
        let needsStream = log.receive(ByteBuffer(string: "a says 1"), at: moment())
        #expect(needsStream)
        log.look(page([try entry(1, run: "a", seq: 1)], added: 1), at: moment(5_000))
        #expect(log.seen() == ["a says 1"])
    }
}
