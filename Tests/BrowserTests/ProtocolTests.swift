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
        #expect(throws: InvalidJSON.self) { try connection.receive(Array("hello".utf8)) }
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
