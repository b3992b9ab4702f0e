//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LogRecord {
    /// The channel's payload: one JSON object, the documented five fields first and the entry's id last.
    ///
    /// Without an ``id`` this is what the publishing script completes with the id that the stream gave.
    public var payload: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256 + self.message.utf8.count)
        writer.field("agent_name", self.agentName)
        writer.field("msg", self.message)
        writer.field("request_id", self.requestID.rawValue)
        writer.field("timestamp", raw: self.timestamp.secondsText)
        writer.field("source", self.source)
        writer.field("level", self.level.rawValue)
        if let seq = self.seq { writer.field("seq", seq) }
        writer.field("kind", self.kind.rawValue)
        if let step = self.step { writer.field("step", step) }
        if let action = self.action { writer.field("action", action) }
        if let url = self.url { writer.field("url", url) }
        if let duration = self.durationMilliseconds { writer.field("duration_ms", duration) }
        if let data = self.data { writer.field("data", data) }
        if let id = self.id { writer.field("id", id.description) }
        return writer.finish()
    }

    /// Reads a message of the run's channel, whoever published it. It never fails: what is no JSON object becomes a
    /// line of that text, bytes that are not UTF-8 become U+FFFD, and a field of the wrong type counts as left out.
    ///
    /// - Parameters:
    ///   - payload: The message as it came.
    ///   - requestID: The run whose channel it came on. It wins over what the payload says of itself.
    ///   - now: The time of a record that has none of its own.
    public init(payload: some Collection<UInt8>, requestID: Identifier, receivedAt now: Timestamp) {
        let fields: PayloadFields?
        if payload.first(where: { !$0.isJSONWhitespace }) == UInt8(ascii: "{") {
            fields = try? JSONDecoder().decode(PayloadFields.self, from: Data(payload))
        } else {
            fields = nil
        }
        guard let fields else {
            self.init(
                message: String(decoding: payload, as: UTF8.self),
                requestID: requestID,
                timestamp: now,
                source: LogRecord.textSource
            )
            return
        }
        self.init(
            id: fields.id,
            // An object that says nothing in the expected place is shown whole rather than as an empty line.
            message: fields.message ?? String(decoding: payload, as: UTF8.self),
            agentName: fields.agentName ?? LogRecord.defaultAgentName,
            requestID: requestID,
            timestamp: fields.timestamp ?? now,
            source: fields.source ?? LogRecord.defaultSource,
            level: fields.level ?? .info,
            seq: fields.seq,
            kind: fields.kind ?? .log,
            step: fields.step,
            action: fields.action,
            url: fields.url,
            durationMilliseconds: fields.duration,
            data: fields.data
        )
    }
}

extension UInt8 {
    fileprivate var isJSONWhitespace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}

/// The payload's fields, each read for itself so that one of the wrong type does not take the others with it.
private struct PayloadFields: Decodable {
    var message: String?
    var agentName: String?
    var timestamp: Timestamp?
    var source: String?
    var level: LogLevel?
    var seq: Int?
    var kind: RecordKind?
    var step: Int?
    var action: String?
    var url: String?
    var duration: Int?
    var data: JSONValue?
    var id: EntryID?

    enum CodingKeys: String, CodingKey {
        case message = "msg"
        case agentName = "agent_name"
        case timestamp, source, level, seq, kind, step, action, url
        case duration = "duration_ms"
        case data, id
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? { try? container.decodeIfPresent(String.self, forKey: key) }
        func integer(_ key: CodingKeys) -> Int? { try? container.decodeIfPresent(Int.self, forKey: key) }
        self.message = text(.message) ?? (try? container.decodeIfPresent(JSONValue.self, forKey: .message))?.text
        self.agentName = text(.agentName)
        if let seconds = try? container.decodeIfPresent(Double.self, forKey: .timestamp) {
            self.timestamp = Timestamp(seconds: seconds)
        } else if let written = text(.timestamp) {
            self.timestamp = Double(written).flatMap(Timestamp.init(seconds:)) ?? Timestamp(iso8601: written)
        }
        self.source = text(.source)
        self.level = text(.level).flatMap(LogLevel.init(name:))
        self.seq = integer(.seq).flatMap { $0 > 0 ? $0 : nil }
        self.kind = text(.kind).flatMap(RecordKind.init(rawValue:))
        self.step = integer(.step)
        self.action = text(.action)
        self.url = text(.url)
        self.duration = integer(.duration)
        self.data = try? container.decodeIfPresent(JSONValue.self, forKey: .data)
        self.id = text(.id).flatMap { EntryID($0) }
    }
}
