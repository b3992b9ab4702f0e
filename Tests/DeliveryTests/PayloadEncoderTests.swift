//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("A payload that becomes an event without being parsed")
struct PayloadEncoderTests {
    private func event(of record: LogRecord) -> String {
        var bytes = ByteBuffer()
        bytes.append(event: StreamEvent(record, channel: channel), id: record.id)
        return String(buffer: bytes)
    }

    static let records: [LogRecord] = {
        var plain = record(1, message: "📍 Step 1: Navigate to google.com")
        plain.step = 1
        plain.action = "navigate"
        plain.url = "https://google.com/?q=\"a\"&b=\\"
        plain.durationMilliseconds = 1234
        var named = record(2, message: "tab\t quote \" backslash \\ line\nbreak\r end")
        named.agentName = "QA  Bot"
        var late = record(3, level: .critical)
        late.timestamp = Timestamp(milliseconds: 253_402_300_799_999)
        var unnumbered = record(4, message: "")
        unnumbered.seq = nil
        return [plain, named, late, unnumbered, record(999_999_999)]
    }()

    @Test("Is the event of the record, to the byte", arguments: Self.records)
    func sameBytes(_ record: LogRecord) throws {
        var encoder = PayloadEncoder(name: .run(run), prefix: "browser_use_logs")
        var bytes = ByteBuffer()
        let frame = try #require(encoder.append(payload(record), to: &bytes))
        #expect(String(buffer: bytes) == event(of: record))
        #expect(frame == Frame(id: record.id, number: record.seq, level: record.level, kind: .record))
    }

    @Test(
        "Is left to the parser, with nothing written, when it is not exactly of the plain form",
        arguments: [
            "", "plain text", "{}", "[1]", #"{"msg":"a"}"#,
            String(decoding: record(1, message: "\u{1}").payload, as: UTF8.self),
            String(decoding: record(1).payload, as: UTF8.self).replacing("\"msg\"", with: "\"msg\" "),
            String(decoding: record(1).payload, as: UTF8.self).replacing("line", with: #"\ud83d"#),
            String(decoding: record(1).payload, as: UTF8.self).replacing("line", with: "li\u{85}ne"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("line", with: "li\u{2028}ne"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("line", with: "li\u{2029}ne"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("INFO", with: "info"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("200.001", with: "200.1"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("\"seq\":1", with: "\"seq\":01"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("\"seq\":1", with: "\"seq\":0"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("\"kind\":\"log\"", with: "\"kind\":\"end\""),
            String(decoding: record(1).payload, as: UTF8.self).replacing("}", with: ",\"msg\":\"b\"}"),
            String(decoding: record(1).payload, as: UTF8.self).replacing("}", with: ",\"new\":{}}"),
            String(decoding: record(1).payload, as: UTF8.self) + " ",
        ]
    )
    func notPlain(_ text: String) {
        var encoder = PayloadEncoder(name: .run(run), prefix: "browser_use_logs")
        var bytes = ByteBuffer()
        #expect(encoder.append(ByteBuffer(string: text), to: &bytes) == nil)
        #expect(bytes.readableBytes == 0)
    }

    @Test("Is left to the parser when it is cut anywhere, or has a byte that is not UTF-8")
    func damaged() {
        let whole = record(1, message: "📍 Schritt").payload
        for length in 0..<whole.count {
            var encoder = PayloadEncoder(name: .run(run), prefix: "browser_use_logs")
            var bytes = ByteBuffer()
            #expect(encoder.append(ByteBuffer(bytes: whole.prefix(length)), to: &bytes) == nil)
        }
        var broken = whole
        broken[30] = 0xFF
        var encoder = PayloadEncoder(name: .run(run), prefix: "browser_use_logs")
        var bytes = ByteBuffer()
        #expect(encoder.append(ByteBuffer(bytes: broken), to: &bytes) == nil)
    }
}
