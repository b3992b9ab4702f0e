//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

@testable import Delivery

let run: Identifier = {
    guard let run = Identifier(rawValue: "run-1") else { fatalError("run-1 is an identifier") }
    return run
}()
let channel = "browser_use_logs:run-1"

func id(_ number: Int) -> EntryID { EntryID(milliseconds: 1_695_307_200_000 + UInt64(number), sequence: 0) }

/// The record of that number, as our own publisher writes it.
func record(_ number: Int, message: String? = nil, level: LogLevel = .info, kind: RecordKind = .log) -> LogRecord {
    LogRecord(
        id: id(number),
        message: message ?? "line \(number)",
        requestID: run,
        timestamp: Timestamp(milliseconds: 1_695_307_200_000 + Int64(number)),
        level: level,
        seq: number,
        kind: kind
    )
}

/// An entry of a publisher that gives no numbers.
func foreign(_ number: Int, _ message: String) -> LogRecord {
    LogRecord(
        id: id(number),
        message: message,
        requestID: run,
        timestamp: Timestamp(milliseconds: 1_695_307_200_000 + Int64(number))
    )
}

func payload(_ record: LogRecord) -> ByteBuffer { ByteBuffer(bytes: record.payload) }

func page(
    _ records: [LogRecord],
    last: Int? = nil,
    added: Int? = nil,
    isFull: Bool = false
) -> StreamReader.Page {
    let lastID = last.map { id($0) } ?? records.compactMap(\.id).max()
    return StreamReader.Page(records: records, lastID: lastID, entriesAdded: added, isFull: isFull)
}

extension TopicLog {
    init(limits: FrameRing.Limits = .init()) {
        self.init(name: .run(run), prefix: "browser_use_logs", limits: limits)
    }

    /// Takes a page that was asked for just now.
    mutating func follow(_ page: StreamReader.Page, at now: ContinuousClock.Instant) -> Following {
        self.follow(page, after: self.position, at: now)
    }

    /// Everything that a viewer sees from an index on, as short words: the line, `gap`, `end`.
    mutating func seen(from start: Int = 0, level: LogLevel = .debug, liveFrom: Int = 0) -> [String] {
        self.seal()
        var index = max(start, self.ring.startIndex)
        var words: [String] = []
        while let slice = self.read(from: index, level: level, liveFrom: liveFrom) {
            words += slice.bytes.words
            index = slice.next
        }
        return words
    }
}

extension ByteBuffer {
    /// Its events as short words.
    var words: [String] {
        String(buffer: self).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("data: ") else { return nil }
            switch StreamEvent(json: line.dropFirst(6).utf8) {
            case .log(let log): return log.message
            case .gap(let gap): return "gap \(gap.missed.map(String.init) ?? "?")"
            case .end: return "end"
            case .screenshot: return "screenshot"
            default: return "other"
            }
        }
    }
}

extension StreamCursor {
    mutating func check(_ record: LogRecord?) { self.check(record, number: record?.seq) }

    mutating func take(_ record: LogRecord) -> (after: EntryID?, missed: Int?)? {
        self.take(record, number: record.seq)
    }
}
