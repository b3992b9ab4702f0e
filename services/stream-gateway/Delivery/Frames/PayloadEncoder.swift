//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Turns a payload of the plain form into an event by copying its fields; the result is what ``StreamEvent`` would
/// give, to the byte.
struct PayloadEncoder {
    private let isBatch: Bool

    /// `,"channel":"browser_use_logs:`, to be followed by the run's name.
    private let channelField: String

    /// `browser agent` → `browser-agent`, for the name that came last: a run has one.
    private var agentName: [UInt8]?
    private var source = ""

    /// The text of the second that came last, `2025-09-21T10:30:00.`: records come many to a second.
    private var second: Int64 = .min
    private var secondText = ""

    /// The run's name; `nil` in a batch, where each payload says it.
    private let requestID: [UInt8]?

    init(name: TopicName, prefix: String) {
        var writer = JSONWriter()
        writer.field("channel", prefix + ":")
        // Without the object's braces and the closing quote.
        channelField = "," + String(decoding: writer.finish().dropFirst().dropLast(2), as: UTF8.self)
        switch name {
        case .run(let requestID):
            isBatch = false
            self.requestID = Array(requestID.rawValue.utf8)
        case .batch:
            isBatch = true
            self.requestID = nil
        }
    }

    /// Appends the event of a `log` record.
    ///
    /// - Returns: `nil`, with nothing appended, when the payload is not of the plain form or no `log`.
    mutating func append(_ payload: ByteBuffer, to output: inout ByteBuffer) -> Frame? {
        payload.withUnsafeReadableBytes { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            guard let fields = PayloadScanner.scan(bytes), let message = fields.message, let agent = fields.agentName,
                let source = fields.source, let idRange = fields.id, let kind = fields.kind, kind.count == 3,
                bytes[kind.lowerBound] == UInt8(ascii: "l"),
                let id = EntryID(ascii: UnsafeBufferPointer(rebasing: bytes[idRange])),
                let timestamp = fields.timestamp.flatMap({ Self.milliseconds(bytes[$0]) }),
                let level = fields.level.flatMap({ LogLevel(rawValue: String(decoding: bytes[$0], as: UTF8.self)) })
            else { return nil }
            if let seq = fields.seq, seq < 1 { return nil }
            if isBatch, fields.requestID == nil || fields.batchSeq ?? 0 < 1 { return nil }
            // What an event has beyond its payload; a buffer that doubles its way there is copied seven times.
            if output.readableBytes == 0 { output.reserveCapacity(payload.readableBytes + 192) }
            remember(agent: bytes[agent])
            remember(second: timestamp)
            output.writeString("id: \(id)\ndata: {\"type\":\"log\",\"data\":{\"level\":\"")
            output.writeString(level.rawValue)
            output.writeString("\",\"message\":\"")
            output.writeBytes(bytes[message])
            output.writeString("\",\"source\":\"")
            output.writeString(self.source)
            output.writeStaticString("\",\"request_id\":\"")
            writeRequestID(fields, bytes, to: &output)
            output.writeStaticString("\",\"timestamp\":\"")
            write(timestamp, to: &output)
            output.writeString("\",\"log_source\":\"")
            output.writeBytes(bytes[source])
            output.writeString("\"")
            Self.write(",\"seq\":", fields.seq, to: &output)
            Self.write(",\"step\":", fields.step, to: &output)
            Self.write(",\"action\":\"", fields.action.map { bytes[$0] }, to: &output)
            Self.write(",\"url\":\"", fields.url.map { bytes[$0] }, to: &output)
            Self.write(",\"duration_ms\":", fields.duration, to: &output)
            output.writeString("},\"timestamp\":\"")
            write(timestamp, to: &output)
            output.writeString("\"")
            output.writeString(channelField)
            writeRequestID(fields, bytes, to: &output)
            output.writeStaticString("\"}\n\n")
            return Frame(id: id, number: isBatch ? fields.batchSeq : fields.seq, level: level, kind: .record)
        }
    }

    /// A JSON string is copied as it stands, so what it says does no harm.
    private func writeRequestID(
        _ fields: PayloadScanner.Fields,
        _ bytes: UnsafeBufferPointer<UInt8>,
        to output: inout ByteBuffer
    ) {
        if let requestID = self.requestID {
            output.writeBytes(requestID)
        } else if let range = fields.requestID {
            output.writeBytes(bytes[range])
        }
    }

    private static func write(_ name: StaticString, _ value: Int?, to output: inout ByteBuffer) {
        guard let value else { return }
        output.writeStaticString(name)
        output.writeString(String(value))
    }

    private static func write(
        _ name: StaticString,
        _ value: Slice<UnsafeBufferPointer<UInt8>>?,
        to output: inout ByteBuffer
    ) {
        guard let value else { return }
        output.writeStaticString(name)
        output.writeBytes(value)
        output.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func remember(agent name: Slice<UnsafeBufferPointer<UInt8>>) {
        if let agentName = self.agentName, name.elementsEqual(agentName) { return }
        self.agentName = Array(name)
        // The escapes of a JSON string survive lower case: they are lower case already.
        source = StreamEvent.source(of: String(decoding: name, as: UTF8.self))
    }

    private mutating func remember(second milliseconds: Int64) {
        let second = milliseconds / 1000
        guard second != self.second else { return }
        self.second = second
        secondText = String(Timestamp(milliseconds: second * 1000).iso8601.dropLast(4))
    }

    private func write(_ milliseconds: Int64, to output: inout ByteBuffer) {
        let rest = milliseconds % 1000
        output.writeString(secondText)
        output.writeInteger(UInt8(ascii: "0") + UInt8(rest / 100))
        output.writeInteger(UInt8(ascii: "0") + UInt8(rest / 10 % 10))
        output.writeInteger(UInt8(ascii: "0") + UInt8(rest % 10))
        output.writeInteger(UInt8(ascii: "Z"))
    }

    /// `1695307200.123` in milliseconds. `nil` unless it has exactly our form: digits, a point, three digits.
    static func milliseconds(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        guard text.count >= 5, text.count <= 16, text[text.endIndex - 4] == UInt8(ascii: ".") else { return nil }
        var value: Int64 = 0
        for byte in text where byte != UInt8(ascii: ".") { value = value * 10 + Int64(byte - UInt8(ascii: "0")) }
        guard text.count(where: { $0 == UInt8(ascii: ".") }) == 1, value < 253_402_300_800_000 else { return nil }
        return value
    }
}
