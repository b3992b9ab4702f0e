//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
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

    @Test("A message holds no NUL, whatever it says")
    func writesNoNUL() {
        let message = DevToolsValue.object(["text\0": "a\0b\n\u{7F}"]).bytes
        #expect(!message.contains(0))
        #expect(!message.contains(UInt8(ascii: "\n")))
    }

    @Test("Answers find their commands in any order, errors are thrown, events go to their session")
    func matchesAnswers() async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        let events = Mutex<[String]>([])
        connection.handleEvents(of: "s1") { event in events.withLock { $0.append(event.method) } }
        async let first = connection.call("A.first", ["x": 1], until: .after(.seconds(60)))
        async let second = connection.call("B.second", session: "s1", until: .after(.seconds(60)))
        let commands = try await sent.first(2)
        let firstCommand = try #require(commands.first { $0["method"] == "A.first" })
        let secondCommand = try #require(commands.first { $0["method"] == "B.second" })
        #expect(firstCommand["params"] == ["x": 1])
        #expect(secondCommand["sessionId"] == "s1")
        try connection.receive(Array(#"{"method":"Page.loaded","params":{},"sessionId":"s1"}"#.utf8))
        try connection.receive(Array(#"{"method":"Page.other","sessionId":"s2"}"#.utf8))
        let error: DevToolsValue = ["id": secondCommand["id"] ?? 0, "error": ["code": -1, "message": "No such thing"]]
        try connection.receive(error.bytes)
        let answer: DevToolsValue = ["id": firstCommand["id"] ?? 0, "result": ["y": 2]]
        try connection.receive(answer.bytes)
        try connection.receive(answer.bytes)
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
        let pending = Task { try await connection.call("A.b", until: .after(.seconds(60))) }
        _ = try await sent.first(1)
        let gone = BrowserError(.browserGone, "the browser exited")
        connection.close(with: gone)
        #expect(await #expect(throws: BrowserError.self) { try await pending.value } == gone)
        #expect(
            await #expect(throws: BrowserError.self) { try await connection.call("A.c", until: .after(.seconds(60))) }
                == gone
        )
    }

    @Test("Cancelling the task ends the wait for an answer, except where it cleans up")
    func isCancelled() async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        let pending = Task { try await connection.call("A.b", until: .after(.seconds(60))) }
        let cleaning = Task {
            try await connection.call("A.close", until: .after(.seconds(60)), survivesCancellation: true)
        }
        let commands = try await sent.first(2)
        pending.cancel()
        cleaning.cancel()
        await #expect(throws: CancellationError.self) { try await pending.value }
        let close = try #require(commands.first { $0["method"] == "A.close" })
        let answer: DevToolsValue = ["id": close["id"] ?? 0, "result": [:]]
        try connection.receive(answer.bytes)
        #expect(try await cleaning.value == [:])
    }

    @Test("A message that is neither an answer nor an event is refused")
    func refusesNonsense() {
        let connection = DevToolsConnection { _ in }
        #expect(throws: BrowserError.self) { try connection.receive(Array("{}".utf8)) }
        #expect(throws: BrowserError.self) { try connection.receive(Array("hello".utf8)) }
    }

    @Test("A browser that says something is not taken for one that hangs, before it answers", arguments: [true, false])
    func livesWhileItSpeaks(speaks: Bool) async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        async let isAlive = connection.answers(
            within: speaks ? .seconds(5) : .milliseconds(100),
            survivesCancellation: false
        )
        _ = try await sent.first(1)
        guard speaks else {
            #expect(await !isAlive)
            return
        }
        connection.heard()
        let again = try await sent.first(2)
        let answer: DevToolsValue = ["id": again[1]["id"] ?? 0, "result": [:]]
        try connection.receive(answer.bytes)
        #expect(await isAlive)
    }

    /// What a connection makes of bytes that come through the pipe in pieces.
    private func feed(_ bytes: [UInt8], _ size: Int, to connection: DevToolsConnection) throws {
        var framing = PipeFraming()
        for start in stride(from: 0, to: bytes.count, by: size) {
            try bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
                for message in try framing.feed(piece) { try connection.receive(message) }
            }
        }
    }

    @Test(
        "An answer that is too long, or nests too deep, fails its command and nothing else",
        arguments: [
            "\"" + String(repeating: "x", count: 17 << 20) + "\"",
            String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
        ],
        [1000, 65_536, 1 << 26]
    )
    func failsCommand(value: String, size: Int) async throws {
        let sent = Sent()
        let connection = DevToolsConnection { sent.append($0) }
        async let first = connection.call("A.first", session: "S1", until: .after(.seconds(60)))
        async let second = connection.call("B.second", session: "S1", until: .after(.seconds(60)))
        let commands = try await sent.first(2)
        func id(_ method: String) throws -> String {
            try #require(commands.first { $0["method"]?.string == method }?["id"]).text
        }
        let long = #"{"id":\#(try id("A.first")),"result":{"value":\#(value)},"sessionId":"S1"}"#
        let short = #"{"id":\#(try id("B.second")),"result":{"value":2},"sessionId":"S1"}"#
        try feed(Array("\(long)\0\(short)\0".utf8), size, to: connection)
        do {
            _ = try await first
            Issue.record("the first command did not fail")
        } catch {
            #expect((error as? BrowserError)?.message.hasPrefix("the browser's answer cannot be read: ") == true)
        }
        #expect(try await second == ["value": 2])
    }

    @Test("An event that is too long ends its page, or is missed where it can be")
    func failsPage() throws {
        let connection = DevToolsConnection { _ in }
        let events = Mutex<[String]>([])
        for session in ["S1", "S2"] {
            connection.handleEvents(of: session) { event in
                events.withLock { $0.append("\(session) \(event.method) \(event.params["reason"]?.string ?? "")") }
            }
        }
        let long = String(repeating: #",\"sessionId\":\"S2\"}"#, count: 1 << 20)
        for method in [
            "Runtime.consoleAPICalled", "Log.entryAdded", "Network.requestWillBeSent", "Page.javascriptDialogOpening",
        ] {
            try feed(
                Array(#"{"method":"\#(method)","params":{"x":"\#(long)"},"sessionId":"S1"}"#.utf8) + [0],
                65_536,
                to: connection
            )
        }
        try connection.receive(Array(#"{"method":"Runtime.consoleAPICalled","params":{},"sessionId":"S1"}"#.utf8))
        #expect(
            events.withLock { $0 } == [
                "S1 Network.requestWillBeSent ",
                "S1 Inspector.targetCrashed what the page did (Page.javascriptDialogOpening) cannot be read: "
                    + "it is longer than 16 MiB",
            ]
        )
    }

    @Test("What is too long and not of the protocol is refused")
    func refusesLongNonsense() {
        let connection = DevToolsConnection { _ in }
        let nonsense = [UInt8](repeating: UInt8(ascii: "x"), count: 17 << 20) + [0]
        #expect(throws: BrowserError.self) { try feed(nonsense, 65_536, to: connection) }
    }
}

/// What a connection has sent.
private final class Sent: Sendable {
    private let messages = Watched<[[UInt8]]>([])

    func append(_ message: [UInt8]) {
        messages.update { $0.append(message) }
    }

    func first(_ count: Int) async throws -> [DevToolsValue] {
        let messages = try await messages.wait(for: "\(count) commands", until: .after(.seconds(60))) {
            $0.count >= count ? $0 : nil
        }
        return try messages.map { try DevToolsValue(parsing: $0) }
    }
}
