//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// Turns a stream's entry into an event by copying its fields. What is not exactly of our publishers' form is left to
/// ``LogRecord``, which understands everything.
struct EntryEncoder {
    private let form: LogEventForm

    /// Where an entry has the record's number in the run or the batch.
    private let number: Int
    private var fields = EntryFields()
    private var agent = AgentName()
    private var clock = ClockText()

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    init(name: Subject, prefix: String) {
        form = LogEventForm(name: name, prefix: prefix, place: EntryFields.place(of:))
        number = EntryFields.place(of: name.numberField)
    }

    /// Appends the event of a `log` record.
    ///
    /// - Parameters:
    ///   - entry: As Redis gives it: `[id, [name, value, …]]`.
    ///   - largest: How many bytes of an entry are delivered at most.
    /// - Returns: `nil`, with nothing appended, when the entry is not of the plain form or no `log`.
    mutating func append(_ entry: RESPValue, largest: Int, to output: inout ByteBuffer) -> Frame? {
        guard case .array(let parts) = entry, parts.count == 2, case .bulkString(let idText) = parts[0],
            case .array(let flat) = parts[1], fields.read(flat), fields.bytes <= largest,
            let id = idText.withUnsafeReadableBytes({ EntryID(ascii: $0.bindMemory(to: UInt8.self)) })
        else { return nil }
        let clock = fields.with(Self.timestamp) { self.clock.set($0[...]) }
        guard clock == true, let level = fields.with(Self.level, { LogLevel(ascii: $0) }) ?? nil else { return nil }
        fields.with(Self.agentName) { agent.set($0[...]) }
        if form.requestID == nil, fields.with(Self.requestID, { Identifier.allows($0) }) != true { return nil }
        form.append(fields, id: id, agent: agent, clock: self.clock, to: &output)
        let number = fields.with(number) { PayloadCursor.number($0[...]) }
        return Frame(id: id, number: number, level: level, kind: .record)
    }

    private static let timestamp = EntryFields.place(of: "timestamp")
    private static let level = EntryFields.place(of: "level")
    private static let agentName = EntryFields.place(of: "agent_name")
    private static let requestID = EntryFields.place(of: "request_id")
}

/// The fields of an entry of our publishers' form.
private struct EntryFields: PublishedFields {
    private struct Field {
        var name: StaticString
        var form: RecordField.Form
    }

    private static let table = RecordField.all.map { Field(name: $0.name, form: $0.form) }
    private static let required = ["msg", "agent_name", "request_id", "timestamp", "source", "level"].map(place(of:))
    private static let message = place(of: "msg")
    private static let seq = place(of: "seq")
    private static let kind = place(of: "kind")

    private var flat: [RESPValue] = []

    /// Where the entry has the values, in the order of the table; -1 for none.
    private var indices = table.map { _ in -1 }

    /// How many bytes names and values have.
    private(set) var bytes = 0

    static func place(of name: String) -> Int {
        guard let place = table.firstIndex(where: { "\($0.name)" == name }) else {
            preconditionFailure("there is no field \(name)")
        }
        return place
    }

    /// - Parameter flat: Names and values by turns.
    /// - Returns: `false` when they are not of the plain form.
    mutating func read(_ flat: [RESPValue]) -> Bool {
        guard flat.count.isMultiple(of: 2) else { return false }
        self.flat = flat
        bytes = 0
        for place in indices.indices { indices[place] = -1 }
        var next = 0
        for index in stride(from: 0, to: flat.count, by: 2) {
            guard case .bulkString(let name) = flat[index], case .bulkString(let value) = flat[index + 1],
                let place = Self.place(of: name, from: next), indices[place] < 0
            else { return false }
            let isPlain = value.withUnsafeReadableBytes { bytes in
                Self.isPlain(bytes.bindMemory(to: UInt8.self), Self.table[place].form)
            }
            guard isPlain else { return false }
            indices[place] = index + 1
            bytes += name.readableBytes + value.readableBytes
            next = place + 1
        }
        guard Self.required.allSatisfy({ indices[$0] >= 0 }) else { return false }
        // The text of another publisher may be a record by itself.
        return has(Self.kind) || has(Self.seq)
            || with(Self.message) { $0.first { $0 != 0x20 } != UInt8(ascii: "{") } == true
    }

    /// Whether a value is written as our publishers write it. The time and the level are looked at when they are used.
    private static func isPlain(_ value: UnsafeBufferPointer<UInt8>, _ form: RecordField.Form) -> Bool {
        switch form {
        case .text: (try? UTF8Span(validating: value.span)) != nil
        case .agentName:
            value.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        case .identifier, .level: true
        case .time: value.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
        case .kind: value.elementsEqual("log".utf8)
        // A longer one may be beyond 2^53, which is none of ours.
        case .number(let least):
            !value.isEmpty && value.count <= 15 && value.allSatisfy(isDigit)
                && (value[0] != UInt8(ascii: "0") || value.count == 1) && PayloadCursor.number(value[...]) >= least
        // Its names would have to be sorted.
        case .json, .entryID: false
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// Those of our publishers come in the order of the table.
    private static func place(of name: ByteBuffer, from next: Int) -> Int? {
        name.withUnsafeReadableBytes { name in
            func matches(_ place: Int) -> Bool {
                let other = table[place].name
                return name.count == other.utf8CodeUnitCount
                    && name.elementsEqual(UnsafeRawBufferPointer(start: other.utf8Start, count: name.count))
            }
            return (next..<table.count).first(where: matches) ?? (0..<min(next, table.count)).first(where: matches)
        }
    }

    func has(_ place: Int) -> Bool { indices[place] >= 0 }

    func append(_ place: Int, to output: inout ByteBuffer) {
        with(place) { output.writeJSON(charactersOf: $0) }
    }

    /// Looks at a value; `nil` where there is none.
    @discardableResult
    func with<Result>(_ place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        let index = indices[place]
        guard index >= 0, case .bulkString(let value) = flat[index] else { return nil }
        return value.withUnsafeReadableBytes { body($0.bindMemory(to: UInt8.self)) }
    }
}

extension LogLevel {
    /// The level of exactly this name.
    fileprivate init?(ascii name: UnsafeBufferPointer<UInt8>) {
        guard let level = Self.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else { return nil }
        self = level
    }
}

extension ByteBuffer {
    /// Appends a text as the characters of a JSON string.
    fileprivate mutating func writeJSON(charactersOf text: UnsafeBufferPointer<UInt8>) {
        JSONWriter.escape(text) { _ = writeBytes($0) }
    }
}
