//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

/// The meaning of fields of other publishers (protocol, section 2).
@Suite("Fields of other publishers")
struct ForeignFieldsTests {
    private let requestID: Identifier
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    init() throws {
        requestID = try Identifier("run-1")
    }

    private func read(_ payload: String) -> LogRecord {
        LogRecord(payload: Array(payload.utf8), requestID: requestID, receivedAt: now)
    }

    @Test(
        "A level is a name in any case, or a number of Python's logging",
        arguments: [
            (#""warn""#, LogLevel.warning), (#""ERROR   ""#, .error), (#""Err""#, .error), (#""fatal""#, .critical),
            (#""CRIT""#, .critical), (#""notice""#, .info), (#""trace""#, .debug), ("10", .debug), ("5", .debug),
            ("20", .info), ("25", .info), ("30", .warning), ("35", .warning), ("40", .error), ("50", .critical),
            ("1000", .critical), (#""40""#, .error), ("40.0", .error), ("0", .info), ("3", .info), ("-40", .info),
            ("40.5", .info), ("1e300", .info), (#""40 50""#, .info), (#""LOUD""#, .info), ("null", .info),
        ]
    )
    func levels(value: String, level: LogLevel) {
        #expect(read("{\"msg\":\"a\",\"level\":\(value)}").level == level)
        #expect(read("{\"msg\":\"a\",\"levelname\":\(value)}").level == level)
    }

    @Test(
        "Without a level, the one that a formatter put in front of the text counts",
        arguments: [
            ("ERROR    [browser_use.agent] it broke", LogLevel.error), ("WARNING  [tools] slow", .warning),
            ("CRITICAL [Agent] lost", .critical), ("DEBUG    [dom] built", .debug),
            ("INFO     [Agent] 📍 Step 1", .info),
            ("2025-01-01 12:00:00,123 - ERROR    [browser_use] it broke", .error),
            ("2025-01-01 12:00:00,123 - ERROR - it broke", .error),
            ("2025-01-01 12:00:00,123 - my.agent - WARNING - slow", .warning),
            ("2025-01-01 12:00:00 my.agent  CRITICAL lost", .critical), ("2025-01-01T12:00:00.123Z ERROR no", .error),
            ("2025-01-01 12:00:00.123 | WARNING  | app:main:12 - slow", .warning), ("12:00:00 ERROR no", .error),
            ("[ERROR] no", .error), ("[error] no", .error), ("[Warning] slow", .warning), ("[info     ] yes", .info),
            ("2025-01-01 12:00:00 [error    ] no", .error), ("[2025-01-01 12:00:00 +0000] [123] [ERROR] no", .error),
            ("[2025-01-01 12:00:00,123: WARNING/MainProcess] slow", .warning), ("[main] ERROR no", .error),
            ("ERROR:root:no", .error), ("ERROR: no", .error), ("WARN slow", .warning), ("FATAL lost", .critical),
            ("ERROR", .error), ("ERROR | no", .error), ("  ERROR: no", .error),
            ("\u{1B}[1;31mERROR\u{1B}[0m: no", .error),
            ("ERROR\nin two lines", .error),
        ]
    )
    func leadingLevels(text: String, level: LogLevel) {
        for record in [read(text), read(#"{"msg":\#(JSONValue.string(text).text)}"#)] {
            #expect(record.level == level)
            #expect(record.message == text)
        }
        #expect(read(#"{"msg":\#(JSONValue.string(text).text),"level":"DEBUG"}"#).level == .debug)
    }

    @Test(
        "A word in a sentence is not a level",
        arguments: [
            "The page shows ERROR 404", "Error: the site says so", "Warning signs", "error", "Errors are listed",
            "ERRORS are listed", "INFORMATION", "ERRORLESS", "📍 ERROR", "Found 3 WARNING labels", "\"ERROR\" it says",
            "[link] The ERROR page", "[1] Go on", "see [ERROR]", "[no end ERROR", "2025 ERROR", "1. ERROR handling",
            "12:00 Meeting about the ERROR page", "- ERROR", "", "[", "[]", "2025-01-01", "ERROR-404", "CRITICALLY",
        ]
    )
    func prose(text: String) {
        #expect(read(text).level == .info)
        #expect(read(text).message == text)
    }

    @Test("The text may be in message, as Python's logging calls it")
    func message() {
        #expect(read(#"{"message":"hello"}"#).message == "hello")
        #expect(read(#"{"msg":"a","message":"b"}"#).message == "a")
        #expect(read(#"{"msg":null,"message":"b"}"#).message == "b")
        #expect(read(#"{"msg":"","message":"b"}"#).message == "")
    }

    @Test("The fields of a message that is itself a record count, once")
    func nesting() {
        let inner = #"{"msg":"hi","level":"ERROR","agent_name":"A","step":2,"duration_ms":1.5,"user":7}"#
        let quoted = JSONValue.string(inner).text
        for message in [inner, quoted, JSONValue.string("  " + inner).text] {
            let record = read(#"{"msg":\#(message),"level":"INFO","timestamp":1,"url":"https://example.org"}"#)
            var expected = LogRecord(
                message: "hi",
                agentName: "A",
                requestID: requestID,
                timestamp: Timestamp(milliseconds: 1000),
                level: .error,
                step: 2,
                url: "https://example.org",
                durationMilliseconds: 2
            )
            expected.data = ["user": 7]
            #expect(record == expected)
        }
        let twice = #"{"msg":{"msg":"{\"msg\":\"deep\"}"}}"#
        #expect(read(twice).message == #"{"msg":"deep"}"#)
    }

    @Test(
        "A message that only looks like a record is a text",
        arguments: [
            #"{"message":"hi"}"#, #"{"msg":null}"#, #"{"msg":"cut"#, #"{"a":1}"#, #"["msg"]"#, "{}", "{", "{not json}",
        ]
    )
    func noNesting(text: String) {
        #expect(read(#"{"msg":\#(JSONValue.string(text).text)}"#).message == text)
    }

    @Test("The message of our own records is always text, and ends nothing")
    func quotedRecords() {
        let text = #"{"msg":"over","kind":"end","id":"9-9","seq":4,"data":{"status":"completed"}}"#
        let quoted = JSONValue.string(text).text
        for own in [#""kind":"log""#, #""seq":1"#] {
            #expect(read(#"{"msg":\#(quoted),\#(own)}"#).message == text)
        }
        let foreign = read(#"{"msg":\#(quoted)}"#)
        #expect(foreign.message == "over")
        #expect(foreign.kind == .log)
        #expect(foreign.id == nil)
        #expect(foreign.seq == nil)
    }

    @Test("An id counts only if it is an entry's", arguments: ["42", "1695307200123", "a-b", "1-", "-1", "1-2-3"])
    func foreignIDs(id: String) {
        let expected = LogRecord(message: "hi", requestID: requestID, timestamp: now)
        #expect(read("{\"msg\":\"hi\",\"id\":\"\(id)\"}") == expected)
        #expect(read("{\"msg\":\"hi\",\"id\":42}") == expected)
        #expect(read(#"{"msg":"hi","id":"42-0"}"#).id == EntryID(milliseconds: 42, sequence: 0))
    }

    @Test(
        "Numbers as Python writes them do not lose the record",
        arguments: [
            ("NaN", "null"), ("Infinity", "null"), ("-Infinity", "null"), ("1e400", "null"), ("-1e400", "null"),
            ("18446744073709551615", "18446744073709551615"), ("-9223372036854775809", "-9223372036854775809"),
            ("9007199254740993", "9007199254740993"), ("[1,{\"a\":NaN}]", "[1,{\"a\":null}]"),
            (String(repeating: "9", count: 300), String(repeating: "9", count: 300)),
            (String(repeating: "9", count: 400), "null"), ("0.1", "0.1"), ("1e400000000000", "null"),
        ]
    )
    func numbers(value: String, shown: String) {
        let record = read(#"{"msg":"kept","level":"ERROR","data":{"value":\#(value)},"score":\#(value)}"#)
        #expect(record.message == "kept")
        #expect(record.level == .error)
        #expect(record.data?.text == #"{"value":\#(shown)}"#)
        let again = LogRecord(payload: record.payload, requestID: requestID, receivedAt: now)
        #expect(again.data == record.data)
    }

    @Test("Counters are from 1 to 2^53", arguments: ["seq", "batch_seq", "step"])
    func bounds(field: String) {
        let kept = LogRecord(message: "kept", requestID: requestID, timestamp: now)
        for wrong in ["9223372036854775807", "9007199254740993", "1e300", "NaN", "-1", "0", "18446744073709551616"] {
            #expect(read("{\"msg\":\"kept\",\"\(field)\":\(wrong)}") == kept, "\(wrong)")
        }
    }

    @Test(
        "A duration may have a fraction, which is rounded",
        arguments: [
            ("12.7", Int?(13)), ("12", 12), ("0", 0), ("0.2", 0), ("-0.7", nil), ("NaN", nil), ("1e300", nil),
            ("\"12\"", nil), ("1e3", 1000),
        ]
    )
    func durations(value: String, milliseconds: Int?) {
        #expect(read("{\"msg\":\"a\",\"duration_ms\":\(value)}").durationMilliseconds == milliseconds)
    }

    @Test(
        "The time may be seconds, milliseconds, or ISO 8601 as Python writes it",
        arguments: [
            ("1695307200123", Int64(1_695_307_200_123)), ("1695307200123.4", 1_695_307_200_123),
            ("\"1695307200123\"", 1_695_307_200_123), ("\"2023-09-21T14:40:00.123456+00:00\"", 1_695_307_200_123),
            ("\"2023-09-21T14:40:00.123456\"", 1_695_307_200_123), ("\"2023-09-21 14:40:00,123\"", 1_695_307_200_123),
            ("\"2023-09-21T16:40:00.123+0200\"", 1_695_307_200_123),
            ("1e18", 1_700_000_000_000), ("1e300", 1_700_000_000_000), ("-1e13", 1_700_000_000_000),
            ("9223372036854775807", 1_700_000_000_000), ("18446744073709551615", 1_700_000_000_000),
            ("NaN", 1_700_000_000_000), ("\"2023-09-21\"", 1_700_000_000_000), ("\"Z\"", 1_700_000_000_000),
        ]
    )
    func times(value: String, milliseconds: Int64) {
        #expect(read("{\"msg\":\"a\",\"timestamp\":\(value)}").timestamp.milliseconds == milliseconds)
    }

    @Test("An end's result and error that are not strings are shown as JSON")
    func results() {
        let end = read(
            #"{"msg":"over","kind":"end","data":{"status":"completed","result":{"n":[1,NaN]},"steps":9223372036854775807}}"#
        )
        #expect(RunOutcome(data: end.data) == RunOutcome(status: .completed, result: #"{"n":[1,null]}"#, steps: 0))
        #expect(RunOutcome(data: ["error": ["code": 7], "steps": -1]).error == #"{"code":7}"#)
        #expect(RunOutcome(data: ["result": .null]).result == nil)
    }
}
