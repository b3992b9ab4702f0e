//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Turns a payload of the plain form into an event by copying its fields.
struct PayloadEncoder {
    private let form: LogEventForm
    private let places: Places
    private var scanner = PayloadScanner()
    private var agent = AgentName()
    private var clock = ClockText()

    init(name: Subject, prefix: String) {
        let scanner = scanner
        form = LogEventForm(name: name, prefix: prefix) { scanner.place(of: $0) }
        places = Places(scanner, name)
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
            if form.requestID == nil, !Identifier.allows(UnsafeBufferPointer(rebasing: bytes[named])) { return nil }
            agent.set(bytes[agentName])
            // What an event has beyond its payload; a buffer that doubles its way there is copied seven times.
            if output.readableBytes == 0 { output.reserveCapacity(payload.readableBytes + 192) }
            form.append(Payload(scanner: scanner, bytes: bytes), id: id, agent: agent, clock: clock, to: &output)
            let number = scanner[places.number].map { PayloadCursor.number(bytes[$0]) }
            return Frame(id: id, number: number, level: level, kind: .record)
        }
    }
}

private struct Payload: PublishedFields {
    let scanner: PayloadScanner
    let bytes: UnsafeBufferPointer<UInt8>

    func has(_ place: Int) -> Bool { scanner[place] != nil }

    func append(_ place: Int, to output: inout ByteBuffer) {
        if let value = scanner[place] { output.writeBytes(bytes[value]) }
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
