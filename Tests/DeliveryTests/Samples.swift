//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
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

/// The message that our script publishes.
func payload(_ record: LogRecord, after previous: EntryID? = nil) -> ByteBuffer {
    var text = String(decoding: record.payload, as: UTF8.self)
    if let previous, let tail = text.range(of: #","id":"#, options: .backwards) {
        text.insert(contentsOf: #","prev":"\#(previous)""#, at: tail.lowerBound)
    }
    return ByteBuffer(string: text)
}

/// A message of a publisher that knows no ids.
func message(_ text: String) -> ByteBuffer {
    ByteBuffer(string: #"{"agent_name":"Their Agent","msg":"\#(text)","timestamp":1695307200.5}"#)
}

func page(
    _ records: [LogRecord],
    last: Int? = nil,
    added: Int? = nil,
    gone: Int? = nil,
    anchor: StreamPage.Anchor = .present,
    isFull: Bool = false
) -> StreamPage {
    let lastID = last.map { id($0) } ?? records.compactMap(\.id).max()
    return StreamPage(records: records, isFull: isFull, anchor: anchor, lastID: lastID, added: added, gone: gone)
}

/// A moment so many milliseconds after the samples' first.
func moment(_ milliseconds: Int64 = 0) -> Moment {
    Moment(uptime: 1_000_000 + milliseconds, wall: UInt64(1_695_307_200_000 + milliseconds))
}

extension TopicLog {
    init(limits: FrameRing.Limits = .init()) {
        self.init(name: .run(run), prefix: "browser_use_logs", limits: limits)
    }

    /// A log that has read a stream.
    static func loaded(_ records: [LogRecord] = [], added: Int? = nil, isFull: Bool = false) -> Self {
        var log = Self()
        log.load(page(records, added: added ?? records.count, isFull: isFull), at: moment())
        return log
    }

    /// A log that has read these records of ours, and shows them.
    static func holding(_ numbers: ClosedRange<Int>, limits: FrameRing.Limits = .init()) -> Self {
        var log = Self(limits: limits)
        log.load(page(numbers.map { record($0) }, added: numbers.upperBound), at: moment())
        log.seal()
        return log
    }

    /// The same, whose ring keeps few frames.
    static func small(_ numbers: ClosedRange<Int>) -> Self {
        let first = numbers.lowerBound
        var log = holding(first...first, limits: .init(frames: 4, bytes: 1 << 20, batchBytes: 200))
        for number in numbers.dropFirst() {
            log.receive(record(number))
            log.seal()
        }
        return log
    }

    /// Gives a message that is in no stream.
    mutating func give(_ text: String) {
        _ = receive(message(text), at: moment())
        look(at: moment())
        look(at: moment(200))
        seal()
    }

    /// Looks into a stream that has these entries behind what was read.
    @discardableResult
    mutating func look(_ page: StreamPage = StreamPage(records: []), at now: Moment = moment()) -> Bool {
        let id = beginLook() ?? .zero
        return endLook(page, after: id, at: now)
    }

    /// Takes the messages of our script for records that follow one another.
    @discardableResult
    mutating func receive(_ records: LogRecord...) -> Bool {
        var needsLook = false
        for record in records {
            needsLook = self.receive(payload(record, after: position.id), at: moment()) || needsLook
        }
        return needsLook
    }

    /// Everything that a viewer sees from an index on, as short words: the line, `gap`, `end`.
    mutating func seen(from start: Int = 0, level: LogLevel = .debug, since first: Int = 0) -> [String] {
        seal()
        var index = max(start, ring.startIndex)
        var words: [String] = []
        while let slice = read(from: index, level: level, seen: SeenFrames(since: first)) {
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
            case .log(let log, _): return log.message
            case .gap(let gap): return "gap \(gap.missed.map(String.init) ?? "?")"
            case .end: return "end"
            case .screenshot: return "screenshot"
            default: return "other"
            }
        }
    }
}
