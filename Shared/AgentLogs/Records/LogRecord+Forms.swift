//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// On paths that every record takes, the loops use indices: copying a field out of the table costs more than copying its
// value.

extension LogRecord {
    // MARK: The stream's entry

    /// The fields of the stream's entry as a flat list, in the order in which they are written.
    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        let entry = RecordField.entry
        fields.reserveCapacity(entry.count)
        for index in entry.indices {
            if let value = entry[index].value(self) { fields.append((entry[index].key, value.text)) }
        }
        return fields
    }

    /// Reads a stream's entry from any publisher. Fields that are missing or of the wrong type get their defaults. An
    /// entry without a time gets the time of its id.
    package init(id: EntryID, fields: some Sequence<(name: String, value: String)>, requestID: Identifier) {
        let members = fields.map { (key: $0.name, value: Self.value(of: $0.name, $0.value)) }
        self.init(
            PublishedObject(members),
            whole: JSONValue.object(Dictionary(members.map { ($0.key, $0.value) }) { $1 }).text,
            requestID: requestID,
            // Redis accepts any number as an id, including one that is not a valid time.
            timestamp: min(Timestamp(milliseconds: Int64(clamping: id.milliseconds)), .latest)
        )
        self.id = id
    }

    /// The value that the field would have in the channel's payload: numbers and `data` as JSON, not as text. The time is
    /// left out, since it may be a string as well.
    private static func value(of name: String, _ text: String) -> JSONValue {
        for (key, isNumber) in unquoted where key == name {
            return isNumber
                ? Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
                : (try? JSONValue(lenientlyParsing: text.utf8)) ?? .string(text)
        }
        return .string(text)
    }

    /// The fields that are not strings in a payload, and whether they are numbers or any JSON.
    private static let unquoted = RecordField.entry.compactMap { field -> (key: String, isNumber: Bool)? in
        switch field.form {
        case .number: (field.key, true)
        case .json: (field.key, false)
        default: nil
        }
    }

    // MARK: The channel's payload

    /// The channel's payload: one JSON object, with the five documented fields first and the entry's id last.
    ///
    /// Without an ``id``, this is the text that the publishing script completes with the id of the new entry.
    package var payload: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256 + message.utf8.count)
        let fields = RecordField.payload
        for index in fields.indices {
            if let value = fields[index].value(self) { writer.field(fields[index].name, value) }
        }
        return writer.finish()
    }

    /// Reads a message of the run's channel from any publisher. This never fails: text that is not a JSON object
    /// becomes a line, bytes that are not UTF-8 become U+FFFD, and a field of the wrong type is ignored.
    ///
    /// - Parameters:
    ///   - payload: The message as received.
    ///   - requestID: The run whose channel the message came from. It overrides what the payload says.
    ///   - now: The time for a record without one.
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
            PublishedObject(Array(object)),
            whole: String(decoding: payload, as: UTF8.self),
            requestID: requestID,
            timestamp: now
        )
    }

    // MARK: A viewer's event

    /// Writes the data of an event.
    func write(_ fields: [RecordField], to data: inout JSONWriter) {
        for index in fields.indices {
            guard let name = fields[index].eventName, let value = fields[index].value(self) else { continue }
            data.field(name, ofEvent: value)
        }
    }

    /// Reads the data of an event. Fields that are missing or of the wrong type keep their values.
    mutating func read(_ fields: [RecordField], of data: JSONValue) {
        for field in fields {
            guard let name = field.eventName, let value = data["\(name)"] else { continue }
            // In a payload a number would be valid, as seconds.
            if field.form == .time, value.string.flatMap(Timestamp.init(iso8601:)) == nil { continue }
            _ = field.take(&self, value)
        }
    }
}

extension JSONWriter {
    /// Writes a field as it stands in a payload.
    fileprivate mutating func field(_ name: StaticString, _ value: RecordValue) {
        switch value {
        case .text(let text), .agentName(let text): field(name, text)
        case .number(let number): field(name, number)
        case .time(let time): field(name, raw: time.secondsText)
        case .json(let value): field(name, value)
        }
    }

    /// Writes a field as it stands in an event.
    fileprivate mutating func field(_ name: StaticString, ofEvent value: RecordValue) {
        switch value {
        case .agentName(let agent): field(name, LogRecord.eventName(of: agent))
        case .time(let time): field(name, time.iso8601)
        case .text, .number, .json: field(name, value)
        }
    }
}
