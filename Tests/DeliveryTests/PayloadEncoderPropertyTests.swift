//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("The event of a generated payload")
struct PayloadEncoderPropertyTests {
    @Test("Is the same, to the byte, whether the payload is scanned or parsed", arguments: 0..<20 as Range<UInt64>)
    func sameBytes(seed: UInt64) {
        var random = Seeded(state: seed)
        var encoder = PayloadEncoder(name: .run(run), prefix: "browser_use_logs")
        var scanned = 0
        for _ in 0..<200 {
            let payload = Self.payload(using: &random)
            var fast = ByteBuffer()
            guard let frame = encoder.append(ByteBuffer(bytes: payload), to: &fast) else { continue }
            scanned += 1
            let record = LogRecord(payload: payload, requestID: run, receivedAt: Timestamp(milliseconds: 7))
            var slow = ByteBuffer()
            slow.append(event: StreamEvent(record, channel: channel), id: record.id)
            #expect(String(buffer: fast) == String(buffer: slow), "\(String(decoding: payload, as: UTF8.self))")
            #expect(frame == Frame(id: record.id, number: record.seq, level: record.level, kind: .record))
        }
        #expect(scanned >= 30)
    }

    private static let texts = [
        "📍 Step 1: Navigate to google.com", "", "ERROR    [agent] no", #"{"msg":"hi","level":"ERROR"}"#,
        "a\n\"b\"\\\t\r",
        "\u{2028}e\u{301}👩‍👩‍👧‍👦", "\u{85}", "ΑΣ ΣΑΣ", "İK", "Browser  Agent", "<b>&amp;</b>", "\\u0041 \\n",
    ]

    private static let numbers = [1, 2, 9, 10, 999_999, 1 << 53]

    /// The payload of a record like ours. One in three is changed at one place.
    private static func payload(using random: inout Seeded) -> [UInt8] {
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
            step: number(),
            durationMilliseconds: number()
        )
        if Bool.random(using: &random) { record.action = text() }
        if Bool.random(using: &random) { record.url = text() }
        var payload = record.payload
        guard Int.random(in: 0..<3, using: &random) == 0 else { return payload }
        let index = Int.random(in: 1..<payload.count - 1, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: payload[index] = .random(in: 0x20...0x7E, using: &random)
        case 1: payload.remove(at: index)
        default: payload.insert(payload[index], at: index)
        }
        return payload
    }
}

/// SplitMix64: the same numbers for the same seed.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
