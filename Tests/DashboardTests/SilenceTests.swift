//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Dashboard
import Foundation
import TestSupport
import Testing

@Suite("What does not come", .timeLimit(.minutes(5)))
struct SilenceTests {
    private static let json = ["Content-Type": "application/json"]
    private static let noRun = #"{"title":"Not Found","detail":"There is no run r, or it has expired."}"#

    /// Both services in one: a stream that has only its first event until the client goes, and answers of agent-api.
    private static func serve(
        _ connection: ScriptedConnection,
        _ answer: (status: String, body: String)
    ) async throws {
        let request = try await connection.request()
        if request.target.hasPrefix("/api/v1/") {
            try await connection.stream(Events.connected)
            try await connection.waitForClose()
        } else if request.target.hasPrefix("/api/agents?") {
            try await connection.respond("200 OK", headers: Self.json, body: #"{"runs":[]}"#)
        } else {
            try await connection.respond(answer.status, headers: Self.json, body: answer.body)
        }
    }

    private func invocation(_ server: ScriptedServer) -> Invocation {
        var invocation = Invocation()
        invocation.environment = ["AGENT_API_URL": server.url, "GATEWAY_URL": server.url, "NO_COLOR": "1"]
        invocation.policy.silence = .milliseconds(100)
        return invocation
    }

    /// Runs a command until it says something, then interrupts it.
    private func whatIsSaid(_ arguments: [String], _ answer: (status: String, body: String)) async throws -> String {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, answer)
        } body: { server in
            var invocation = invocation(server)
            let (interruptions, continuation) = AsyncStream.makeStream(of: Int32.self)
            invocation.interruptions = interruptions
            let prepared = invocation
            async let status = prepared.run(arguments)
            try await eventually("a word about what is waited for") { prepared.notices.text.contains("waiting") }
            continuation.yield(SIGINT)
            #expect(await status == .signal(SIGINT))
            return prepared.notices.text
        }
    }

    @Test(
        "A follower says what it waits for",
        arguments: [
            ("404 Not Found", Self.noRun, "waiting for the run r (not there yet)\n"),
            ("200 OK", Events.run(status: "queued"), "waiting for the run r (it waits in the queue)\n"),
            ("200 OK", Events.run(status: "running"), "waiting for the run r (nothing to show yet)\n"),
            ("503 Service Unavailable", "{}", "waiting for the run r (nothing to show yet)\n"),
        ]
    )
    func waits(status: String, body: String, notice: String) async throws {
        #expect(try await whatIsSaid(["follow", "r"], (status, body)) == notice)
    }

    @Test("A batch that is not there is waited for, and that is said")
    func waitsForBatch() async throws {
        let said = try await whatIsSaid(["batch", "b"], ("404 Not Found", "{}"))
        #expect(said == "waiting for the batch b (not there yet, and there is no such file)\n")
    }

    @Test("A stream of a run that had ended before its place ends with how the run ended")
    func endedBefore() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, ("200 OK", Events.run(status: "failed")))
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("follow", "r", "--from", "now") == .failed)
            #expect(invocation.output.text.contains("✘ failed · 4 steps · 9.5 s"))
        }
    }

    @Test("An open batch whose runs have all ended ends")
    func openBatch() async throws {
        let batch =
            #"{"batch_id":"b","sealed":false,"over":false,"counts":{"completed":1},"channel":"c","stream_url":"/","#
            + #""created_at":"2025-09-21T10:30:00.000Z","runs":[\#(Events.run(status: "completed"))]}"#
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, ("200 OK", batch))
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("batch", "b") == .completed)
            #expect(invocation.output.text == "\n1 run: 1 completed\n")
        }
    }

    @Test("What looks like a file and is none is refused, unless there is a batch of that name")
    func missingFile() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, ("404 Not Found", "{}"))
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("batch", "nope.txt") == .usage)
            #expect(invocation.notices.text == "error: there is no file nope.txt, and no batch of that name\n")
        }
    }

    @Test("A service that is not there is spoken of at once", arguments: ["show", "cancel", "logs"])
    func notThere(command: String) async throws {
        let port = try RefusingPort()
        let invocation = Invocation()
        let status = await invocation.run(command, "r", "--api", port.url, "--gateway", port.url)
        #expect(status == .unreachable)
        let service = command == "logs" ? "stream-gateway" : "agent-api"
        #expect(invocation.notices.text.hasPrefix("no \(service) at \(port.url) yet (connection refused)"))
    }

    @Test("What there is of a run whose last record has gone meanwhile is shown, and no more is waited for")
    func lastRecordGone() async throws {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let isProbe = request.target.hasSuffix("?tail=1")
            let logs = isProbe ? Events.log(4) : (1...3).map { Events.log($0) }.joined() + Events.heartbeat
            try await connection.stream(Events.connected, logs)
            try await connection.waitForClose()
        } body: { server in
            for (options, numbers) in [([], [1, 2, 3]), (["-n", "2"], [2, 3]), (["--level", "error"], [])] {
                let invocation = invocation(server)
                #expect(await invocation.run(["logs", "r"] + options) == .completed)
                let shown = invocation.output.text.matches(of: /message (\d)/).compactMap { Int($0.output.1) }
                #expect(shown == numbers)
            }
        }
    }

    @Test("A service that takes a request and does not answer is spoken of before it is given up")
    func slowToAnswer() async throws {
        try await ScriptedServer.with { connection in
            try await connection.waitForClose()
        } body: { server in
            var invocation = invocation(server)
            invocation.policy.silentWait = .milliseconds(100)
            invocation.policy.headTimeout = .seconds(2)
            #expect(await invocation.run("show", "r") == .unreachable)
            #expect(invocation.notices.text.hasPrefix("waiting for agent-api at \(server.url) to answer …\nerror: "))
        }
    }

    @Test("A stream whose heartbeats come more seldom than it may be silent is given more time")
    func rareHeartbeats() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.retry, Events.connected)
            // The fifth connection has 16 times the patience of the first.
            guard connection.number >= 5 else { return try await connection.waitForClose() }
            try await Task.sleep(for: .milliseconds(500))
            try await connection.write(Events.log(1) + Events.end())
        } body: { server in
            var invocation = invocation(server)
            invocation.policy.idleTimeout = .milliseconds(250)
            // An outage that lasted as long as all of this would be given up.
            invocation.policy.giveUpAfter = .milliseconds(300)
            invocation.policy.silence = .seconds(60)
            #expect(await invocation.run("follow", "r") == .completed)
            #expect(server.requests.count == 5)
        }
    }

    @Test("The id of any event is where the next connection goes on, also that of the first")
    func cursorOfConnected() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            if connection.number == 1 {
                try await connection.stream(Events.retry, "id: 7-0\n" + Events.connected)
            } else {
                try await connection.stream("id: 7-0\n" + Events.connected, Events.log(1), Events.end())
            }
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("follow", "r", "--from", "now", "--json") == .completed)
            #expect(server.requests.map { $0.headers["last-event-id"] } == [nil, "7-0"])
            let lines = invocation.output.text.split(separator: "\n")
            #expect(lines.count == 4)
            #expect(lines[1].hasPrefix(#"{"id":"7-0","type":"connected""#))
        }
    }
}
