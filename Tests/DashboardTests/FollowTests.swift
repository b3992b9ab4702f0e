//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import TestSupport
import Testing

@Suite("Following a run", .timeLimit(.minutes(5)))
struct FollowTests {
    @Test("Records are shown as they come, and the end tells how it went")
    func plain() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(
                Events.retry,
                Events.connected,
                Events.log(1, "📍 Step"),
                Events.heartbeat,
                Events.log(2, "careful", level: "WARNING"),
                Events.end()
            )
        } body: { server in
            var invocation = Invocation()
            invocation.environment = ["GATEWAY_URL": server.url]
            let status = await invocation.run("follow", "r", "--no-color")
            #expect(status == .completed)
            let lines = invocation.output.text.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 7)
            #expect(lines[0] == "2025-09-21")
            // Some time zones are a quarter or half of an hour apart from others.
            #expect(lines[1].wholeMatch(of: /\d\d:(?:00|15|30|45):01  📍 Step 1/) != nil)
            #expect(lines[2].wholeMatch(of: /\d\d:(?:00|15|30|45):02  WARNING  careful 2/) != nil)
            #expect(lines[3...] == ["", "✔ completed · 4 steps · 8.5 s", "  result  42", ""])
            #expect(invocation.notices.text.isEmpty)
            #expect(server.requests.map(\.target) == ["/api/v1/stream-logs/request/r?level=INFO"])
            #expect(server.requests.first?.headers["accept"] == "text/event-stream")
        }
    }

    @Test("A dropped connection is resumed from the last id, also when it broke off in the middle of an event")
    func resumes() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            switch connection.number {
            case 1:
                let half = String(Events.log(3).dropLast(5))
                try await connection.stream(Events.retry, Events.connected, Events.log(1), Events.log(2), half)
            case 2:
                // Record 2 once more, which no gateway should send: it must not be shown twice.
                try await connection.stream(Events.connected, Events.log(2), Events.log(3))
            default:
                try await connection.stream(Events.connected, Events.log(4), Events.end())
            }
        } body: { server in
            let invocation = Invocation()
            let status = await invocation.run("follow", "r", "--gateway", server.url, "--tail", "2")
            #expect(status == .completed)
            let messages = invocation.output.text.matches(of: /message \d/).map { String($0.output) }
            #expect(messages == ["message 1", "message 2", "message 3", "message 4"])
            #expect(server.requests.map { $0.headers["last-event-id"] } == [nil, Events.id(2), Events.id(3)])
            #expect(server.requests.allSatisfy { $0.target.hasSuffix("?level=INFO&tail=2") })
            #expect(invocation.notices.text.matches(of: /lost/).count == 2)
            #expect(invocation.notices.text.contains("connection to \(server.url) lost"))
        }
    }

    @Test("A gateway that is not ready is waited for as long as it asks")
    func notReady() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            switch connection.number {
            case 1: try await connection.respond("503 Service Unavailable", headers: ["Retry-After": "1"])
            case 2: try await connection.respond("429 Too Many Requests")
            default: try await connection.stream(Events.connected, Events.end())
            }
        } body: { server in
            let invocation = Invocation()
            let start = ContinuousClock.now
            let status = await invocation.run("follow", "r", "--gateway", server.url)
            #expect(status == .completed)
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(server.requests.count == 3)
            #expect(invocation.notices.text.contains("is not ready (HTTP status 503)"))
            #expect(invocation.notices.text.matches(of: /not ready/).count == 1)
        }
    }

    @Test("A stream without even a heartbeat is given up and taken up again")
    func deadStream() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            guard connection.number == 1 else { return try await connection.stream(Events.connected, Events.end()) }
            try await connection.stream(Events.connected, Events.log(1))
            try await connection.waitForClose()
        } body: { server in
            var invocation = Invocation()
            invocation.policy.idleTimeout = .seconds(1)
            #expect(await invocation.run("follow", "r", "--gateway", server.url) == .completed)
            #expect(server.requests.last?.headers["last-event-id"] == Events.id(1))
            #expect(invocation.notices.text.contains("nothing arrived for 1 s"))
        }
    }

    @Test("Options become the cursor and the filter of the request")
    func cursor() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.end())
        } body: { server in
            let invocation = Invocation()
            _ = await invocation.run(
                "follow",
                "a.b_c:d-e",
                "--gateway",
                server.url + "/",
                "--from",
                "now",
                "--level",
                "warn",
                "--last-event-id",
                "5-1",
                "--token",
                "secret"
            )
            let request = try #require(server.requests.first)
            #expect(request.target == "/api/v1/stream-logs/request/a.b_c:d-e?level=WARNING&from=now")
            #expect(request.headers["last-event-id"] == "5-1")
            #expect(request.headers["authorization"] == "Bearer secret")
        }
    }

    @Test("With --json each event is a line as received, with its own id, and nothing else is printed")
    func json() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(
                Events.retry,
                Events.connected,
                Events.log(1),
                Events.heartbeat,
                "data: not JSON\n\n",
                Events.log(2, #"\u001b[31m\u009b"#),
                Events.end("failed", more: #""error":"boom""#)
            )
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("follow", "r", "--gateway", server.url, "--json") == .failed)
            let lines = invocation.output.text.split(separator: "\n").map(String.init)
            try #require(lines.count == 6)
            #expect(lines[0] == Events.connected.dropFirst(6).dropLast(2))
            #expect(lines[1] == #"{"id":"\#(Events.id(1))","# + Events.logJSON(1).dropFirst())
            #expect(lines[2] == Events.heartbeat.dropFirst(6).dropLast(2))
            #expect(lines[3] == #"{"type":"unknown","text":"not JSON"}"#)
            #expect(lines[4].contains(#"\u001b[31m\u009b"#))
            #expect(
                lines[5] == #"{"id":"\#(Events.id(9))","#
                    + Events.endJSON(status: "failed", more: #""error":"boom""#).dropFirst()
            )
        }
    }

    @Test("With --json and --quiet only what the run did is printed")
    func quietJSON() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.connected, Events.heartbeat, Events.log(1), Events.end())
        } body: { server in
            let invocation = Invocation()
            _ = await invocation.run("follow", "r", "--gateway", server.url, "--json", "--quiet")
            #expect(invocation.output.text.split(separator: "\n").count == 2)
        }
    }

    @Test("Records that are gone are not passed over in silence, and messages cannot take over the terminal")
    func gapsAndEscapes() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(
                #"data: {"type":"gap","data":{"request_id":"r","missed":12},"timestamp":"2025-09-21T10:30:00.000Z"}"#,
                "\n\n",
                Events.log(1, #"\u001b]0;owned\u0007 \u202eabc\nsecond line\r\n"#),
                Events.end()
            )
        } body: { server in
            let invocation = Invocation()
            _ = await invocation.run("follow", "r", "--gateway", server.url)
            let text = invocation.output.text
            #expect(text.contains("… 12 records are gone …"))
            #expect(text.contains(#"\x1b]0;owned\x07 \u{202e}abc"# + "\n          second line\n"))
            #expect(!text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{7}" || $0 == "\u{202e}" || $0 == "\r" })
        }
    }

    @Test("Records from before a time are left out, and so is what is gone of them")
    func since() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(
                #"data: {"type":"gap","data":{"request_id":"r","before":"\#(Events.id(1))","missed":12},"#
                    + #""timestamp":"2025-09-21T10:30:00.000Z"}"# + "\n\n",
                Events.log(1),
                Events.log(2),
                Events.log(3),
                Events.end()
            )
        } body: { server in
            let invocation = Invocation()
            let arguments = ["follow", "r", "--gateway", server.url, "--since", "2025-09-21T10:30:02Z"]
            #expect(await invocation.run(arguments) == .completed)
            #expect(
                invocation.output.text.matches(of: /message \d/).map { String($0.output) } == [
                    "message 2", "message 3",
                ]
            )
            #expect(!invocation.output.text.contains("gone"))
            let recent = Invocation()
            #expect(await recent.run("follow", "r", "--gateway", server.url, "--since", "10m") == .completed)
            #expect(!recent.output.text.contains("message"))
        }
    }

    @Test("An event that is too large to keep is passed over, but not in silence")
    func oversized() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.connected, "data: ")
            let piece = String(repeating: "x", count: 1 << 20)
            for _ in 1...17 { try await connection.write(piece) }
            try await connection.write("\n\n" + Events.log(1) + Events.end())
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("follow", "r", "--gateway", server.url) == .completed)
            #expect(server.requests.count == 1)
            #expect(invocation.output.text.contains("message 1"))
            #expect(invocation.notices.text.contains("an event of more than 16 MiB was skipped"))
        }
    }

    @Test("There is colour on a terminal, unless NO_COLOR, a dumb terminal or the option forbids it")
    func colour() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.log(1), Events.end())
        } body: { server in
            func isColoured(_ environment: [String: String], terminal: Bool, _ more: String...) async -> Bool {
                var invocation = Invocation()
                invocation.environment = environment.merging(["GATEWAY_URL": server.url]) { $1 }
                invocation.isTerminal = terminal
                _ = more.isEmpty ? await invocation.run("follow", "r") : await invocation.run("follow", "r", more[0])
                return invocation.output.text.contains("\u{1b}[")
            }
            #expect(await isColoured([:], terminal: true))
            #expect(await isColoured(["NO_COLOR": ""], terminal: true))
            #expect(await !isColoured([:], terminal: false))
            #expect(await !isColoured(["NO_COLOR": "1"], terminal: true))
            #expect(await !isColoured(["TERM": "dumb"], terminal: true))
            #expect(await !isColoured([:], terminal: true, "--no-color"))
        }
    }
}
