//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Dashboard
import FoundationEssentials
import TestSupport
import Testing

@Suite("A batch on the command line", .timeLimit(.minutes(5)))
struct BatchCommandTests {
    private static let connected =
        #"data: {"type":"connected","batch_id":"b","message":"Connected to logs for batch b","#
        + #""channel":"{browser_use_logs:b}:batch","timestamp":"2025-09-21T10:30:00.000Z"}"# + "\n\n"

    private static func log(_ number: Int, run: String, _ message: String) -> String {
        "id: \(Events.id(number))\n" + #"data: {"type":"log","data":{"level":"INFO","message":"\#(message)","#
            + #""source":"browser-agent","request_id":"\#(run)","timestamp":"2025-09-21T10:30:01.000Z","#
            + #""log_source":"logger","seq":1},"timestamp":"2025-09-21T10:30:01.000Z","channel":"c"}"# + "\n\n"
    }

    private static func end(_ number: Int, run: String, _ status: String) -> String {
        "id: \(Events.id(number))\n" + #"data: {"type":"end","data":{"request_id":"\#(run)","status":"\#(status)","#
            + #""steps":2},"timestamp":"2025-09-21T10:30:03.000Z","channel":"c"}"# + "\n\n"
    }

    private static func batchEnd(_ outcome: BatchOutcome) throws -> String {
        let event = StreamEvent.batchEnd(
            .init(batchID: try Identifier("b"), outcome: outcome, timestamp: Timestamp(milliseconds: 0), channel: "c")
        )
        return "id: \(Events.id(99))\ndata: \(String(decoding: event.json, as: UTF8.self))\n\n"
    }

    private static let accepted =
        #"{"batch_id":"b","channel":"{browser_use_logs:b}:batch","stream_url":"/api/v1/stream-logs/batch/b","#
        + #""created_at":"2025-09-21T10:30:00.000Z","runs":[\#(Events.accepted)]}"#

    /// Both services in one.
    private static func serve(_ connection: ScriptedConnection, events: String...) async throws {
        let request = try await connection.request()
        guard request.method == "POST" else {
            try await connection.respondWithEvents()
            for event in events { try await connection.write(event) }
            return
        }
        let json = ["Content-Type": "application/json"]
        try await connection.respond("200 OK", headers: json, body: Self.accepted)
    }

    private func invocation(_ server: ScriptedServer) -> Invocation {
        var invocation = Invocation()
        invocation.environment = ["AGENT_API_URL": server.url, "GATEWAY_URL": server.url]
        return invocation
    }

    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.file("tasks")
            try Data(text.utf8).write(to: URL(filePath: path))
            try await body(path)
        }
    }

    @Test("A file with one task a line is posted and followed on one connection, each line marked with its run")
    func lines() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(
                connection,
                events: Self.connected,
                Self.log(1, run: "b.1", "one"),
                Self.log(2, run: "other", "two"),
                Self.log(3, run: "b.1", "three"),
                Self.end(4, run: "b.1", "completed"),
                Self.end(5, run: "other", "failed"),
                Self.batchEnd(BatchOutcome(runs: 2, completed: 1, failed: 1))
            )
        } body: { server in
            try await withFile("go to a\n\n# a comment\n  go to b  \n") { path in
                let invocation = self.invocation(server)
                let status = await invocation.run("batch", path, "--batch-id", "b", "--no-color")
                #expect(status == .failed)
                let post = try #require(server.requests.first)
                #expect(post.target == "/api/agents/batch")
                #expect(post.body == #"{"batch_id":"b","tasks":[{"task":"go to a"},{"task":"go to b"}]}"#)
                #expect(server.requests.last?.target == "/api/v1/stream-logs/batch/b?level=INFO")
                #expect(invocation.notices.text == "batch b · 1 run · \(server.url)/?batch=b\n")
                let output = invocation.output.text
                let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
                // Some time zones are a quarter or half of an hour apart from others.
                let time = /\d\d:(?:00|15|30|45):01/
                #expect(lines.first == "2025-09-21")
                let texts = lines.dropFirst().prefix(3).map { $0.replacing(time, with: "TIME") }
                #expect(texts == ["1 │ TIME  one", "other │ TIME  two", "1     │ TIME  three"], "\(output)")
                #expect(output.contains("1     │ ✔ completed · 2 steps · 2.0 s\n"), "\(output)")
                #expect(output.contains("other │ ✘ failed"), "\(output)")
                #expect(output.hasSuffix("\n2 runs: 1 completed, 1 failed\n"), "\(output)")
            }
        }
    }

    @Test("A file with a byte order mark and the line ends of Windows is read as any other", arguments: [false, true])
    func windowsFile(isJSON: Bool) async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Self.connected, Self.batchEnd(BatchOutcome(runs: 1, completed: 1)))
        } body: { server in
            let text = isJSON ? #"{"tasks":\#r\#n[{"task":"go to a"}]}"# : "# tasks\r\ngo to a\r\n"
            try await withFile("\u{FEFF}" + text) { path in
                let invocation = self.invocation(server)
                #expect(await invocation.run("batch", path, "--batch-id", "b") == .completed)
                let body = #"{"batch_id":"b","tasks":[{"task":"go to a"}]}"#
                #expect(server.requests.first?.body == body, "\(invocation.notices.text)")
            }
        }
    }

    @Test("JSON from the standard input is posted as it is, with the name that it has")
    func json() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Self.connected, Self.batchEnd(BatchOutcome(runs: 1, completed: 1)))
        } body: { server in
            var invocation = self.invocation(server)
            invocation.input = #" {"tasks": [{"task":"t","max_steps":3}], "batch_id": "b"}"#
            #expect(await invocation.run("batch", "-", "--json", "--quiet") == .completed)
            #expect(server.requests.first?.body == #"{"batch_id":"b","tasks":[{"max_steps":3,"task":"t"}]}"#)
            let lines = invocation.output.text.split(separator: "\n")
            #expect(lines.count == 1)
            #expect(lines.first?.hasPrefix(#"{"id":"\#(Events.id(99))","type":"batch_end""#) == true)
        }
    }

    @Test(
        "A batch that there is is followed; a dropped connection is resumed from the last id, and an end of a run ends nothing"
    )
    func resumes() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            if connection.number == 1 {
                try await connection.stream(
                    Events.retry,
                    Self.connected,
                    Self.log(1, run: "b.1", "one"),
                    Self.end(2, run: "b.1", "completed")
                )
            } else {
                try await connection.stream(
                    Self.connected,
                    Self.log(3, run: "b.2", "two"),
                    Self.batchEnd(BatchOutcome(runs: 2, completed: 1, cancelled: 1))
                )
            }
        } body: { server in
            let invocation = self.invocation(server)
            #expect(await invocation.run("batch", "b", "--level", "info") == .cancelled)
            #expect(server.requests.map(\.target).allSatisfy { $0 == "/api/v1/stream-logs/batch/b?level=INFO" })
            #expect(server.requests.map { $0.headers["last-event-id"] } == [nil, Events.id(2)])
            #expect(invocation.output.text.contains("2 │ "))
        }
    }

    @Test("A batch whose end was shown before is asked for at agent-api")
    func over() async throws {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            if request.target.hasPrefix("/api/v1") { return try await connection.respond("204 No Content") }
            let batch =
                #"{"batch_id":"b","sealed":true,"over":true,"counts":{"completed":1},"channel":"c","stream_url":"/","#
                + #""created_at":"2025-09-21T10:30:00.000Z","runs":[\#(Events.run(status: "completed"))]}"#
            try await connection.respond("200 OK", headers: ["Content-Type": "application/json"], body: batch)
        } body: { server in
            let invocation = self.invocation(server)
            #expect(await invocation.run("batch", "b", "--last-event-id", Events.id(99)) == .completed)
            #expect(invocation.output.text == "\n1 run: 1 completed\n")
        }
    }

    /// What is in the file, and what is said about it.
    static let unusableFiles: [(text: String, word: String)] = [
        ("", "no task"), ("# only this\n", "no task"), ("{\"tasks\":", "not valid JSON"),
        (#"{"batch_id":"a b","tasks":[]}"#, "a space"), (String(repeating: "a", count: 1_048_577), "1 MiB"),
    ]

    @Test("A file that makes no sense is 2, and nothing is posted", arguments: Self.unusableFiles)
    func unusable(text: String, word: String) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
        } body: { server in
            try await withFile(text) { path in
                let invocation = self.invocation(server)
                let status = await invocation.run("batch", path)
                #expect(status == .usage)
                #expect(invocation.notices.text.contains(word), "\(invocation.notices.text)")
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test("What is neither a file nor a possible name is 2")
    func neither() async throws {
        let invocation = Invocation()
        #expect(await invocation.run("batch", "no/such file") == .usage)
        #expect(invocation.notices.text.contains("no file no/such file"))
        let other = Invocation()
        #expect(await other.run("batch", "b", "--batch-id", "c") == .usage)
    }

    @Test("Of the runs' outcomes the worst counts")
    func exitStatus() {
        #expect(ExitStatus(BatchOutcome(runs: 2, completed: 2)) == .completed)
        #expect(ExitStatus(BatchOutcome(runs: 3, completed: 1, failed: 1, cancelled: 1)) == .failed)
        #expect(ExitStatus(BatchOutcome(runs: 2, completed: 1, timedOut: 1)) == .cancelled)
    }
}
