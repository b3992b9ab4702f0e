//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A field of a record: its names, and how its value is written and read.
///
/// ``all`` is the only list of the fields. Stream entries, channel payloads and viewer events are written and read by
/// it, and the gateway's payload scanner takes the fields from it. Adding a field means a property of ``LogRecord`` and
/// a row of the table.
package struct RecordField: Sendable {
    /// How a value is written in a payload, and which values are valid.
    package enum Form: Hashable, Sendable {
        /// Any text.
        case text

        /// The agent's name. In an event it is in lower case, with `-` for spaces.
        case agentName

        /// The text of an ``Identifier``.
        case identifier

        /// Seconds since 1970 with three decimals; ISO 8601 in an event.
        case time

        /// The name of a ``LogLevel``.
        case level

        /// The name of a ``RecordKind``.
        case kind

        /// A whole number that is at least the given one.
        case number(from: Int)

        /// Any JSON value. In an entry, its text.
        case json

        /// The id of the entry. It is not repeated in the entry itself.
        case entryID

        /// Whether the value is a string in an event.
        package var isQuotedInEvents: Bool {
            switch self {
            case .number, .json: false
            case .text, .agentName, .identifier, .time, .level, .kind, .entryID: true
            }
        }
    }

    /// What may set a field.
    enum Origin: Sendable {
        /// The publisher's object, or the object inside its message.
        case message

        /// Only the publisher's own object.
        case publisher

        /// The stream or channel that the record came from, whatever the record says.
        case stream
    }

    /// The name in an entry and in a payload.
    package let name: StaticString

    /// The name in the data of a `log` event; `nil` if viewers do not receive the field.
    package let eventName: StaticString?

    /// How the value is written in a payload.
    package let form: Form

    let origin: Origin

    /// The name as a dictionary key.
    let key: String

    /// Another name that some publishers use for the field.
    let alias: String?

    /// The record's value of this field.
    let value: @Sendable (LogRecord) -> RecordValue?

    /// Sets the field from a payload's value.
    ///
    /// - Returns: Whether the value fits the field. Otherwise the field counts as missing.
    let take: @Sendable (inout LogRecord, JSONValue) -> Bool

    private init(
        _ name: StaticString,
        event eventName: StaticString? = nil,
        _ form: Form,
        from origin: Origin = .message,
        alias: String? = nil,
        _ value: @escaping @Sendable (LogRecord) -> RecordValue?,
        _ take: @escaping @Sendable (inout LogRecord, JSONValue) -> Bool
    ) {
        self.name = name
        self.eventName = eventName
        self.form = form
        self.origin = origin
        key = "\(name)"
        self.alias = alias
        self.value = value
        self.take = take
    }

    // MARK: The table

    /// All fields, in the order of an entry.
    package static let all: [RecordField] = [
        .init(
            "msg",
            event: "message",
            .text,
            alias: "message",
            { .text($0.message) },
            { assign($1.shown, &$0.message) }
        ),
        .init(
            "agent_name",
            event: "source",
            .agentName,
            { .agentName($0.agentName) },
            { assign($1.string, &$0.agentName) }
        ),
        .init(
            "request_id",
            event: "request_id",
            .identifier,
            from: .stream,
            { .identifier($0.requestID) },
            { assign($1.identifier, &$0.requestID) }
        ),
        .init("timestamp", event: "timestamp", .time, { .time($0.timestamp) }, { assign($1.time, &$0.timestamp) }),
        .init("source", event: "log_source", .text, { .text($0.source) }, { assign($1.string, &$0.source) }),
        .init(
            "level",
            event: "level",
            .level,
            alias: "levelname",
            { .name($0.level) },
            { assign($1.level, &$0.level) }
        ),
        .init(
            "seq",
            event: "seq",
            .number(from: 1),
            from: .publisher,
            { .number($0.seq) },
            { assign($1.count, &$0.seq) }
        ),
        .init("kind", .kind, from: .publisher, { .name($0.kind) }, { assign($1.recordKind, &$0.kind) }),
        .init(
            "batch_id",
            .identifier,
            from: .publisher,
            { .identifier($0.batchID) },
            { assign($1.identifier, &$0.batchID) }
        ),
        .init("step", event: "step", .number(from: 1), { .number($0.step) }, { assign($1.count, &$0.step) }),
        .init("action", event: "action", .text, { .text($0.action) }, { assign($1.string, &$0.action) }),
        .init("url", event: "url", .text, { .text($0.url) }, { assign($1.string, &$0.url) }),
        .init(
            "duration_ms",
            event: "duration_ms",
            .number(from: 0),
            { .number($0.durationMilliseconds) },
            { assign($1.duration, &$0.durationMilliseconds) }
        ),
        .init("data", event: "data", .json, { .json($0.data) }, { assign($1.present, &$0.data) }),
        .init(
            "batch_seq",
            .number(from: 1),
            from: .publisher,
            { .number($0.batchSeq) },
            { assign($1.count, &$0.batchSeq) }
        ),
        .init("id", .entryID, from: .publisher, { .entryID($0.id) }, { assign($1.entryID, &$0.id) }),
    ]

    /// The fields of an entry.
    static let entry = all.filter { $0.form != .entryID }

    /// The fields of a payload, with the five documented ones first.
    package static let payload = all(beginningWith: "agent_name", "msg")

    /// Those of the data of a `log` event.
    package static let log = all(beginningWith: "level", "msg", "agent_name", "request_id", "timestamp", "source")
        .filter { $0.eventName != nil }

    /// Those of the data of a `screenshot` event.
    static let screenshot = Array(all(beginningWith: "request_id", "step", "url", "seq").prefix(4))

    /// The fields that give a payload's place in the streams. They are not part of a record.
    package static let links: [StaticString] = ["run_entry", "prev"]

    private static func all(beginningWith first: String...) -> [RecordField] {
        first.flatMap { name in all.filter { $0.key == name } } + all.filter { !first.contains($0.key) }
    }
}

/// Sets a property if there is a value.
private func assign<Value>(_ value: Value?, _ property: inout Value) -> Bool {
    guard let value else { return false }
    property = value
    return true
}

private func assign<Value>(_ value: Value?, _ property: inout Value?) -> Bool {
    guard let value else { return false }
    property = value
    return true
}
