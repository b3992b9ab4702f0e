//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

/// What other publishers may send (protocol, section 2).
@Suite("Payloads of other publishers")
struct ForeignPayloadTests {
    private let requestID: Identifier
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    init() throws {
        requestID = try Identifier("run-1")
    }

    private func read(_ payload: some Collection<UInt8>) -> LogRecord {
        LogRecord(payload: payload, requestID: requestID, receivedAt: now)
    }

    private func read(_ payload: String) -> LogRecord { self.read(Array(payload.utf8)) }

    /// The record of bare text.
    private func text(_ message: String) -> LogRecord {
        LogRecord(message: message, requestID: requestID, timestamp: now, source: "text")
    }

    @Test("JSON of the five documented fields")
    func fiveFields() {
        let payload =
            #"{"agent_name": "browser agent", "msg": "📍 Step 1", "request_id": "run-1", "#
            + #""timestamp": 1695307200.123, "source": "logger"}"#
        let expected = LogRecord(
            message: "📍 Step 1",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123)
        )
        #expect(read(payload) == expected)
        #expect(read(" \r\n\t" + payload + "\n") == expected)
    }

    @Test("What Python's json.dumps writes by default, all non-ASCII escaped")
    func pythonEscapes() {
        #expect(read(#"{"msg": "\ud83d\udccd Step 1: gr\u00f6\u00dfer"}"#).message == "📍 Step 1: größer")
    }

    @Test(
        "Anything but a JSON object is a line of that text",
        arguments: [
            "📍 Step 1: Navigate to google.com", "", " ", "\n", "{", "}", "{not json}", #"{"msg":"cut o"#,
            #"{"msg":"a"} x"#,
            #"{"msg":nan}"#, #"{'msg':'a'}"#, "[1,2]", #"["msg"]"#, #""a string""#, "42", "null", "true", "NaN",
            #"{"msg":"a",}"#, "\u{FEFF}{}", "two\nlines", "nul \u{0} inside",
        ]
    )
    func noObject(payload: String) {
        #expect(read(payload) == text(payload))
    }

    @Test("Bytes that are not UTF-8 are shown with the replacement character")
    func notUTF8() {
        #expect(read([0x61, 0xFF, 0x62]) == text("a\u{FFFD}b"))
        #expect(read([0xFF, 0xFE, 0x00]).message.contains("\u{FFFD}"))
        let broken = Array(#"{"msg":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)
        #expect(read(broken) == text("{\"msg\":\"\u{FFFD}(\"}"))
    }

    @Test("A mebibyte of text and of JSON arrive whole")
    func large() {
        let text = String(repeating: "0123456789abcdef", count: 1 << 16)
        #expect(read(text) == self.text(text))
        #expect(read("{\"msg\":\"\(text)\"}").message == text)
    }

    @Test("Nesting deeper than any stack is shown as text", arguments: ["[", "{\"msg\":", "{\"data\":[", "{\"a\":"])
    func deepNesting(opening: String) {
        let payload = String(repeating: opening, count: 100_000)
        #expect(read(payload) == text(payload))
        let inObject =
            "{\"msg\":\"a\",\"data\":" + String(repeating: "[", count: 100_000)
            + String(repeating: "]", count: 100_000) + "}"
        #expect(read(inObject) == text(inObject))
    }

    @Test(
        "A field of the wrong type counts as missing and does not affect others",
        arguments: [
            "agent_name", "source", "level", "seq", "kind", "step", "action", "url", "duration_ms", "timestamp", "id",
        ]
    )
    func wrongTypes(field: String) {
        for wrong in ["null", "true", "[]", "{}", "[[1],{\"a\":null}]", "1e300", "-1.5e99"] {
            var expected = LogRecord(message: "kept", requestID: requestID, timestamp: now)
            if field == "data" { expected.data = nil }
            #expect(read("{\"msg\":\"kept\",\"\(field)\":\(wrong)}") == expected, "\(field): \(wrong)")
        }
    }

    @Test(
        "Invalid texts count as missing",
        arguments: [
            ("level", "\"LOUD\""), ("level", "\"\""), ("kind", "\"picture\""), ("id", "\"1-\""), ("id", "\"now\""),
            ("timestamp", "\"yesterday\""), ("timestamp", "\"\""), ("timestamp", "\"nan\""), ("timestamp", "\"inf\""),
            ("timestamp", "1e18"), ("seq", "0"), ("seq", "-1"), ("seq", "1.5"), ("seq", "\"1\""), ("step", "\"2\""),
        ]
    )
    func nonsense(field: String, value: String) {
        let expected = LogRecord(message: "kept", requestID: requestID, timestamp: now)
        #expect(read("{\"msg\":\"kept\",\"\(field)\":\(value)}") == expected)
    }

    @Test(
        "A message that is not a string is shown as JSON",
        arguments: [
            ("42", "42"), ("4.5", "4.5"), ("true", "true"), ("[1, 2]", "[1,2]"),
            (#"{"b": 1, "a": "x"}"#, #"{"a":"x","b":1}"#),
        ]
    )
    func messageOfOtherType(value: String, shown: String) {
        #expect(read("{\"msg\": \(value)}").message == shown)
        #expect(read("{\"msg\": \(value)}").source == "logger")
    }

    @Test(
        "An object without a message is shown whole",
        arguments: ["{}", #"{"text":"hello"}"#, #"{"msg":null}"#, #"{"msg":NaN}"#]
    )
    func withoutMessage(payload: String) {
        #expect(read(payload).message == payload)
    }

    @Test(
        "The time may be a number, a number in quotes, or ISO 8601",
        arguments: [
            ("1695307200.123", Int64(1_695_307_200_123)), ("1695307200", 1_695_307_200_000),
            ("1695307200.1234567", 1_695_307_200_123), ("\"1695307200.123\"", 1_695_307_200_123),
            ("\"2023-09-21T14:40:00.123Z\"", 1_695_307_200_123), ("\"2023-09-21T14:40:00Z\"", 1_695_307_200_000),
            ("0", 0), ("-1.5", -1500),
        ]
    )
    func times(value: String, milliseconds: Int64) {
        #expect(read("{\"msg\":\"a\",\"timestamp\":\(value)}").timestamp.milliseconds == milliseconds)
    }

    @Test("The channel's run overrides what the payload says")
    func otherRun() {
        #expect(read(#"{"msg":"a","request_id":"another"}"#).requestID == requestID)
        #expect(read(#"{"msg":"a","request_id":"not valid\n"}"#).requestID == requestID)
    }

    @Test("Levels of any case and fields of later versions are accepted")
    func lenience() {
        let record = read(#"{"msg":"a","level":"warn","later":{"x":[1]},"seq":9007199254740992}"#)
        #expect(record.level == .warning)
        #expect(record.seq == 9_007_199_254_740_992)
    }

    @Test("A duplicate name is not an error")
    func duplicates() {
        let record = read(#"{"msg":"first","msg":"second"}"#)
        #expect(["first", "second"].contains(record.message))
        #expect(record.source == "logger")
    }

    @Test("Cut at any byte, or with any byte changed, a payload is still a record")
    func damage() {
        let payload = Array(#"{"msg":"📍 a\n","timestamp":1.5,"seq":1,"data":{"a":[1,-2e3,null]},"id":"1-0"}"#.utf8)
        for end in payload.indices { #expect(read(payload[..<end]).source == "text") }
        for index in payload.indices {
            for byte: UInt8 in [0x00, 0x22, 0x2C, 0x5B, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] {
                var damaged = payload
                damaged[index] = byte
                #expect(read(damaged).requestID == requestID)
            }
        }
    }
}
