//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A record as any publisher wrote it: the channel's payload, or the entry's fields. Each field is read on its own, so
/// that one of the wrong type does not affect the others.
struct PublishedObject {
    private let members: Members

    /// The members of the message, if it is an object itself.
    private let inner: Members?

    /// - Parameter members: Names and values. Of those with the same name the last one counts.
    init(_ members: [(key: String, value: JSONValue)]) {
        let members = Members(members)
        self.members = members
        // In our own records the message is plain text. If it looks like a record, it may come from a web page.
        let isOurs = members.has(Self.kind) || members.has(Self.seq)
        inner = isOurs ? nil : Self.record(in: members[Self.message])
    }

    private static let kind = Members.place("kind")
    private static let seq = Members.place("seq")
    private static let message = Members.place("msg")

    /// The object that the message is or contains as text, if it has a message of its own.
    private static func record(in message: JSONValue?) -> Members? {
        var object = message?.object
        if let text = message?.string, text.utf8.first(where: { $0 != 0x20 }) == UInt8(ascii: "{") {
            object = (try? JSONValue(lenientlyParsing: text.utf8))?.object
        }
        guard let object, let message = object["msg"], message != .null else { return nil }
        return Members(Array(object))
    }

    /// Reads a field of the table into a record.
    ///
    /// - Returns: `false` if the object does not have the field, or the value does not fit it.
    func read(fieldAt index: Int, into record: inout LogRecord) -> Bool {
        switch RecordField.all[index].origin {
        case .stream: return true
        case .publisher: return Self.read(index, index, of: members, into: &record)
        case .message:
            if read(index, index, into: &record) { return true }
            guard let alias = Members.aliases[index] else { return false }
            return read(index, alias, into: &record)
        }
    }

    /// The message's own object takes precedence.
    private func read(_ index: Int, _ place: Int, into record: inout LogRecord) -> Bool {
        if let inner, Self.read(index, place, of: inner, into: &record) { return true }
        return Self.read(index, place, of: members, into: &record)
    }

    private static func read(_ index: Int, _ place: Int, of members: Members, into record: inout LogRecord) -> Bool {
        guard let value = members[place] else { return false }
        return RecordField.all[index].take(&record, value)
    }

    /// The members of the message's own object that are not fields of a record. They are kept in `data`.
    var more: JSONValue? {
        guard let inner, !inner.others.isEmpty else { return nil }
        return .object(inner.others)
    }
}

/// The members of an object, with those that the table of fields knows in its order: looking a name up in a dictionary
/// costs more than all the rest of reading an entry.
private struct Members {
    private var known = [JSONValue?](repeating: nil, count: names.count)

    /// The members with other names.
    private(set) var others: [String: JSONValue] = [:]

    init(_ members: [(key: String, value: JSONValue)]) {
        // Most publishers write their fields in the order of the table.
        var next = 0
        for (name, value) in members {
            let place = Self.names[next...].firstIndex(of: name) ?? Self.names[..<next].firstIndex(of: name)
            if let place {
                known[place] = value
                next = place + 1
            } else {
                others[name] = value
            }
        }
    }

    subscript(place: Int) -> JSONValue? { known[place] }

    func has(_ place: Int) -> Bool { known[place] != nil }

    /// The names of all fields, at their indices in the table, then the other names that some publishers use.
    private static let names = RecordField.all.map(\.key) + RecordField.all.compactMap(\.alias)

    /// The places of these other names, by the field's index.
    static let aliases = RecordField.all.map { field in field.alias.map { place($0) } }

    static func place(_ name: String) -> Int {
        guard let place = names.firstIndex(of: name) else { preconditionFailure("no field is called \(name)") }
        return place
    }
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
        for index in fields.indices where !object.read(fieldAt: index, into: &self) {
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
