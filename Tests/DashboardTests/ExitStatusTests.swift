//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import TestSupport
import Testing

@Suite("The exit status", .timeLimit(.minutes(5)))
struct ExitStatusTests {
    @Test(
        "Each end of a run has its status",
        arguments: [("completed", 0), ("failed", 1), ("cancelled", 4), ("timed_out", 4)]
    )
    func runStatus(status: String, code: Int32) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.stream(Events.end(status))
        } body: { server in
            #expect(await Invocation().run("follow", "r", "--gateway", server.url).code == code)
        }
    }

    @Test(
        "A run that was over before is asked for at agent-api",
        arguments: [("completed", 0), ("failed", 1), ("cancelled", 4), ("timed_out", 4), ("running", 3)]
    )
    func overBefore(status: String, code: Int32) async throws {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            if request.target == "/api/agents/r" {
                try await connection.respond("200 OK", body: Events.run(status: status))
            } else {
                try await connection.respond("204 No Content")
            }
        } body: { server in
            let invocation = Invocation()
            let result = await invocation.run("follow", "r", "--gateway", server.url, "--api", server.url)
            #expect(result.code == code)
            if status == "completed" {
                #expect(invocation.output.text == "\n✔ completed · 4 steps · 9.5 s\n  result  42\n")
            }
        }
    }

    @Test("When a run is over and agent-api cannot be asked how it ended, it is 3 and says so")
    func endNotKnown() async throws {
        let closed = try RefusingPort()
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond("204 No Content")
        } body: { server in
            let invocation = Invocation()
            let status = await invocation.run(
                "follow",
                "r",
                "--gateway",
                server.url,
                "--api",
                closed.url
            )
            #expect(status == .unreachable)
            #expect(invocation.notices.text.contains("it has ended, but how is not known"))
            #expect(invocation.notices.text.contains("agent-api cannot be reached at \(closed.url)"))
        }
    }

    @Test("A gateway that was never there is 3, with its address and what to check")
    func neverThere() async throws {
        let port = try RefusingPort()
        let invocation = Invocation()
        #expect(await invocation.run("follow", "r", "--gateway", port.url) == .unreachable)
        #expect(
            invocation.notices.text.contains(
                "stream-gateway cannot be reached at \(port.url): connection refused"
            )
        )
        #expect(invocation.notices.text.contains("--gateway"))
        #expect(invocation.output.text.isEmpty)
    }

    @Test("A gateway that accepts and never answers is 3")
    func neverAnswers() async throws {
        try await ScriptedServer.with { connection in
            try await connection.waitForClose()
        } body: { server in
            var invocation = Invocation()
            invocation.policy.headTimeout = .milliseconds(200)
            #expect(await invocation.run("follow", "r", "--gateway", server.url) == .unreachable)
            #expect(invocation.notices.text.contains("no answer within 0.2 s"))
        }
    }

    @Test("A gateway that goes away for longer than --give-up-after is 3")
    func goesAway() async throws {
        let invocation = Invocation()
        let status = try await ScriptedServer.with { connection in
            _ = try await connection.request()
            // Only the first connection is of use. The server stays, so that nobody else can get its port.
            if connection.number == 1 { try await connection.stream(Events.connected, Events.log(1)) }
        } body: { server in
            let status = await invocation.run("follow", "r", "--gateway", server.url, "--give-up-after", "1")
            #expect(invocation.notices.text.contains("gave up on stream-gateway at \(server.url) after 1 s"))
            #expect(server.requests.count >= 2)
            return status
        }
        #expect(status == .unreachable)
        #expect(invocation.notices.text.matches(of: /lost/).count == 1)
    }

    @Test(
        "What is not a gateway is 3 and not asked again",
        arguments: ["404 Not Found", "301 Moved Permanently", "200 OK"]
    )
    func notAGateway(status: String) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond(status, headers: ["Content-Type": "text/html"], body: "<p>Hello")
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("follow", "r", "--gateway", server.url) == .unreachable)
            #expect(invocation.notices.text.contains("does not look like a stream-gateway"))
            #expect(server.requests.count { $0.target.contains("stream-logs") } == 1)
        }
    }

    @Test("A request that is refused tells why", arguments: [(401, 5), (403, 5), (400, 2), (422, 2)])
    func refused(status: Int, code: Int32) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            let problem =
                #"{"title":"No such level","detail":"level is 7","errors":[{"field":"level","message":"is 7"}]}"#
            let type = ["Content-Type": "application/problem+json"]
            try await connection.respond("\(status) Refused", headers: type, body: problem)
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("follow", "r", "--gateway", server.url).code == code)
            #expect(invocation.notices.text.contains("No such level: level is 7\n  level: is 7\n"))
            #expect(invocation.notices.text.contains("STEPCAST_TOKEN") == (status == 401))
        }
    }

    @Test(
        "An invalid command line is 2 and names what is wrong",
        arguments: [
            (["follow"], "request-id"),
            (["follow", "a b"], "a space at position 2"),
            (["follow", "r", "--from", "yesterday"], "start, now or an event id"),
            (["follow", "r", "--last-event-id", "x"], "--last-event-id"),
            (["follow", "r", "--tail", "-1"], "--tail is -1, but must be 1 to 10000"),
            (["follow", "r", "--tail=-1"], "--tail is -1, but must be 1 to 10000"),
            (["follow", "r", "-n", "0"], "--tail is 0, but must be 1 to 10000"),
            (["logs", "r", "--tail", "10001"], "--tail is 10001, but must be 1 to 10000"),
            (["follow", "r", "--since", "yesterday"], "90s, 10m, 2h or 1d"),
            (["follow", "r", "-v", "--level", "error"], "leave one out"),
            (["logs", "r", "--from", "now"], "--from now"),
            (["show"], "name at least one run"),
            (["cancel"], "name at least one run"),
            (["run", "go", "to", "a.test"], "dashboard-cli run 'go to a.test'"),
            (["rnu", "x"], "there is no command \"rnu\"; did you mean run?"),
            (["go", "to", "a.test"], "to start a run: dashboard-cli run 'go to a.test'"),
            (["follow", "r", "--level", "loud"], "loud"),
            (["follow", "r", "--gateway", "127.0.0.1:3000"], "http://"),
            (["follow", "r", "--idle-timeout", "0"], "1 to 86400"),
            (["run"], "task"),
            (["run", "  "], "the task is empty"),
            (["run", "t", "--max-steps", "0"], "--max-steps"),
            (["run", "t", "--timeout", "soon"], "soon"),
            (["run", "t", "--planner", "magic"], "magic"),
            (["run", "t", "--request-id", String(repeating: "x", count: 129)], "129 characters"),
            (["dance"], "dance"),
            (["--dance"], "dance"),
        ]
    )
    func usage(arguments: [String], message: String) async {
        let invocation = Invocation()
        #expect(await invocation.run(arguments) == .usage)
        #expect(invocation.notices.text.contains(message))
        #expect(invocation.output.text.isEmpty)
    }

    @Test("A variable with a value that is not allowed is 2 and is named")
    func environment() async {
        var invocation = Invocation()
        invocation.environment = ["GATEWAY_URL": "nowhere"]
        #expect(await invocation.run("follow", "r") == .usage)
        #expect(invocation.notices.text.contains(#"GATEWAY_URL=nowhere: must be a URL"#))
    }

    @Test("Help and the version go to standard output", arguments: ["--help", "help", "--version"])
    func help(argument: String) async {
        let invocation = Invocation()
        #expect(await invocation.run(argument) == .completed)
        #expect(!invocation.output.text.isEmpty)
        #expect(invocation.notices.text.isEmpty)
    }
}
