//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Starting a run", .timeLimit(.minutes(5)))
struct RunTests {
    /// Both services in one: the API takes the run, the gateway streams the events.
    private static func serve(_ connection: ScriptedConnection, events: String...) async throws {
        let request = try await connection.request()
        guard request.method == "POST" else {
            try await connection.respondWithEvents()
            for event in events { try await connection.write(event) }
            return
        }
        let json = ["Content-Type": "application/json"]
        try await connection.respond("200 OK", headers: json, body: Events.accepted)
    }

    private func invocation(_ server: ScriptedServer) -> Invocation {
        var invocation = Invocation()
        invocation.environment = ["AGENT_API_URL": server.url, "GATEWAY_URL": server.url, "STEPCAST_TOKEN": "secret"]
        return invocation
    }

    @Test("The task is posted with what the options say, and followed to its end")
    func startsAndFollows() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Events.connected, Events.log(1), Events.end())
        } body: { server in
            let invocation = invocation(server)
            let status = await invocation.run(
                "run",
                "Go to google.com and search for hello world",
                "--request-id",
                "r",
                "--session-id",
                "s",
                "--batch-id",
                "b",
                "--max-steps",
                "7",
                "--timeout",
                "60",
                "--planner",
                "instructions"
            )
            #expect(status == .completed)
            #expect(invocation.output.text.contains("message 1"))
            #expect(invocation.notices.text == "run r · \(server.url)/runs/r\n")
            let post = try #require(server.requests.first)
            #expect(post.target == "/api/agents")
            #expect(post.headers["content-type"] == "application/json")
            #expect(post.headers["authorization"] == "Bearer secret")
            #expect(
                post.body
                    == #"{"task":"Go to google.com and search for hello world","request_id":"r","session_id":"s","#
                    + #""batch_id":"b","max_steps":7,"timeout_seconds":60,"planner":"instructions"}"#
            )
            #expect(server.requests.last?.target == "/api/v1/stream-logs/request/r?level=INFO")
            #expect(server.requests.last?.headers["authorization"] == "Bearer secret")
        }
    }

    @Test("Secrets are posted from a file, or from standard input")
    func secrets() async throws {
        let secrets = #"{"https://example.com":{"x_password":"hunter2!"},"x_user":"ada!"}"#
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Events.end())
        } body: { server in
            try await withTemporaryDirectory { directory in
                let file = directory.file("secrets.json")
                try Data(("\u{FEFF}" + secrets).utf8).write(to: URL(fileURLWithPath: file))
                let status = await invocation(server).run("run", "t", "--request-id", "r", "--secrets-file", file)
                #expect(status == .completed)
                let body = try #require(server.requests.first?.body)
                #expect(body == #"{"task":"t","request_id":"r","sensitive_data":\#(secrets)}"#)
            }
        }
    }

    @Test("The schema of the result is posted from a file")
    func schema() async throws {
        let schema = #"{"properties":{"cents":{"type":"integer"}},"type":"object"}"#
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Events.end())
        } body: { server in
            try await withTemporaryDirectory { directory in
                let file = directory.file("schema.json")
                try Data(schema.utf8).write(to: URL(fileURLWithPath: file))
                let status = await invocation(server).run("run", "t", "--request-id", "r", "--output-schema", file)
                #expect(status == .completed)
                let body = try #require(server.requests.first?.body)
                #expect(body == #"{"task":"t","request_id":"r","output_schema":\#(schema)}"#)
            }
        }
        let both = Invocation()
        #expect(await both.run("run", "t", "--output-schema", "-", "--secrets-file", "-") == .usage)
        #expect(both.notices.text.contains("only one of"), "\(both.notices.text)")
    }

    @Test(
        "A file of secrets that is none is a usage error that shows nothing of it",
        arguments: [
            ("{hunter2!", "is not valid JSON"), (#"["hunter2!"]"#, "must hold an object"), (nil, "cannot be read"),
            (#"{"p":["hunter2!"]}"#, "must hold an object"),
        ]
    )
    func badSecrets(_ content: String?, _ words: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.file("secrets.json")
            if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: file)) }
            let invocation = Invocation()
            #expect(await invocation.run("run", "t", "--secrets-file", file) == .usage)
            #expect(invocation.notices.text.contains("the file of secrets"))
            #expect(invocation.notices.text.contains(words), "\(invocation.notices.text)")
            #expect(!(invocation.notices.text + invocation.output.text).contains("hunter2!"))
        }
    }

    @Test("Without a name the run gets a new UUID in lower case")
    func freshName() async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Events.end())
        } body: { server in
            let status = await invocation(server).run("run", "t")
            #expect(status == .completed)
            let body = try #require(server.requests.first?.body)
            let id = try #require(body.firstMatch(of: /"request_id":"([0-9a-f-]{36})"/)?.output.1)
            #expect(server.requests.last?.target == "/api/v1/stream-logs/request/\(id)?level=INFO")
        }
    }

    @Test(
        "A refusal is told with every field that is wrong",
        arguments: [(400, 2), (409, 2), (413, 2), (415, 2), (422, 2), (401, 5), (403, 5), (429, 3), (500, 3), (503, 3)]
    )
    func refused(status: Int, code: Int32) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            let headers = ["Content-Type": "application/problem+json", "Retry-After": "7"]
            let problem = #"{"title":"Bad","detail":"very\u001b bad","errors":[{"field":"task","message":"is empty"}]}"#
            try await connection.respond("\(status) Refused", headers: headers, body: problem)
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("run", "t").code == code)
            #expect(invocation.notices.text.contains("agent-api refused: Bad: very\\x1b bad\n  task: is empty\n"))
            #expect(invocation.notices.text.contains("try again in 7 s"))
            #expect(invocation.output.text.isEmpty)
            #expect(server.requests.count == 1)
        }
    }

    @Test("An API that cannot be reached is 3, with its address and what to check")
    func unreachable() async throws {
        let port = try RefusingPort()
        let invocation = Invocation()
        #expect(await invocation.run("run", "t", "--api", port.url) == .unreachable)
        #expect(
            invocation.notices.text.contains("agent-api cannot be reached at \(port.url): connection refused")
        )
        #expect(invocation.notices.text.contains("--api"))
    }

    @Test("An answer that is no agent-api's is 3")
    func notAnAPI() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK", body: "<p>It works!")
        } body: { server in
            let invocation = invocation(server)
            #expect(await invocation.run("run", "t") == .unreachable)
            #expect(invocation.notices.text.contains("does not look like an agent-api"))
        }
    }

    @Test("An interrupt leaves the run going and says how to follow or cancel it", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) async throws {
        try await ScriptedServer.with { connection in
            try await Self.serve(connection, events: Events.connected, Events.log(1))
            try await connection.waitForClose()
        } body: { server in
            var invocation = invocation(server)
            let (interruptions, continuation) = AsyncStream.makeStream(of: Int32.self)
            invocation.interruptions = interruptions
            let (output, prepared) = (invocation.output, invocation)
            async let status = prepared.run("run", "t", "--request-id", "r")
            try await eventually("the record to be shown") { output.text.contains("message 1") }
            continuation.yield(signal)
            #expect(await status == .signal(signal))
            #expect(invocation.notices.text.contains("the run r goes on"))
            #expect(invocation.notices.text.contains("dashboard-cli follow r\n"))
            #expect(invocation.notices.text.contains("dashboard-cli cancel r"))
        }
    }
}
