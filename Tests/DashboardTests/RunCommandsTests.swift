//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import TestSupport
import Testing

@Suite("Runs at agent-api", .timeLimit(.minutes(5)))
struct RunCommandsTests {
    private func answer(
        _ body: String,
        status: String = "200 OK",
        to arguments: String...
    ) async throws -> (status: Dashboard.ExitStatus, output: String, notices: String, request: ScriptedRequest?) {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let isProbe = request.target.contains("limit=1") && !request.target.contains("status")
            let json = ["Content-Type": "application/json"]
            try await connection.respond(isProbe ? "200 OK" : status, headers: json, body: body)
        } body: { server in
            let invocation = Invocation()
            let result = await invocation.run(arguments + ["--api", server.url])
            return (result, invocation.output.text, invocation.notices.text, server.requests.first)
        }
    }

    @Test("show prints where a run stands")
    func show() async throws {
        let result = try await answer(Events.run(status: "timed_out"), to: "show", "r")
        #expect(result.status == .completed)
        #expect(result.request?.target == "/api/agents/r")
        #expect(result.output.contains("request   r\n"))
        #expect(result.output.contains("status    timed out\n"))
        #expect(result.output.contains(", after 9.5 s\n"))
    }

    @Test("show --json prints the answer as it was received, on one line")
    func showJSON() async throws {
        let json = Events.run(status: "running")
        let pretty = json.replacing(",", with: ",\n ")
        #expect(try await answer(json, to: "show", "r", "--json").output == json + "\n")
        #expect(try await answer(pretty, to: "show", "r", "--json").output == pretty.replacing("\n", with: " ") + "\n")
    }

    @Test("instructions prints the task that repeats a run, and with --json the answer")
    func instructions() async throws {
        let json = ##"{"request_id":"r","task":"# Task: t\nGo back\n"}"##
        let result = try await answer(json, to: "instructions", "r")
        #expect(result.status == .completed)
        #expect(result.request?.target == "/api/agents/r/instructions")
        #expect(result.output == "# Task: t\nGo back\n")
        #expect(try await answer(json, to: "instructions", "r", "--json").output == json + "\n")
        let refused = try await answer(#"{"title":"Conflict","detail":"No model"}"#, status: "409 Conflict", to: "instructions", "r")
        #expect(refused.status == .usage)
        #expect(refused.notices.contains("No model"))
    }

    @Test("A run that is not there is 1")
    func notFound() async throws {
        let result = try await answer(#"{"title":"No such run"}"#, status: "404 Not Found", to: "show", "r")
        #expect(result.status == .failed)
        #expect(result.notices == "error: agent-api refused: No such run\n")
    }

    @Test("runs prints a line for each run, whatever is in its task")
    func runs() async throws {
        let hostile = Events.run(status: "failed").replacing(#""task":"t""#, with: #""task":"a\u001b\nb""#)
        let page = #"{"runs":["# + Events.run(status: "completed") + "," + hostile + "]}"
        let result = try await answer(page, to: "runs", "--status", "failed", "--session-id", "s", "--batch-id", "b")
        #expect(result.status == .completed)
        #expect(result.request?.target == "/api/agents?status=failed&session_id=s&batch_id=b&limit=50")
        let lines = result.output.split(separator: "\n")
        try #require(lines.count == 3)
        #expect(lines[0] == "CREATED     STATUS     TOOK  REQUEST  TASK")
        #expect(lines[1].hasSuffix("completed  9.5s  r        t"))
        #expect(lines[2].hasSuffix(#"failed     9.5s  r        a\x1b b"#))
    }

    @Test("runs asks for page after page, as many as are wanted")
    func runsPages() async throws {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let run = Events.run(status: "completed")
            let next = request.target.contains("after=r1") ? #","next":"r2""# : #","next":"r1""#
            let runs = Array(repeating: run, count: request.target.contains("after") ? 1 : 200)
            let json = ["Content-Type": "application/json"]
            try await connection.respond(
                "200 OK",
                headers: json,
                body: #"{"runs":[\#(runs.joined(separator: ","))]\#(next)}"#
            )
        } body: { server in
            let invocation = Invocation()
            #expect(await invocation.run("runs", "--limit", "201", "--api", server.url) == .completed)
            #expect(invocation.output.text.split(separator: "\n").count == 202)
            #expect(invocation.notices.text == "201 runs, and there are more; --limit shows more\n")
            let targets = server.requests.map(\.target)
            #expect(targets == ["/api/agents?limit=200", "/api/agents?limit=1&after=r1"])
        }
    }

    @Test("cancel asks for the end of a run")
    func cancel() async throws {
        let result = try await answer(Events.run(status: "running"), to: "cancel", "r")
        #expect(result.status == .completed)
        #expect(result.request?.method == "DELETE")
        #expect(result.request?.target == "/api/agents/r")
        #expect(result.output.isEmpty)
        #expect(result.notices == "asked to cancel the run r\n")
    }
}
