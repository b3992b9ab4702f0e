//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an object says of a record, whoever wrote it: the channel's payload, or the entry's fields. Each field is read
/// for itself, so that one of the wrong type does not take the others with it.
struct RecordFields {
    /// Numbers that count something are at most 2^53, which every JSON parser reads exactly and to which one can be
    /// added. A greater one is not ours.
    static let largestNumber = 1 << 53

    private let members: [String: JSONValue]

    /// The members of a message that is an object itself.
    private let inner: [String: JSONValue]

    init(_ members: [String: JSONValue]) {
        self.members = members
        // In a record of ours the message is what was said. What looks like a record there may come from a web page.
        let isOurs = members["kind"] != nil || members["seq"] != nil
        inner = isOurs ? [:] : Self.record(in: members["msg"]) ?? [:]
    }

    /// The object that a message is, or is the text of, if it has a message of its own.
    private static func record(in message: JSONValue?) -> [String: JSONValue]? {
        var object = message?.object
        if let text = message?.string, text.utf8.first(where: { $0 != 0x20 }) == UInt8(ascii: "{") {
            object = (try? JSONValue(lenientlyParsing: text.utf8))?.object
        }
        guard let object, let message = object["msg"], message != .null else { return nil }
        return object
    }

    /// What a field says, that of the message's own object first.
    private func described<Value>(_ name: String, _ read: (JSONValue) -> Value?) -> Value? {
        inner[name].flatMap(read) ?? members[name].flatMap(read)
    }

    /// A field that says which record this is. Only the publisher's own object does.
    private func identity<Value>(_ name: String, _ read: (JSONValue) -> Value?) -> Value? {
        members[name].flatMap(read)
    }

    private static func text(_ value: JSONValue) -> String? { value == .null ? nil : value.string ?? value.text }

    static func number(from least: Int) -> (JSONValue) -> Int? {
        { $0.integer.flatMap { $0 >= least && $0 <= Self.largestNumber ? $0 : nil } }
    }

    /// Publishers that measure in fractions are rounded.
    private static func duration(_ value: JSONValue) -> Int? {
        guard let number = value.number, number >= 0, number <= Double(Self.largestNumber) else { return nil }
        return Int(number.rounded())
    }

    private static func timestamp(_ value: JSONValue) -> Timestamp? {
        value.number.flatMap(Timestamp.init(number:)) ?? value.string.flatMap(Timestamp.init(text:))
    }

    var message: String? { described("msg", Self.text) ?? described("message", Self.text) }
    var agentName: String? { described("agent_name", \.string) }
    var timestamp: Timestamp? { described("timestamp", Self.timestamp) }
    var source: String? { described("source", \.string) }

    /// `levelname` is what Python's `logging` calls it.
    var level: LogLevel? {
        described("level", LogLevel.init(value:)) ?? described("levelname", LogLevel.init(value:))
    }

    var seq: Int? { identity("seq", Self.number(from: 1)) }
    var batchID: Identifier? { identity("batch_id") { $0.string.flatMap(Identifier.init(rawValue:)) } }
    var batchSeq: Int? { identity("batch_seq", Self.number(from: 1)) }
    var kind: RecordKind? { identity("kind") { $0.string.flatMap(RecordKind.init(rawValue:)) } }
    var step: Int? { described("step", Self.number(from: 1)) }
    var action: String? { described("action", \.string) }
    var url: String? { described("url", \.string) }
    var duration: Int? { described("duration_ms", Self.duration) }

    /// What else the message's own object says is not lost with its text.
    var data: JSONValue? {
        if let data = described("data", { $0 == .null ? nil : $0 }) { return data }
        let more = inner.filter { !Self.names.contains($0.key) }
        return more.isEmpty ? nil : .object(more)
    }

    private static let names: Set<String> = [
        "msg", "message", "agent_name", "request_id", "timestamp", "source", "level", "levelname", "seq", "batch_id",
        "batch_seq", "kind", "step", "action", "url", "duration_ms", "data", "id",
    ]

    /// A publisher's own id, which is no entry's, has another form.
    var id: EntryID? {
        identity("id") { value in
            guard var text = value.string else { return nil }
            return text.withUTF8 { EntryID(ascii: $0) }
        }
    }
}

extension LogRecord {
    /// - Parameters:
    ///   - fields: What the publisher says.
    ///   - whole: What to show of an object without a message, rather than an empty line.
    ///   - requestID: The run.
    ///   - timestamp: The time of a record that has none of its own.
    init(_ fields: RecordFields, whole: @autoclosure () -> String, requestID: Identifier, timestamp: Timestamp) {
        let message = fields.message ?? whole()
        self.init(
            id: fields.id,
            message: message,
            agentName: fields.agentName ?? LogRecord.defaultAgentName,
            requestID: requestID,
            timestamp: fields.timestamp ?? timestamp,
            source: fields.source ?? LogRecord.defaultSource,
            level: fields.level ?? LogLevel(leading: message) ?? .info,
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
