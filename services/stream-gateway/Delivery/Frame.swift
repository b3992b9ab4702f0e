//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
public import NIOCore
import ServerSentEvents

/// A record as viewers get it: encoded once, then shared by all of them.
public struct Frame: Sendable {
    /// The stream entry's id. `nil` for a record that was published without being stored.
    public var id: EntryID?

    /// The record's number in its run.
    public var seq: Int?

    /// What the level filter looks at.
    public var level: LogLevel

    /// What the record says; `end` is a run's last.
    public var kind: RecordKind

    /// The Server-Sent Event.
    public var bytes: ByteBuffer

    /// Encodes a record.
    public init(_ record: LogRecord, channel: String) {
        self.id = record.id
        self.seq = record.seq
        self.level = record.level
        self.kind = record.kind
        self.bytes = ByteBuffer(event: StreamEvent(record, channel: channel), id: record.id)
    }
}

extension ByteBuffer {
    /// An event as it goes over the wire. Only durable records have an id: what cannot be replayed must not move a
    /// viewer's cursor.
    public init(event: StreamEvent, id: EntryID? = nil) {
        let json = event.json
        var output: [UInt8] = []
        output.reserveCapacity(json.count + 64)
        EventEncoder.append(data: json, id: id?.description, to: &output)
        self.init(bytes: output)
    }
}
