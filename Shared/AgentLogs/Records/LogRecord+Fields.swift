//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension LogRecord {
    /// The fields of the stream's entry, flat, in the order in which they are written.
    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            ("msg", message),
            ("agent_name", agentName),
            ("request_id", requestID.rawValue),
            ("timestamp", self.timestamp.secondsText),
            ("source", self.source),
            ("level", self.level.rawValue),
        ]
        if let seq = self.seq { fields.append(("seq", String(seq))) }
        fields.append(("kind", self.kind.rawValue))
        if let batchID = self.batchID { fields.append(("batch_id", batchID.rawValue)) }
        if let step = self.step { fields.append(("step", String(step))) }
        if let action = self.action { fields.append(("action", action)) }
        if let url = self.url { fields.append(("url", url)) }
        if let duration = durationMilliseconds { fields.append(("duration_ms", String(duration))) }
        if let data = self.data { fields.append(("data", data.text)) }
        if let batchSeq = self.batchSeq { fields.append(("batch_seq", String(batchSeq))) }
        return fields
    }

    /// Reads a stream's entry, whoever wrote it. Fields that are missing or make no sense get their defaults; the time
    /// of an entry without one is the entry's own.
    package init(id: EntryID, fields: some Sequence<(name: String, value: String)>, requestID: Identifier) {
        let members = Dictionary(fields.map { ($0.name, Self.value(of: $0.name, $0.value)) }) { $1 }
        self.init(
            RecordFields(members),
            whole: JSONValue.object(members).text,
            requestID: requestID,
            // Redis takes any number as an id, also one that is no time.
            timestamp: min(Timestamp(milliseconds: Int64(clamping: id.milliseconds)), .latest)
        )
        self.id = id
    }

    /// A field as the channel's payload would have it: numbers and `data` as JSON, not as text.
    private static func value(of name: String, _ text: String) -> JSONValue {
        switch name {
        case "seq", "batch_seq", "step", "duration_ms":
            Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
        case "data": (try? JSONValue(lenientlyParsing: text.utf8)) ?? .string(text)
        default: .string(text)
        }
    }
}
