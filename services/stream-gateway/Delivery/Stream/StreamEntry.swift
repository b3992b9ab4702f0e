//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Redis

/// An entry of a stream as Redis gives it, `[id, [name, value, name, value, …]]`. Values that are too large are left out.
struct StreamEntry {
    var id: EntryID
    var fields: [(name: String, value: String)] = []

    /// How many bytes the values have that are left out, by their fields.
    private(set) var leftOut: [(name: String, bytes: Int)] = []

    /// How many bytes names and values have, with those that are left out.
    private(set) var bytes = 0

    /// How many bytes a field may have that is kept of an entry of which others are left out.
    private static let keptFieldBytes = 4 << 10

    /// How many fields that are left out are named.
    private static let namedFields = 16

    /// - Returns: `nil` for what is no entry.
    init?(_ reply: RESPValue) {
        guard let parts = reply.array, parts.count == 2, let id = Self.id(of: reply) else { return nil }
        self.id = id
        if case .omitted(let count) = parts[1] { leaveOut("…", bytes: count) }
        let flat = parts[1].array ?? []
        for index in stride(from: 0, to: flat.count, by: 2) {
            let name = flat[index].string ?? "…"
            if case .omitted(let count) = flat[index] { leaveOut("…", bytes: count) }
            guard index + 1 < flat.count else { break }
            if case .omitted(let count) = flat[index + 1] {
                leaveOut(name, bytes: count)
            } else {
                let value = flat[index + 1].string ?? ""
                bytes += name.utf8.count + value.utf8.count
                fields.append((name, value))
            }
        }
    }

    /// The id alone.
    static func id(of reply: RESPValue) -> EntryID? { reply.array?.first?.string.flatMap { EntryID($0) } }

    /// Whether this stands for entries that had no room in a reply.
    static func isCut(_ reply: RESPValue) -> Bool {
        if case .omitted = reply.array?.last ?? reply { return true }
        return false
    }

    private mutating func leaveOut(_ name: String, bytes: Int) {
        self.bytes += bytes
        let name = leftOut.count < Self.namedFields && name.utf8.count <= 64 ? name : "…"
        if let index = leftOut.firstIndex(where: { $0.name == name }) {
            leftOut[index].bytes += bytes
        } else {
            leftOut.append((name, bytes))
        }
    }

    /// The record. One of which values are left out says so: in its text, if that is missing, and in its data.
    func record(of name: Subject) -> LogRecord {
        if leftOut.isEmpty { return plainRecord(of: name) }
        var entry = self
        for field in fields where field.value.utf8.count > Self.keptFieldBytes {
            entry.leaveOut(field.name, bytes: field.value.utf8.count)
        }
        entry.bytes = bytes
        entry.fields.removeAll { $0.name.utf8.count + $0.value.utf8.count > Self.keptFieldBytes }
        if !entry.fields.contains(where: { $0.name == "msg" || $0.name == "message" }) {
            entry.fields.append(("msg", LeftOut.text))
        }
        var record = entry.plainRecord(of: name)
        record.data = LeftOut.data(entry.leftOut, besides: record.data)
        return record
    }

    /// A run's stream has only its own records, whatever they say of themselves. One of a batch says whose it is.
    private func plainRecord(of name: Subject) -> LogRecord {
        var requestID = name.identifier
        if case .batch = name, let field = fields.first(where: { $0.name == "request_id" }) {
            requestID = Identifier(rawValue: field.value) ?? requestID
        }
        return LogRecord(id: id, fields: fields, requestID: requestID)
    }
}

/// What stands in the place of values that are too large.
enum LeftOut {
    /// The text of a record without its own. It is the same for an entry and for the message that tells of it, which
    /// belong together when their texts are the same.
    static let text = "(a text that is too large is left out)"

    /// A record's data that says how many bytes its fields had that are left out.
    static func data(_ fields: [(name: String, bytes: Int)], besides data: JSONValue? = nil) -> JSONValue {
        let sizes = JSONValue.object(
            Dictionary(fields.map { ($0.name, JSONValue.integer(Int64($0.bytes))) }) { first, _ in first }
        )
        switch data {
        case .object(var members):
            members["left_out"] = sizes
            return .object(members)
        case .none: return .object(["left_out": sizes])
        case .some(let data): return .object(["data": data, "left_out": sizes])
        }
    }
}
