//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension LogRecord {
    /// The fields of the stream's entry, flat, in the order in which they are written.
    public var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            ("msg", self.message),
            ("agent_name", self.agentName),
            ("request_id", self.requestID.rawValue),
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
        if let duration = self.durationMilliseconds { fields.append(("duration_ms", String(duration))) }
        if let data = self.data { fields.append(("data", data.text)) }
        if let batchSeq = self.batchSeq { fields.append(("batch_seq", String(batchSeq))) }
        return fields
    }

    /// Reads a stream's entry, whoever wrote it. Fields that are missing or make no sense get their defaults; the time
    /// of an entry without one is the entry's own.
    public init(id: EntryID, fields: some Sequence<(name: String, value: String)>, requestID: Identifier) {
        self.init(
            id: id,
            message: "",
            requestID: requestID,
            // Redis takes any number as an id, also one that is no time.
            timestamp: min(Timestamp(milliseconds: Int64(clamping: id.milliseconds)), .latest)
        )
        for (name, value) in fields {
            switch name {
            case "msg": self.message = value
            case "agent_name": self.agentName = value
            case "timestamp":
                if let timestamp = Timestamp(text: value) { self.timestamp = timestamp }
            case "source": self.source = value
            case "level": self.level = LogLevel(name: value) ?? .info
            case "seq": self.seq = Self.number(value, from: 1)
            case "kind": self.kind = RecordKind(rawValue: value) ?? .log
            case "batch_id": self.batchID = Identifier(rawValue: value)
            case "batch_seq": self.batchSeq = Self.number(value, from: 1)
            case "step": self.step = Self.number(value, from: 1)
            case "action": self.action = value
            case "url": self.url = value
            case "duration_ms": self.durationMilliseconds = Self.number(value, from: 0)
            case "data": self.data = try? JSONValue(parsing: value.utf8)
            default: break
            }
        }
    }

    private static func number(_ text: String, from least: Int) -> Int? {
        Int(text).flatMap { $0 >= least ? $0 : nil }
    }
}
