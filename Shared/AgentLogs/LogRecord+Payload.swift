//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
        if let batchID = self.batchID { writer.field("batch_id", batchID.rawValue) }
        if let step = self.step { writer.field("step", step) }
        if let action = self.action { writer.field("action", action) }
        if let url = self.url { writer.field("url", url) }
        if let duration = self.durationMilliseconds { writer.field("duration_ms", duration) }
        if let data = self.data { writer.field("data", data) }
        if let batchSeq = self.batchSeq { writer.field("batch_seq", batchSeq) }
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
        guard let object = try? JSONValue(parsing: payload).object else {
            self.init(
                message: String(decoding: payload, as: UTF8.self),
                requestID: requestID,
                timestamp: now,
                source: LogRecord.textSource
            )
            return
        }
        let fields = PayloadFields(object)
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
            batchID: fields.batchID,
            batchSeq: fields.batchSeq,
            kind: fields.kind ?? .log,
            step: fields.step,
            action: fields.action,
            url: fields.url,
            durationMilliseconds: fields.duration,
            data: fields.data
        )
    }
}

/// The payload's fields, each read for itself so that one of the wrong type does not take the others with it.
private struct PayloadFields {
    var message: String?
    var agentName: String?
    var timestamp: Timestamp?
    var source: String?
    var level: LogLevel?
    var seq: Int?
    var batchID: Identifier?
    var batchSeq: Int?
    var kind: RecordKind?
    var step: Int?
    var action: String?
    var url: String?
    var duration: Int?
    var data: JSONValue?
    var id: EntryID?

    init(_ object: [String: JSONValue]) {
        if let message = object["msg"], message != .null { self.message = message.string ?? message.text }
        self.agentName = object["agent_name"]?.string
        if let seconds = object["timestamp"]?.number {
            self.timestamp = Timestamp(seconds: seconds)
        } else if let written = object["timestamp"]?.string {
            self.timestamp = Timestamp(text: written)
        }
        self.source = object["source"]?.string
        self.level = (object["level"]?.string).flatMap(LogLevel.init(name:))
        self.seq = object["seq"]?.integer(from: 1)
        self.batchID = (object["batch_id"]?.string).flatMap(Identifier.init(rawValue:))
        self.batchSeq = object["batch_seq"]?.integer(from: 1)
        self.kind = (object["kind"]?.string).flatMap(RecordKind.init(rawValue:))
        self.step = object["step"]?.integer(from: 1)
        self.action = object["action"]?.string
        self.url = object["url"]?.string
        self.duration = object["duration_ms"]?.integer(from: 0)
        if let data = object["data"], data != .null { self.data = data }
        self.id = (object["id"]?.string).flatMap { EntryID($0) }
    }
}

extension JSONValue {
    fileprivate func integer(from least: Int) -> Int? { self.integer.flatMap { $0 >= least ? $0 : nil } }
}
