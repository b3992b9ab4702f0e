//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis
import ServerSentEvents

@testable import Delivery

extension FuzzTarget {
    /// A message of a channel, to the frame of each viewer.
    static let payloads = FuzzTarget(name: "payloads") { input throws(BrokenPromise) in
        let payload = ByteBuffer(bytes: input)
        for subject in subjects {
            let encoder = FrameEncoder(name: subject, prefix: prefix)
            var fast = PayloadEncoder(name: subject, prefix: prefix)
            var copied = ByteBuffer()
            // Both read the clock where a payload has no time of its own; such a payload is not copied.
            let frame = fast.append(payload, to: &copied)
            let record = encoder.record(payload: payload)
            if let frame {
                var parsed = ByteBuffer()
                try promise(encoder.append(record, to: &parsed) == frame, "the frame is another when it is parsed")
                try promise(copied == parsed, "the event is another when it is parsed")
            } else {
                try promise(copied.readableBytes == 0, "bytes were written though the payload was not copied")
            }
            try check(record, of: subject)
            _ = PayloadLink(payload)
        }
    }

    /// An entry of a stream, whose fields are the lines of the input: a name, a value, a name, a value …
    static let entries = FuzzTarget(name: "entries") { input throws(BrokenPromise) in
        let fields = input.split(separator: 0x0A, maxSplits: 64, omittingEmptySubsequences: false)
        let reply = RESPValue.array([
            .bulkString(ByteBuffer(string: "1695307200123-4")),
            .array(fields.map { $0 == [0] ? .omitted(byteCount: 1 << 30) : .bulkString(ByteBuffer(bytes: $0)) }),
        ])
        for subject in subjects {
            guard let entry = StreamEntry(reply) else { throw BrokenPromise(description: "the entry is none") }
            let record = entry.record(of: subject)
            try check(record, of: subject)
            var fast = EntryEncoder(name: subject, prefix: prefix)
            var copied = ByteBuffer()
            guard let frame = fast.append(reply, largest: 1 << 20, to: &copied) else {
                try promise(copied.readableBytes == 0, "bytes were written though the entry was not copied")
                continue
            }
            var read = ByteBuffer()
            let expected = FrameEncoder(name: subject, prefix: prefix).append(record, to: &read)
            try promise(frame == expected && copied == read, "the event is another when the entry is read")
        }
    }

    private static let prefix = "browser_use_logs"
    private static let subjects: [Subject] = ["run-1", "b:1"].compactMap { Identifier(rawValue: $0) }
        .flatMap { [.run($0), .batch($0)] }

    /// Checks that a record survives each of its forms.
    private static func check(_ record: LogRecord, of subject: Subject) throws(BrokenPromise) {
        try promise(record.timestamp >= .earliest && record.timestamp <= .latest, "the time is \(record.timestamp)")
        let again = LogRecord(payload: record.payload, requestID: record.requestID, receivedAt: .earliest)
        try promise(again == record, "as a payload, \(record) becomes \(again)")
        if let id = record.id {
            let again = LogRecord(id: id, fields: record.fields, requestID: record.requestID)
            try promise(again == record, "as an entry, \(record) becomes \(again)")
        }
        var bytes = ByteBuffer()
        _ = FrameEncoder(name: subject, prefix: prefix).append(record, to: &bytes)
        var parser = EventParser()
        let events = parser.feed(bytes.readableBytesView)
        try promise(events.count == 1, "the record is \(events.count) events")
        guard let text = events.first?.data, let event = StreamEvent(json: text.utf8) else {
            throw BrokenPromise(description: "the record's event cannot be read")
        }
        try promise(event.json == Array(text.utf8), "the record's event is another when it is read: \(text)")
    }
}
