//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import NIOCore

/// The fields of one record, as they were published.
protocol PublishedFields {
    /// Whether the record has the field at a place.
    func has(_ place: Int) -> Bool

    /// Appends the field's value as it stands in JSON, a string without its quotes.
    func append(_ place: Int, to output: inout ByteBuffer)
}

/// How a `log` event is put together from the fields of a record; the result is what ``StreamEvent`` would give, to the
/// byte.
struct LogEventForm {
    /// A field of the event.
    private struct Part {
        /// Where the names have what stands in front of the value: `,"action":"`.
        var name: Range<Int>
        var isQuoted: Bool
        var form: RecordField.Form

        /// Where the record has the value.
        var place: Int
    }

    private let parts: [Part]

    /// What stands in front of the values, one after the other.
    private let names: [UInt8]

    /// `,"channel":"browser_use_logs:`, to be followed by the run's name.
    private let channelField: [UInt8]

    /// The run's name; `nil` in a batch, where each record says it.
    let requestID: [UInt8]?

    private let requestIDPlace: Int

    /// - Parameters:
    ///   - prefix: The setting `REDIS_STREAM`.
    ///   - place: Where the record has the field of a name.
    init(name: Subject, prefix: String, place: (String) -> Int) {
        var writer = JSONWriter()
        writer.field("channel", prefix + ":")
        // Without the object's braces and the closing quote.
        channelField = [UInt8(ascii: ",")] + writer.finish().dropFirst().dropLast(2)
        var names: [UInt8] = []
        parts = RecordField.log.map { field in
            let start = names.count
            let isQuoted = field.form.isQuotedInEvents
            names += "\(start > 0 ? "," : "")\"\(field.eventName ?? field.name)\":\(isQuoted ? "\"" : "")".utf8
            return Part(
                name: start..<names.count,
                isQuoted: isQuoted,
                form: field.form,
                place: place("\(field.name)")
            )
        }
        self.names = names
        requestIDPlace = place("request_id")
        switch name {
        case .run(let requestID): self.requestID = Array(requestID.rawValue.utf8)
        case .batch: requestID = nil
        }
    }

    /// Appends the event.
    func append(
        _ fields: some PublishedFields,
        id: EntryID,
        agent: AgentName,
        clock: ClockText,
        to output: inout ByteBuffer
    ) {
        output.writeString("id: \(id)\ndata: {\"type\":\"log\",\"data\":{")
        for part in parts {
            guard fields.has(part.place) || part.form == .identifier else { continue }
            output.writeBytes(names[part.name])
            switch part.form {
            case .agentName: output.writeBytes(agent.source)
            case .time: clock.append(to: &output)
            case .identifier: append(requestIDOf: fields, to: &output)
            default: fields.append(part.place, to: &output)
            }
            if part.isQuoted { output.writeInteger(UInt8(ascii: "\"")) }
        }
        output.writeStaticString("},\"timestamp\":\"")
        clock.append(to: &output)
        output.writeInteger(UInt8(ascii: "\""))
        output.writeBytes(channelField)
        append(requestIDOf: fields, to: &output)
        output.writeStaticString("\"}\n\n")
    }

    /// A run's channel has its own records alone, whatever they say of themselves.
    private func append(requestIDOf fields: some PublishedFields, to output: inout ByteBuffer) {
        if let requestID { output.writeBytes(requestID) } else { fields.append(requestIDPlace, to: &output) }
    }
}
