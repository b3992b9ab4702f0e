//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension LogRecord {
    /// The channel's payload: one JSON object, the documented five fields first and the entry's id last.
    ///
    /// Without an ``id`` this is what the publishing script completes with the id that the stream gave.
    package var payload: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256 + self.message.utf8.count)
        writer.field("agent_name", agentName)
        writer.field("msg", self.message)
        writer.field("request_id", requestID.rawValue)
        writer.field("timestamp", raw: self.timestamp.secondsText)
        writer.field("source", self.source)
        writer.field("level", self.level.rawValue)
        if let seq = self.seq { writer.field("seq", seq) }
        writer.field("kind", self.kind.rawValue)
        if let batchID = self.batchID { writer.field("batch_id", batchID.rawValue) }
        if let step = self.step { writer.field("step", step) }
        if let action = self.action { writer.field("action", action) }
        if let url = self.url { writer.field("url", url) }
        if let duration = durationMilliseconds { writer.field("duration_ms", duration) }
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
    package init(payload: some Collection<UInt8>, requestID: Identifier, receivedAt now: Timestamp) {
        guard let object = try? JSONValue(lenientlyParsing: payload).object else {
            let text = String(decoding: payload, as: UTF8.self)
            self.init(
                message: text,
                requestID: requestID,
                timestamp: now,
                source: LogRecord.textSource,
                level: LogLevel(leading: text) ?? .info
            )
            return
        }
        self.init(
            RecordFields(object),
            whole: String(decoding: payload, as: UTF8.self),
            requestID: requestID,
            timestamp: now
        )
    }
}
