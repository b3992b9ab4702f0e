//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Hummingbird
import JSON
import Keys
import NIOCore
import Redis
import ServiceLifecycle

/// A run's records for one viewer, in the terms of another protocol. Unlike our own format, which is encoded once for all
/// viewers, each of these reads the stream for itself.
struct TranslatedStream: Sendable {
    let redis: RedisClient
    let stream: String
    let requestID: Identifier
    let level: LogLevel
    let heartbeat: Duration

    /// How often the stream is looked into.
    private static let interval = Duration.milliseconds(200)
    private static let page = 200

    /// How many entries before its place tell a viewer that comes back which step goes on.
    private static let lookBack = 200

    /// Writes until the end, or until the viewer goes, which the next write finds out.
    ///
    /// - Parameters:
    ///   - start: Behind which entry it begins; `nil` for the beginning.
    ///   - expiry: When the viewer's token ends.
    func write(
        _ translator: any StreamTranslator,
        after start: EntryID?,
        until expiry: Timestamp?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var translator = translator
        var cursor = start.map { "\($0)" } ?? "0-0"
        var seq: Int?
        var opening = ByteBuffer()
        if start == nil {
            for event in translator.beginning() { Self.append(event.text, id: nil, to: &opening) }
        } else {
            (translator.step, seq) = (try? await before(cursor)) ?? (0, nil)
        }
        opening.writeString(":\n\n")
        try await writer.write(opening)
        var wrote = ContinuousClock.now
        while !Task.isCancelled, !Task.isShuttingDownGracefully, expiry.map({ $0 > .now() }) ?? true {
            let command = RedisCommand("XRANGE", stream, "(\(cursor)", "+", "COUNT", "\(Self.page)")
            // While Redis is away, the viewer waits.
            let entries = (try? await redis.send(command).as([RedisStreamEntry].self)) ?? []
            for entry in entries {
                guard let id = EntryID(entry.id) else { continue }
                cursor = entry.id
                let record = LogRecord(id: id, fields: entry.recordFields, requestID: requestID)
                var bytes = ByteBuffer()
                var events: [JSONValue] = []
                if let number = record.seq {
                    if let missed = seq.map({ number - $0 - 1 }) ?? (start == nil ? number - 1 : nil), missed > 0 {
                        let gap = StreamEvent.Gap(
                            .run(requestID),
                            after: nil,
                            before: entry.id,
                            missed: missed,
                            timestamp: .now()
                        )
                        events = translator.events(of: .gap(gap), id: entry.id)
                    }
                    seq = number
                }
                if record.kind != .log || record.level >= level {
                    events += translator.events(of: StreamEvent(record, channel: stream), id: entry.id)
                }
                // The id comes with the last one, so that none is left out when the connection ends in between.
                for (index, event) in events.enumerated() {
                    Self.append(event.text, id: index + 1 == events.count ? entry.id : nil, to: &bytes)
                }
                if record.kind == .end, let last = translator.last { Self.append(last, id: nil, to: &bytes) }
                if bytes.readableBytes > 0 {
                    try await writer.write(bytes)
                    wrote = .now
                }
                if record.kind == .end { return }
            }
            if wrote.duration(to: .now) >= heartbeat {
                try await writer.write(ByteBuffer(string: ":\n\n"))
                wrote = .now
            }
            if entries.count < Self.page { try await Task.sleep(for: Self.interval) }
        }
    }

    /// The step that went on at an entry, and the entry's number.
    private func before(_ cursor: String) async throws -> (step: Int, seq: Int?) {
        let command = RedisCommand("XREVRANGE", stream, cursor, "-", "COUNT", "\(Self.lookBack)")
        let entries = try await redis.send(command).as([RedisStreamEntry].self)
        let step = entries.lazy.compactMap { $0["step"].flatMap { Int($0) } }.first ?? 0
        return (step, entries.first?["seq"].flatMap { Int($0) })
    }

    private static func append(_ data: String, id: String?, to bytes: inout ByteBuffer) {
        if let id { bytes.writeString("id: \(id)\n") }
        bytes.writeString("data: \(data)\n\n")
    }
}

extension RedisStreamEntry {
    private static let names = [
        "msg", "agent_name", "request_id", "timestamp", "source", "level", "seq", "kind", "batch_id", "step", "action",
        "url", "duration_ms", "data",
    ]

    /// The fields of a record.
    fileprivate var recordFields: [(name: String, value: String)] {
        Self.names.compactMap { name in self[name].map { (name, $0) } }
    }
}
