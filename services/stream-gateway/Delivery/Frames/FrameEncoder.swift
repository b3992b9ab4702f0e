//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Keys
package import NIOCore

/// Encodes the records of a run or a batch as Server-Sent Events, once for all viewers.
package struct FrameEncoder {
    private let name: Subject
    private let keys: Keyspace
    private var payloads: PayloadEncoder

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    package init(name: Subject, prefix: String) {
        self.name = name
        keys = Keyspace(prefix: prefix)
        payloads = PayloadEncoder(name: name, prefix: prefix)
    }

    /// Appends the event of a channel's message.
    mutating func append(payload: ByteBuffer, to bytes: inout ByteBuffer) -> Frame {
        if let frame = payloads.append(payload, to: &bytes) { return frame }
        return self.append(self.record(payload: payload), to: &bytes)
    }

    /// The record of a channel's message, whoever published it.
    func record(payload: ByteBuffer) -> LogRecord {
        switch name {
        case .run(let requestID):
            return LogRecord(payload: payload.readableBytesView, requestID: requestID, receivedAt: .now())
        case .batch(let batchID):
            let named = (try? JSONValue(parsing: payload.readableBytesView))?["request_id"]?.string
            let requestID = named.flatMap(Identifier.init(rawValue:)) ?? batchID
            return LogRecord(payload: payload.readableBytesView, requestID: requestID, receivedAt: .now())
        }
    }

    /// Appends the event of a record.
    package func append(_ record: LogRecord, to bytes: inout ByteBuffer) -> Frame {
        let channel = name.channel(of: record, in: keys)
        bytes.append(event: StreamEvent(record, channel: channel), id: record.id)
        return Frame(
            id: record.id,
            number: name.number(of: record),
            level: record.level,
            kind: name.kind(of: record)
        )
    }

    /// Appends the event that stands for records that are gone.
    ///
    /// - Parameters:
    ///   - after: The last record before them, when there is one.
    ///   - before: The first record behind them, when there is one.
    ///   - missed: How many they are, when that is known.
    package func appendGap(after: EntryID?, before: EntryID?, missed: Int?, to bytes: inout ByteBuffer) {
        let gap = StreamEvent.Gap(
            name,
            after: after?.description,
            before: before?.description,
            missed: missed,
            timestamp: .now()
        )
        bytes.append(event: .gap(gap))
        DeliveryCounts.gaps.add()
    }
}

extension ByteBuffer {
    /// Appends an event. Only durable records have an id: what cannot be replayed must not move a viewer's cursor.
    mutating func append(event: StreamEvent, id: EntryID? = nil) {
        let json = event.json
        reserveCapacity(minimumWritableBytes: json.count + 64)
        if let id { writeString("id: \(id)\n") }
        // Our JSON is one line.
        writeStaticString("data: ")
        writeBytes(json)
        writeStaticString("\n\n")
    }

    /// Appends an id without an event, which moves a viewer's cursor past records that it does not want to see
    /// (WHATWG HTML, section 9.2.6: an empty event sets the last event id and is not dispatched).
    mutating func append(cursor id: EntryID) {
        writeString("id: \(id)\n\n")
    }

    /// An event of its own.
    init(event: StreamEvent) {
        self.init()
        append(event: event)
    }
}
