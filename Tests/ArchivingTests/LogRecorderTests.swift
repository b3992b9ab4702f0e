//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import NIOCore
import Testing

@testable import Archiving
@testable import Delivery

@Suite("What is recorded of a log")
struct LogRecorderTests {
    private let requestID: Identifier

    init() throws { requestID = try Identifier("r") }

    private func part(_ records: [LogRecord], gapInFront: Bool = false) -> FollowedPart {
        let encoder = FrameEncoder(name: .run(requestID), prefix: "p")
        var bytes = ByteBuffer()
        if gapInFront { encoder.appendGap(after: nil, before: nil, missed: 3, to: &bytes) }
        let frames = records.map { encoder.append($0, to: &bytes) }
        return FollowedPart(subject: .run(requestID), follow: 0, bytes: bytes, frames: frames[...], isEnd: false)
    }

    private func record(_ text: String, id: UInt64?, seq: Int? = nil, kind: RecordKind = .log) -> LogRecord {
        LogRecord(
            id: id.map { EntryID(milliseconds: $0, sequence: 0) },
            message: text,
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1234),
            level: .error,
            seq: seq,
            kind: kind
        )
    }

    @Test("Is each event as viewers get it, with its place, number, level and time")
    func plain() throws {
        var recorder = LogRecorder(.run(requestID), after: ArchiveCursor())
        let text = "a \"quoted\" \u{2028} \"timestamp\":\"x\" line"
        let records = recorder.take(part([record(text, id: 5, seq: 1), record("two", id: 6, seq: 2)]))
        #expect(records.map(\.place) == [1, 2])
        #expect(records.map(\.number) == [1, 2])
        #expect(records.allSatisfy { $0.level == .error && $0.time.milliseconds == 1234 && $0.kind == .record })
        guard case .log(let log, _) = StreamEvent(json: records[0].event.utf8) else {
            Issue.record("no log")
            return
        }
        #expect(log.message == text)
        #expect(recorder.cursor.id == EntryID(milliseconds: 6, sequence: 0))
        #expect(recorder.cursor.place == 2)
    }

    @Test("Has gaps and what is in no stream in its place")
    func others() {
        var recorder = LogRecorder(.run(requestID), after: ArchiveCursor())
        let records = recorder.take(part([record("lost", id: nil), record("two", id: 6, seq: 4)], gapInFront: true))
        #expect(records.map(\.kind) == [.gap, .record, .record])
        #expect(records.map(\.id?.milliseconds) == [nil, nil, 6])
        #expect(records[1].level == .error)
    }

    @Test("Begins a generation when ids or numbers go back, or the log goes on after its end")
    func generations() {
        var recorder = LogRecorder(.run(requestID), after: ArchiveCursor())
        _ = recorder.take(part([record("a", id: 5, seq: 1), record("b", id: 6, seq: 2)]))
        let lower = recorder.take(part([record("c", id: 3, seq: 1)]))
        #expect(lower.first?.generation == 1)
        let again = recorder.take(part([record("d", id: 7, seq: 1)]))
        #expect(again.first?.generation == 2)
        let end = recorder.take(part([record("e", id: 8, seq: 2, kind: .end)]))
        #expect(end.first?.kind == .end)
        #expect(recorder.cursor.isOver)
        let next = recorder.take(part([record("f", id: 9, seq: 3)], gapInFront: true))
        #expect(next.map(\.kind) == [.record], "nothing is missing behind an end")
        #expect(next.first?.generation == 3)
        #expect(!recorder.cursor.isOver)
    }

    @Test("Moves behind an id that comes without an event")
    func cursorAlone() {
        var recorder = LogRecorder(.run(requestID), after: ArchiveCursor())
        var bytes = ByteBuffer()
        bytes.append(cursor: EntryID(milliseconds: 9, sequence: 1))
        let empty = FollowedPart(subject: .run(requestID), follow: 0, bytes: bytes, frames: [], isEnd: false)
        #expect(recorder.take(empty).isEmpty)
        #expect(recorder.cursor.id == EntryID(milliseconds: 9, sequence: 1))
        #expect(recorder.cursor.place == 0)
    }
}
