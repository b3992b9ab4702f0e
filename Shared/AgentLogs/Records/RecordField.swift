//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A field of a record: its names, and how its value is written and read.
///
/// ``all`` is the only list of the fields. A stream's entry, a channel's payload and a viewer's event are written and
/// read by it, and the gateway's scanner of payloads knows the fields from it. A new field is a property of ``LogRecord``
/// and a row of the table.
package struct RecordField: Sendable {
    /// How a value stands in a payload, and what it must be to count.
    package enum Form: Hashable, Sendable {
        /// Any text.
        case text

        /// The agent's name, which an event has in lower case with `-` for spaces.
        case agentName

        /// The text of an ``Identifier``.
        case identifier

        /// Seconds since 1970 with three decimals; ISO 8601 in an event.
        case time

        /// The name of a ``LogLevel``.
        case level

        /// The name of a ``RecordKind``.
        case kind

        /// A whole number from that on.
        case number(from: Int)

        /// Any JSON value; its text in an entry.
        case json

        /// The id of the entry, which the entry itself does not repeat.
        case entryID

        /// Whether it is a string in an event.
        package var isQuotedInEvents: Bool {
            switch self {
            case .number, .json: false
            case .text, .agentName, .identifier, .time, .level, .kind, .entryID: true
            }
        }
    }

    /// Who may set a field.
    enum Origin: Sendable {
        /// The publisher's object, or the object that its message is.
        case message

        /// The publisher's own object alone.
        case publisher

        /// The stream or channel that the record came on, whatever the record says.
        case stream
    }

    /// The name in an entry and in a payload.
    package let name: StaticString

    /// The name in the data of a `log` event; `nil` for what viewers are not told.
    package let eventName: StaticString?

    /// How the value stands in a payload.
    package let form: Form

    let origin: Origin

    /// The name as the key of a dictionary.
    let key: String

    /// Another name that publishers give the field.
    let alias: String?

    /// The value that a record has.
    let value: @Sendable (LogRecord) -> RecordValue?

    /// Takes a value of a payload.
    ///
    /// - Returns: Whether it is one of this field's. One that is not counts as left out.
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

    /// All fields, in the order in which they stand in an entry.
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

    /// Those of an entry.
    static let entry = all.filter { $0.form != .entryID }

    /// Those of a payload: the documented five first.
    package static let payload = all(beginningWith: "agent_name", "msg")

    /// Those of the data of a `log` event.
    package static let log = all(beginningWith: "level", "msg", "agent_name", "request_id", "timestamp", "source")
        .filter { $0.eventName != nil }

    /// Those of the data of a `screenshot` event.
    static let screenshot = Array(all(beginningWith: "request_id", "step", "url", "seq").prefix(4))

    /// What a payload says of its place in the streams. No record has it.
    package static let links: [StaticString] = ["run_entry", "prev"]

    private static func all(beginningWith first: String...) -> [RecordField] {
        first.flatMap { name in all.filter { $0.key == name } } + all.filter { !first.contains($0.key) }
    }
}

/// Sets a property to a value if there is one.
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
