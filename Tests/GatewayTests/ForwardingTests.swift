//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("Forwarding to agent-api")
struct ForwardingTests {
    /// Runs a gateway in front of a server of the test.
    private static func withForwarding(
        timeout: Duration? = nil,
        _ script: @escaping @Sendable (ScriptedConnection) async throws -> Void,
        body: (RunningGateway, ScriptedServer) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await ScriptedServer.with(script) { server in
                let settings = ["AGENT_API_URL": server.url]
                try await withGateway(redisURL: redis.url, settings: settings, agentAPITimeout: timeout) { gateway in
                    try await body(gateway, server)
                }
            }
        }
    }

    @Test("Method, path, query, type and body arrive, and headers between the browser and the gateway do not")
    func requests() async throws {
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.respond(
                "201 Created",
                headers: ["X-Own": "yes", "Keep-Alive": "timeout=5", "Access-Control-Allow-Origin": "*"],
                body: "{}"
            )
        } body: { gateway, server in
            let own = "http://127.0.0.1:\(gateway.port)"
            let answer = try await gateway.client.request(
                .init(
                    gateway.url("/api/agents/batch?a=%2F&b=c%20d"),
                    method: "POST",
                    headers: [
                        "Content-Type": "application/json", "Origin": own, "Cookie": "a=b", "Authorization": "Bearer t",
                        "Sec-Fetch-Site": "same-origin", "X-Other": "1",
                    ],
                    body: Array(#"{"task":"ä"}"#.utf8)
                )
            )
            #expect(answer.status == 201)
            #expect(answer.text == "{}")
            #expect(answer.headers["X-Own"] == "yes")
            #expect(answer.headers["Keep-Alive"] == nil)
            #expect(answer.headers["Access-Control-Allow-Origin"] == nil)
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.target == "/api/agents/batch?a=%2F&b=c%20d")
            #expect(request.body == #"{"task":"ä"}"#)
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["authorization"] == "Bearer t")
            #expect(request.headers["host"] == "127.0.0.1:\(server.port)")
            for name in ["origin", "cookie", "sec-fetch-site", "x-other"] { #expect(request.headers[name] == nil) }
            for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE"] {
                let answer = try await gateway.client.request(.init(gateway.url("/api/agents/r1"), method: method))
                #expect(answer.status == 201)
                #expect(server.requests.last?.method == method)
            }
        }
    }

    @Test("A page of another origin cannot change anything through the gateway")
    func foreignOrigins() async throws {
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK")
        } body: { gateway, server in
            let foreign: [HTTPClient.Headers] = [
                ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": "http://localhost:1"],
                ["Sec-Fetch-Site": "cross-site"],
            ]
            for headers in foreign {
                for method in ["POST", "PUT", "PATCH", "DELETE"] {
                    let request = HTTPClient.Request(gateway.url("/api/agents/r1"), method: method, headers: headers)
                    let answer = try await gateway.client.request(request)
                    #expect(answer.status == 403)
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A path that leads elsewhere is rejected, however it is encoded")
    func paths() async throws {
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK")
        } body: { gateway, server in
            for path in [
                "/api/agents/..", "/api/agents/../../readyz", "/api/agents/%2e%2E/x", "/api/agents/.",
                "/api/agents/a/.%2e",
            ] {
                let socket = try RawSocket(port: gateway.port)
                try await socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 422"), "\(path)")
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("The Model Context Protocol is forwarded, with its headers, event by event, and not from other origins")
    func mcp() async throws {
        let (hasCome, come) = AsyncStream.makeStream(of: Void.self)
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nMcp-Session-Id: s1\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\nb\r\ndata: one\n\n\r\n"
            )
            for await _ in hasCome { break }
            try await connection.write("b\r\ndata: two\n\n\r\n0\r\n\r\n")
        } body: { gateway, server in
            func post(origin: String? = nil) -> HTTPClient.Request {
                var all: HTTPClient.Headers = [
                    "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                    "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "follow_run",
                    "Mcp-Session-Id": "s1", "Last-Event-ID": "7",
                ]
                if let origin { all.append("Origin", origin) }
                return .init(gateway.url("/mcp"), method: "POST", headers: all, body: Array("{}".utf8))
            }
            let response = try await gateway.client.stream(post())
            #expect(response.head.status == 200)
            #expect(response.head.headers["Mcp-Session-Id"] == "s1")
            var text = ""
            for try await part in response.body {
                text += String(decoding: part, as: UTF8.self)
                // The second event is written only when the first has arrived.
                if text == "data: one\n\n" { come.yield() }
            }
            #expect(text == "data: one\n\ndata: two\n\n")
            let request = try #require(server.requests.first)
            #expect(request.target == "/mcp")
            for (name, value) in [
                ("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "follow_run"),
                ("mcp-session-id", "s1"), ("last-event-id", "7"), ("accept", "application/json, text/event-stream"),
            ] { #expect(request.headers[name] == value, "\(name)") }
            let foreign = try await gateway.client.request(post(origin: "https://evil.example"))
            #expect(foreign.status == 403)
            #expect(server.requests.count == 1)
        }
    }

    @Test("Sessions are forwarded too, and nothing else of agent-api")
    func roots() async throws {
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK")
        } body: { gateway, server in
            for (path, status) in [
                ("/api/sessions", 200), ("/api/sessions/a", 200), ("/mcp/a", 200), ("/mcpx", 404), ("/api/other", 404),
            ] {
                let answer = try await gateway.client.request(.init(gateway.url(path)))
                #expect(answer.status == status, "\(path)")
            }
            #expect(server.requests.map(\.target) == ["/api/sessions", "/api/sessions/a", "/mcp/a"])
        }
    }

    @Test("An agent-api that cannot be reached is reported as 502, with its address")
    func unreachable() async throws {
        let port = try RefusingPort()
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["AGENT_API_URL": port.url]) { gateway in
                let answer = try await gateway.client.request(.init(gateway.url("/api/agents")))
                #expect(answer.status == 502)
                #expect(answer.headers["Content-Type"] == "application/problem+json")
                #expect(answer.headers["Retry-After"] != nil)
                #expect(
                    answer.text.contains(
                        "agent-api cannot be reached at \(port.url) (AGENT_API_URL): connection refused"
                    ),
                    "\(answer.text)"
                )
            }
        }
    }

    @Test("An agent-api that does not respond is reported as 504, and one that responds with nonsense as 502")
    func silent() async throws {
        try await Self.withForwarding(timeout: .milliseconds(200)) { connection in
            _ = try await connection.request()
            try await connection.waitForClose()
        } body: { gateway, _ in
            let silent = try await gateway.client.request(.init(gateway.url("/api/agents")))
            #expect(silent.status == 504)
            #expect(silent.text.contains("did not respond within 0.2 s"), "\(silent.text)")
        }
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.write("nonsense\r\n\r\n")
        } body: { gateway, _ in
            let answer = try await gateway.client.request(.init(gateway.url("/api/agents")))
            #expect(answer.status == 502)
        }
    }

    @Test("An idempotent request is sent again if agent-api closes an idle connection at that moment, another is not")
    func closedWhileIdle() async throws {
        for (method, status, requests) in [("GET", 200, 3), ("DELETE", 200, 3), ("POST", 502, 2)] {
            try await Self.withForwarding { connection in
                _ = try await connection.request()
                try await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                // The first connection ends at its second request.
                if connection.number == 1 { _ = try await connection.request() }
            } body: { gateway, server in
                _ = try await gateway.client.request(.init(gateway.url("/api/agents")))
                let answer = try await gateway.client.request(.init(gateway.url("/api/agents/a"), method: method))
                #expect(answer.status == status, "\(method): \(answer.text)")
                #expect(server.requests.count == requests, "\(method)")
            }
        }
    }

    @Test("A long response is streamed, and an incomplete one does not look complete")
    func longAnswers() async throws {
        let part = String(repeating: "x", count: 1 << 16)
        try await Self.withForwarding { connection in
            let request = try await connection.request()
            try await connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(part.utf8.count * 64)\r\n\r\n"
            )
            let count = request.target.hasSuffix("/cut") ? 3 : 64
            for _ in 0..<count { try await connection.write(part) }
        } body: { gateway, _ in
            let whole = try await gateway.client.request(.init(gateway.url("/api/agents/long")))
            #expect(whole.status == 200)
            #expect(whole.body.count == part.utf8.count * 64)
            let cut = try? await gateway.client.request(.init(gateway.url("/api/agents/cut")))
            #expect(cut == nil, "\(cut?.status ?? 0), \(cut?.body.count ?? 0) bytes: \(cut?.text.prefix(200) ?? "")")
        }
    }

    @Test("A body over the limit is rejected before it is forwarded")
    func largeBodies() async throws {
        try await Self.withForwarding { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK")
        } body: { gateway, server in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: (1 << 20) + 1)
            let request = HTTPClient.Request(gateway.url("/api/agents"), method: "POST", body: body)
            let answer = try await gateway.client.request(request)
            #expect(answer.status == 413)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A gateway forwards nothing if configured so, or if it is open and has no address")
    func nowhere() async throws {
        try await withRedisServer { redis in
            for settings in [["AGENT_API_URL": "none"], ["AUTH_DISABLED": "1"]] {
                try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                    let answer = try await gateway.client.request(.init(gateway.url("/api/agents")))
                    #expect(answer.status == 404)
                    #expect(answer.text.contains("AGENT_API_URL"))
                }
            }
            for bad in ["localhost:8000", "ftp://host", "http://", "http://user@host", "http://host/?a=b"] {
                await #expect(throws: (any Error).self, "\(bad)") {
                    try await withGateway(redisURL: redis.url, settings: ["AGENT_API_URL": bad]) { _ in }
                }
            }
        }
    }
}
