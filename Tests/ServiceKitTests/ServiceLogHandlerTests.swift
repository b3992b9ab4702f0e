//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Testing

@testable import ServiceKit

@Suite("The service's own log")
struct ServiceLogHandlerTests {
    private struct Failure: Error, CustomStringConvertible { let description: String }

    private let time = Timestamp(milliseconds: 1_758_450_600_123)

    private func line(
        _ format: LogFormat,
        _ message: Logger.Message,
        level: Logger.Level = .info,
        error: (any Error)? = nil,
        metadata: Logger.Metadata? = nil,
        always: Logger.Metadata = [:]
    ) -> String {
        var handler = ServiceLogHandler(label: "agent-api", format: format, level: .info)
        for (key, value) in always { handler[metadataKey: key] = value }
        let event = LogEvent(
            level: level,
            message: message,
            error: error,
            metadata: metadata,
            source: "test",
            file: #fileID,
            function: #function,
            line: #line
        )
        return String(decoding: handler.line(for: event, at: time), as: UTF8.self)
    }

    @Test("A line of text is the time, the level, the service, the message and the metadata, sorted")
    func text() {
        #expect(self.line(.text, "listening") == "2025-09-21T10:30:00.123Z INFO agent-api: listening\n")
        let line = self.line(
            .text,
            "no answer",
            level: .error,
            error: Failure(description: "gone"),
            metadata: ["b": "2", "a": ["x", "y"]],
            always: ["c": "3", "b": "1"]
        )
        #expect(
            line == "2025-09-21T10:30:00.123Z ERROR agent-api: no answer a=[\"x\", \"y\"] b=2 c=3 error=gone\n"
        )
    }

    @Test(
        "Text from outside cannot forge a line or control a terminal",
        arguments: [
            "\n", "\r", "\r\n", "\u{0}", "\u{1B}[2J", "\u{8}", "\u{7F}", "\u{85}", "\u{9B}2J", "\u{2028}", "\u{2029}",
        ]
    )
    func forgery(hostile: String) {
        let line = self.line(
            .text,
            "message \(hostile) end",
            error: Failure(description: "error \(hostile) end"),
            metadata: ["key\(hostile)": "value \(hostile) end"]
        )
        #expect(line.unicodeScalars.last == "\n")
        let controls = line.unicodeScalars.dropLast().filter {
            [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        #expect(controls.isEmpty)
        #expect(line.hasSuffix("end\n"))
    }

    @Test("Text of any script stays as it is")
    func scripts() {
        #expect(line(.text, "📍 größer 你好 👩‍👩‍👧‍👦").hasSuffix("agent-api: 📍 größer 你好 👩‍👩‍👧‍👦\n"))
    }

    @Test("A line of JSON is one valid object")
    func json() throws {
        let line = self.line(
            .json,
            "say \"hi\"\r\n\u{0}📍",
            level: .warning,
            error: Failure(description: "a\nb"),
            metadata: ["list": ["x"], "k\"": "v\n"],
            always: ["own": "1"]
        )
        #expect(line.utf8.filter { $0 < 0x20 } == [0x0A])
        #expect(line.hasSuffix("}\n"))
        let expected = JSONValue.object([
            "timestamp": .string("2025-09-21T10:30:00.123Z"), "level": .string("warning"),
            "service": .string("agent-api"), "message": .string("say \"hi\"\r\n\u{0}📍"), "error": .string("a\nb"),
            "metadata": .object(["list": .string("[\"x\"]"), "k\"": .string("v\n"), "own": .string("1")]),
        ])
        #expect(try JSONValue(parsing: line.utf8) == expected)
    }

    @Test("JSON without an error and metadata has neither field")
    func bareJSON() {
        #expect(
            line(.json, "up")
                == #"{"timestamp":"2025-09-21T10:30:00.123Z","level":"info","service":"agent-api","message":"up"}"#
                + "\n"
        )
    }

    @Test("A logger's metadata can be read back, and its level applies")
    func logger() {
        var logger = Logger(label: "t") { ServiceLogHandler(label: $0, format: .text, level: .warning) }
        logger[metadataKey: "a"] = "1"
        #expect(logger[metadataKey: "a"] == "1")
        #expect(logger.logLevel == .warning)
    }
}
