//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A record as any publisher wrote it: the channel's payload, or the entry's fields. Each field is read on its own, so
/// that one of the wrong type does not affect the others.
struct PublishedObject {
    private let members: [String: JSONValue]

    /// The members of the message, if it is an object itself.
    private let inner: [String: JSONValue]

    init(_ members: [String: JSONValue]) {
        self.members = members
        // In our own records the message is plain text. If it looks like a record, it may come from a web page.
        let isOurs = members["kind"] != nil || members["seq"] != nil
        inner = isOurs ? [:] : Self.record(in: members["msg"]) ?? [:]
    }

    /// The object that the message is or contains as text, if it has a message of its own.
    private static func record(in message: JSONValue?) -> [String: JSONValue]? {
        var object = message?.object
        if let text = message?.string, text.utf8.first(where: { $0 != 0x20 }) == UInt8(ascii: "{") {
            object = (try? JSONValue(lenientlyParsing: text.utf8))?.object
        }
        guard let object, let message = object["msg"], message != .null else { return nil }
        return object
    }

    /// Reads a field into a record.
    ///
    /// - Returns: `false` if the object does not have the field, or the value does not fit it.
    func read(_ field: RecordField, into record: inout LogRecord) -> Bool {
        switch field.origin {
        case .stream: return true
        case .publisher: return Self.read(field, field.key, of: members, into: &record)
        case .message:
            return read(field, field.key, into: &record) || field.alias.map { read(field, $0, into: &record) } ?? false
        }
    }

    /// The message's own object takes precedence.
    private func read(_ field: RecordField, _ key: String, into record: inout LogRecord) -> Bool {
        Self.read(field, key, of: inner, into: &record) || Self.read(field, key, of: members, into: &record)
    }

    private static func read(
        _ field: RecordField,
        _ key: String,
        of members: [String: JSONValue],
        into record: inout LogRecord
    ) -> Bool {
        guard !members.isEmpty, let value = members[key] else { return false }
        return field.take(&record, value)
    }

    /// The members of the message's own object that are not fields of a record. They are kept in `data`.
    var more: JSONValue? {
        let more = inner.filter { !Self.names.contains($0.key) }
        return more.isEmpty ? nil : .object(more)
    }

    private static let names = Set(RecordField.all.map(\.key) + RecordField.all.compactMap(\.alias))
}

extension LogRecord {
    /// - Parameters:
    ///   - object: The publisher's object.
    ///   - whole: The text to show for an object without a message, instead of an empty line.
    ///   - requestID: The run.
    ///   - timestamp: The time for a record without one.
    init(_ object: PublishedObject, whole: @autoclosure () -> String, requestID: Identifier, timestamp: Timestamp) {
        self.init(message: "", requestID: requestID, timestamp: timestamp)
        let fields = RecordField.all
        for index in fields.indices where !object.read(fields[index], into: &self) {
            switch fields[index].key {
            case "msg": message = whole()
            // The message is the first field of the table, so it has been read already.
            case "level": level = LogLevel(leading: message) ?? .info
            case "data": data = object.more
            default: break
            }
        }
    }
}
