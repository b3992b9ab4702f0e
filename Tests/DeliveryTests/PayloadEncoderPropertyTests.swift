//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis
import TestSupport
import Testing

@testable import Delivery

@Suite("The event of a generated record")
struct PayloadEncoderPropertyTests {
    @Test("Is the same, to the byte, whether the payload is scanned or parsed", arguments: 0..<20 as Range<UInt64>)
    func sameBytes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let subjects = [Subject.run(run), .batch(try Identifier("b-1"))]
        for subject in subjects {
            let encoder = FrameEncoder(name: subject, prefix: "browser_use_logs")
            var fast = PayloadEncoder(name: subject, prefix: "browser_use_logs")
            var scanned = 0
            for _ in 0..<200 {
                let payload = ByteBuffer(bytes: Self.payload(using: &random))
                var copied = ByteBuffer()
                guard let frame = fast.append(payload, to: &copied) else {
                    #expect(copied.readableBytes == 0)
                    continue
                }
                scanned += 1
                var parsed = ByteBuffer()
                let expected = encoder.append(encoder.record(payload: payload), to: &parsed)
                #expect(String(buffer: copied) == String(buffer: parsed), "\(String(buffer: payload))")
                #expect(frame == expected, "\(String(buffer: payload))")
            }
            // Most texts are not of the plain form, or the payload was changed.
            #expect(scanned >= 5, "\(subject)")
        }
    }

    @Test("Is the same, to the byte, whether the entry is copied or read", arguments: 0..<20 as Range<UInt64>)
    func sameBytesOfEntries(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for subject in [Subject.run(run), .batch(try Identifier("b-1"))] {
            let encoder = FrameEncoder(name: subject, prefix: "browser_use_logs")
            var fast = EntryEncoder(name: subject, prefix: "browser_use_logs")
            var copied = 0
            for _ in 0..<200 {
                let reply = try Self.entry(using: &random)
                var bytes = ByteBuffer()
                guard let frame = fast.append(reply, largest: 1 << 20, to: &bytes) else {
                    #expect(bytes.readableBytes == 0)
                    continue
                }
                copied += 1
                var read = ByteBuffer()
                let record = try #require(StreamEntry(reply)).record(of: subject)
                let expected = encoder.append(record, to: &read)
                #expect(String(buffer: bytes) == String(buffer: read), "\(reply)")
                #expect(frame == expected, "\(reply)")
            }
            #expect(copied >= 5, "\(subject)")
        }
    }

    @Test("An entry that is too large is not copied")
    func largeEntries() throws {
        var fast = EntryEncoder(name: .run(run), prefix: "browser_use_logs")
        let entry = Self.reply(id(1), Self.full.fields.map { (Array($0.name.utf8), Array($0.value.utf8)) })
        let bytes = try #require(StreamEntry(entry)).bytes
        var output = ByteBuffer()
        #expect(fast.append(entry, largest: bytes, to: &output) != nil)
        #expect(fast.append(entry, largest: bytes - 1, to: &output) == nil)
    }

    @Test("Has every field of the table that is no JSON")
    func everyField() throws {
        var scanner = PayloadScanner()
        let payload = Self.full.payload
        let members = try #require(try JSONValue(parsing: payload).object)
        try payload.withUnsafeBufferPointer { bytes in
            let isPlain = scanner.scan(bytes)
            #expect(isPlain)
            for field in RecordField.payload where field.form != .json {
                let value = try #require(scanner[scanner.place(of: "\(field.name)")], "\(field.name)")
                let text = String(decoding: bytes[value], as: UTF8.self)
                let parsed = try #require(members["\(field.name)"])
                let json = parsed.string == nil ? text : "\"\(text)\""
                #expect(try JSONValue(parsing: json.utf8) == parsed, "\(field.name)")
            }
        }
        let unknown = Array(Self.full.payload.dropLast()) + #","new":1}"#.utf8
        let isPlain = unknown.withUnsafeBufferPointer { scanner.scan($0) }
        #expect(!isPlain)
    }

    private static let texts = [
        "📍 Step 1: Navigate to google.com", "", "ERROR    [agent] no", #"{"msg":"hi","level":"ERROR"}"#,
        "a\n\"b\"\\\t\r",
        "\u{2028}e\u{301}👩‍👩‍👧‍👦", "\u{85}", "ΑΣ ΣΑΣ", "İK", "Browser  Agent", "<b>&amp;</b>", "\\u0041 \\n", "\u{0}",
        "\u{7F}\u{80}", "</script>", "data: x\n\n", "id: 1\n",
    ]

    private static let full = LogRecord(
        id: id(1),
        message: "m \"1\"",
        requestID: run,
        timestamp: Timestamp(milliseconds: 1_695_307_200_001),
        seq: 1,
        batchID: run,
        batchSeq: 2,
        step: 3,
        action: "click",
        url: "https://example.com/",
        durationMilliseconds: 0
    )

    private static let numbers = [1, 2, 9, 10, 999_999, 999_999_999_999_999, 1 << 53]

    /// A record like ours.
    private static func record(using random: inout SeededRandom) -> LogRecord {
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        func number() -> Int? { Bool.random(using: &random) ? numbers.randomElement(using: &random) : nil }
        var record = LogRecord(
            id: EntryID(
                milliseconds: .random(in: 0 ... .max, using: &random),
                sequence: .random(in: 0...3, using: &random)
            ),
            message: text(),
            agentName: text(),
            requestID: run,
            timestamp: Timestamp(milliseconds: .random(in: 0...253_402_300_799_999, using: &random)),
            source: text(),
            level: LogLevel.allCases.randomElement(using: &random) ?? .info,
            seq: number(),
            batchID: Bool.random(using: &random) ? run : nil,
            batchSeq: number() ?? number(),
            kind: Int.random(in: 0..<8, using: &random) == 0 ? .end : .log,
            step: number(),
            durationMilliseconds: number()
        )
        if Bool.random(using: &random) { record.action = text() }
        if Bool.random(using: &random) { record.url = text() }
        if Int.random(in: 0..<8, using: &random) == 0 { record.data = ["b": 1, "a": .string(text())] }
        return record
    }

    /// The entry of a record like ours. One in three is changed at one place, one in four has other fields as well.
    private static func entry(using random: inout SeededRandom) throws -> RESPValue {
        let record = record(using: &random)
        var fields = record.fields.map { (name: Array($0.name.utf8), value: Array($0.value.utf8)) }
        if Bool.random(using: &random) {
            fields.removeAll { [Array("seq".utf8), Array("kind".utf8)].contains($0.name) }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let other = try #require(
                try JSONValue(parsing: "{\(foreign.randomElement(using: &random) ?? "")}".utf8).object
            )
            fields += other.map { (Array($0.key.utf8), Array(($0.value.string ?? $0.value.text).utf8)) }
        }
        if Int.random(in: 0..<4, using: &random) == 0 { fields.shuffle(using: &random) }
        if Int.random(in: 0..<3, using: &random) == 0, let index = fields.indices.randomElement(using: &random) {
            switch Int.random(in: 0...3, using: &random) {
            case 0: fields.remove(at: index)
            case 1: fields[index].value.insert(.random(in: 0...255, using: &random), at: 0)
            case 2: fields[index].value.append(.random(in: 0...255, using: &random))
            default: fields[index].value = []
            }
        }
        return reply(record.id ?? .zero, fields)
    }

    private static func reply(_ id: EntryID, _ fields: [(name: [UInt8], value: [UInt8])]) -> RESPValue {
        .array([
            .bulkString(ByteBuffer(string: "\(id)")),
            .array(
                fields.flatMap { [.bulkString(ByteBuffer(bytes: $0.name)), .bulkString(ByteBuffer(bytes: $0.value))] }
            ),
        ])
    }

    /// The payload of a record like ours. One in three is changed at one place, one in four has a field as other
    /// publishers write it.
    private static func payload(using random: inout SeededRandom) -> [UInt8] {
        var payload = record(using: &random).payload
        if Int.random(in: 0..<4, using: &random) == 0 {
            payload = Array("{\(foreign.randomElement(using: &random) ?? ""),".utf8) + payload.dropFirst()
        }
        guard Int.random(in: 0..<3, using: &random) == 0 else { return payload }
        let index = Int.random(in: 1..<payload.count - 1, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: payload[index] = .random(in: 0x20...0x7E, using: &random)
        case 1: payload.remove(at: index)
        default: payload.insert(payload[index], at: index)
        }
        return payload
    }

    /// Fields as others write them, also twice, and those that say where a record stands.
    private static let foreign = [
        #""step":0"#, #""step":"1""#, #""step":1.5"#, #""seq":0"#, #""duration_ms":0"#, #""duration_ms":1e3"#,
        #""duration_ms":-1"#, #""batch_seq":0"#, #""request_id":"a b""#, #""request_id":".""#, #""request_id":"""#,
        #""request_id":7"#, #""level":"warn""#, #""level":40"#, #""timestamp":"1.5""#, #""timestamp":1e9"#,
        #""kind":"screenshot""#, #""kind":"new""#, #""id":"7""#, #""message":"m""#, #""levelname":"ERROR""#,
        #""more":{}"#,
        #""run_entry":"1-0""#, #""prev":"1-0""#, #""prev":null"#, #""data":null"#, #""url":null"#, #""action":7"#,
        #""batch_id":"a b""#, #" "source":"x""#,
    ]
}
