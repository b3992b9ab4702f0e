//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization
import Testing

@testable import Browser

@Suite("The DevTools protocol")
struct ProtocolTests {
    @Test("Messages come out of the pipe whole, wherever it is cut", arguments: 1...9)
    func splitsPipe(size: Int) throws {
        let messages = ["{\"id\":1}", "", "{\"text\":\"ü🎯\"}", "x"].map { Array($0.utf8) }
        let bytes = Array(messages.joined(separator: [0])) + [0]
        var framing = PipeFraming()
        var received: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let chunk = Array(bytes[start..<min(start + size, bytes.count)])
            received += try chunk.withUnsafeBytes { try framing.feed($0) }
        }
        #expect(received == messages.filter { !$0.isEmpty })
    }

    @Test(
        "JSON is read as it is meant",
        arguments: [
            ("null", .null), (" true ", true), ("-12.5e1", -125), ("0", 0), ("[]", []), ("{}", [:]),
            ("[1,[2,{\"a\":null}]]", [1, [2, ["a": nil]]]),
            ("\"a\\n\\\"\\\\\\/\\u00fc\"", "a\n\"\\/ü"), ("\"\\ud83c\\udfaf\"", "🎯"), ("\"\\ud83c!\"", "\u{FFFD}!"),
            ("\"日本\"", "日本"),
            ("{\"a\" : 1 , \"a\":2}", ["a": 2]),
        ] as [(String, DevToolsValue)]
    )
    func parses(text: String, value: DevToolsValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", "nul", "[1,]", "[1 2]", "{\"a\"}", "{a:1}", "\"open", "\"\\x\"", "\"\\u12g4\"", "1 2", "--1", "]",
            "{\"a\":1",
            String(repeating: "[", count: 10_000),
        ]
    )
    func refuses(text: String) {
        #expect(throws: JSONParser.Malformed.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test("What is written is read back the same, and holds no NUL")
    func writes() throws {
        let value: DevToolsValue = [
            "text": "a\0b\n\u{7F}\u{2028}\"\\ü🎯", "numbers": [0, -1, 0.5, 9_007_199_254_740_991], "none": nil,
            "yes": true,
        ]
        let text = value.encoded
        #expect(!text.contains(0))
        #expect(!text.contains(UInt8(ascii: "\n")))
        #expect(try JSONParser.parse(text) == value)
        #expect(DevToolsValue.number(.infinity).encoded == Array("null".utf8))
    }

    @Test("Answers find their commands in any order, errors are thrown, events go to their session")
    func matchesAnswers() async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        let events = Mutex<[String]>([])
        connection.handleEvents(of: "s1") { event in events.withLock { $0.append(event.method) } }
        async let first = connection.call("A.first", ["x": 1], until: .after(.seconds(10)))
        async let second = connection.call("B.second", session: "s1", until: .after(.seconds(10)))
        let commands = try await sent.first(2)
        let firstCommand = try #require(commands.first { $0["method"] == "A.first" })
        let secondCommand = try #require(commands.first { $0["method"] == "B.second" })
        #expect(firstCommand["params"] == ["x": 1])
        #expect(secondCommand["sessionId"] == "s1")
        try connection.receive(Array(#"{"method":"Page.loaded","params":{},"sessionId":"s1"}"#.utf8))
        try connection.receive(Array(#"{"method":"Page.other","sessionId":"s2"}"#.utf8))
        let error: DevToolsValue = ["id": secondCommand["id"] ?? 0, "error": ["code": -1, "message": "No such thing"]]
        try connection.receive(error.encoded)
        let answer: DevToolsValue = ["id": firstCommand["id"] ?? 0, "result": ["y": 2]]
        try connection.receive(answer.encoded)
        try connection.receive(answer.encoded)
        #expect(try await first == ["y": 2])
        do {
            _ = try await second
            Issue.record("the second command did not fail")
        } catch {
            #expect(error as? BrowserError == BrowserError(.protocolError, "No such thing"))
        }
        #expect(events.withLock { $0 } == ["Page.loaded"])
    }

    @Test("A command that is not answered fails when its time is over")
    func hasDeadlines() async throws {
        let connection = DevToolsConnection { _ in }
        for timeout in [Duration.zero, .milliseconds(50)] {
            let error = await #expect(throws: BrowserError.self) {
                try await connection.call("A.b", until: .after(timeout))
            }
            #expect(error == BrowserError(.timedOut, "the browser did not answer A.b in time"))
        }
    }

    @Test("When the connection ends all that is pending fails, and all that comes later")
    func closes() async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        let pending = Task { try await connection.call("A.b", until: .after(.seconds(10))) }
        _ = try await sent.first(1)
        let gone = BrowserError(.browserGone, "the browser exited")
        connection.close(with: gone)
        #expect(await #expect(throws: BrowserError.self) { try await pending.value } == gone)
        #expect(
            await #expect(throws: BrowserError.self) { try await connection.call("A.c", until: .after(.seconds(10))) }
                == gone
        )
    }

    @Test("Cancelling the task ends the wait for an answer, except where it cleans up")
    func isCancelled() async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        let pending = Task { try await connection.call("A.b", until: .after(.seconds(10))) }
        let cleaning = Task {
            try await connection.call("A.close", until: .after(.seconds(10)), survivesCancellation: true)
        }
        let commands = try await sent.first(2)
        pending.cancel()
        cleaning.cancel()
        await #expect(throws: CancellationError.self) { try await pending.value }
        let close = try #require(commands.first { $0["method"] == "A.close" })
        let answer: DevToolsValue = ["id": close["id"] ?? 0, "result": [:]]
        try connection.receive(answer.encoded)
        #expect(try await cleaning.value == [:])
    }

    @Test("A message that is neither an answer nor an event is refused")
    func refusesNonsense() {
        let connection = DevToolsConnection { _ in }
        #expect(throws: BrowserError.self) { try connection.receive(Array("{}".utf8)) }
        #expect(throws: JSONParser.Malformed.self) { try connection.receive(Array("hello".utf8)) }
    }
}

/// What a connection has sent.
private final class Sent: Sendable {
    private let messages = Watched<[[UInt8]]>([])

    func append(_ message: [UInt8]) {
        messages.update { $0.append(message) }
    }

    func first(_ count: Int) async throws -> [DevToolsValue] {
        let messages = try await messages.wait(for: "\(count) commands", until: .after(.seconds(10))) {
            $0.count >= count ? $0 : nil
        }
        return try messages.map { try JSONParser.parse($0) }
    }
}
