//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Turns a payload of the plain form into an event by copying its fields; the result is what ``StreamEvent`` would
/// give, to the byte.
struct PayloadEncoder {
    /// A field of the event.
    private struct Part {
        /// Where the names have what stands in front of the value: `,"action":"`.
        var name: Range<Int>
        var isQuoted: Bool
        var form: RecordField.Form

        /// Where the scanner finds the value.
        var place: Int
    }

    private let parts: [Part]

    /// What stands in front of the values, one after the other.
    private let names: [UInt8]

    /// `,"channel":"browser_use_logs:`, to be followed by the run's name.
    private let channelField: [UInt8]

    /// The run's name; `nil` in a batch, where each payload says it.
    private let requestID: [UInt8]?

    private let places: Places
    private var scanner = PayloadScanner()
    private var agent = AgentName()
    private var clock = ClockText()

    init(name: Subject, prefix: String) {
        var writer = JSONWriter()
        writer.field("channel", prefix + ":")
        // Without the object's braces and the closing quote.
        channelField = [UInt8(ascii: ",")] + writer.finish().dropFirst().dropLast(2)
        let scanner = scanner
        var names: [UInt8] = []
        parts = RecordField.log.map { field in
            let start = names.count
            let isQuoted = field.form.isQuotedInEvents
            names += "\(start > 0 ? "," : "")\"\(field.eventName ?? field.name)\":\(isQuoted ? "\"" : "")".utf8
            let place = scanner.place(of: "\(field.name)")
            return Part(name: start..<names.count, isQuoted: isQuoted, form: field.form, place: place)
        }
        self.names = names
        places = Places(scanner, name)
        switch name {
        case .run(let requestID): self.requestID = Array(requestID.rawValue.utf8)
        case .batch: requestID = nil
        }
    }

    /// Appends the event of a `log` record.
    ///
    /// - Returns: `nil`, with nothing appended, when the payload is not of the plain form or no `log`.
    mutating func append(_ payload: ByteBuffer, to output: inout ByteBuffer) -> Frame? {
        payload.withUnsafeReadableBytes { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            guard scanner.scan(bytes), scanner.hasAll(places.required), let kind = scanner[places.kind],
                bytes[kind].elementsEqual("log".utf8), let idText = scanner[places.id],
                let id = EntryID(ascii: UnsafeBufferPointer(rebasing: bytes[idText])),
                let time = scanner[places.timestamp], clock.set(bytes[time]),
                let levelName = scanner[places.level],
                let level = LogLevel(rawValue: String(decoding: bytes[levelName], as: UTF8.self)),
                let named = scanner[places.requestID], let agentName = scanner[places.agentName]
            else { return nil }
            if requestID == nil, !Identifier.allows(UnsafeBufferPointer(rebasing: bytes[named])) { return nil }
            agent.set(bytes[agentName])
            // What an event has beyond its payload; a buffer that doubles its way there is copied seven times.
            if output.readableBytes == 0 { output.reserveCapacity(payload.readableBytes + 192) }
            output.writeString("id: \(id)\ndata: {\"type\":\"log\",\"data\":{")
            for part in parts {
                guard let value = scanner[part.place] else { continue }
                output.writeBytes(names[part.name])
                switch part.form {
                case .agentName: output.writeBytes(agent.source)
                case .time: clock.append(to: &output)
                // A run's channel has its own records alone, whatever they say of themselves.
                case .identifier:
                    if let requestID { output.writeBytes(requestID) } else { output.writeBytes(bytes[named]) }
                default: output.writeBytes(bytes[value])
                }
                if part.isQuoted { output.writeInteger(UInt8(ascii: "\"")) }
            }
            output.writeStaticString("},\"timestamp\":\"")
            clock.append(to: &output)
            output.writeInteger(UInt8(ascii: "\""))
            output.writeBytes(channelField)
            if let requestID { output.writeBytes(requestID) } else { output.writeBytes(bytes[named]) }
            output.writeStaticString("\"}\n\n")
            let number = scanner[places.number].map { PayloadCursor.number(bytes[$0]) }
            return Frame(id: id, number: number, level: level, kind: .record)
        }
    }
}

/// Where the scanner finds the fields that say what a frame is.
private struct Places {
    let id: Int
    let kind: Int
    let level: Int
    let timestamp: Int
    let requestID: Int
    let agentName: Int

    /// The record's number in the run or the batch.
    let number: Int

    /// The other fields without which a payload is none of ours.
    let required: [Int]

    init(_ scanner: PayloadScanner, _ name: Subject) {
        id = scanner.place(of: "id")
        kind = scanner.place(of: "kind")
        level = scanner.place(of: "level")
        timestamp = scanner.place(of: "timestamp")
        requestID = scanner.place(of: "request_id")
        agentName = scanner.place(of: "agent_name")
        number = scanner.place(of: name.numberField)
        var required = ["msg", "source"].map { scanner.place(of: $0) }
        // In a batch all publishers are ours.
        if case .batch = name { required.append(number) }
        self.required = required
    }
}
