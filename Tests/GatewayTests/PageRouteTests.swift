//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("The page's documents and files")
struct PageRouteTests {
    private static func get(
        _ path: String,
        of gateway: RunningGateway,
        method: String = "GET",
        headers: HTTPClient.Headers = [:]
    ) async throws -> HTTPClient.Response {
        try await gateway.client.request(.init(gateway.url(path), method: method, headers: headers))
    }

    @Test("Each view has a document with a strict policy, which is revalidated and usually not sent again")
    func documents() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                for path in ["/", "/wall", "/runs/my-run-1", "/runs/a:b", "/runs/..."] {
                    let answer = try await Self.get(path, of: gateway)
                    #expect(answer.status == 200)
                    #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
                    #expect(answer.headers["Cache-Control"] == "no-cache")
                    let policy = try #require(answer.headers["Content-Security-Policy"])
                    for part in [
                        "default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                        "require-trusted-types-for",
                    ] {
                        #expect(policy.contains(part))
                    }
                    #expect(!policy.contains("unsafe"))
                    let tag = try #require(answer.headers["ETag"])
                    for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                        let again = try await Self.get(path, of: gateway, headers: ["If-None-Match": known])
                        #expect(again.status == 304)
                        #expect(again.body.isEmpty)
                    }
                    #expect(
                        try await Self.get(path, of: gateway, headers: ["If-None-Match": "\"other\""]).status == 200
                    )
                    #expect(try await Self.get(path, of: gateway, method: "HEAD").status == 200)
                    let posted = try await Self.get(path, of: gateway, method: "POST")
                    #expect(posted.status == 405)
                    #expect(posted.headers["Allow"] == "GET, HEAD, OPTIONS")
                }
            }
        }
    }

    @Test("Files are cached forever under the name of their contents, and not served under any other")
    func files() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                let html = try await Self.get("/", of: gateway).text
                let path = try #require(html.firstMatch(of: /src="(\/page\/[0-9a-f]{16}\/)runs.js"/)?.output.1)
                for (name, type) in [
                    ("runs.js", "text/javascript; charset=utf-8"), ("base.css", "text/css; charset=utf-8"),
                    ("icon.svg", "image/svg+xml"),
                ] {
                    let answer = try await Self.get("\(path)\(name)", of: gateway)
                    #expect(answer.status == 200)
                    #expect(answer.headers["Content-Type"] == type)
                    #expect(answer.headers["Cache-Control"] == "public, max-age=31536000, immutable")
                    #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
                    #expect(!answer.body.isEmpty)
                }
                for other in [
                    "\(path)page.html", "\(path)none.js", "/page/0123456789abcdef/runs.js", "\(path)..%2fruns.js",
                ] {
                    let answer = try await Self.get(other, of: gateway)
                    #expect(answer.status == 404, "\(other)")
                    #expect(answer.headers["Cache-Control"] != "public, max-age=31536000, immutable")
                }
            }
        }
    }

    @Test("A run with an invalid name is rejected by name")
    func identifiers() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                for name in ["%2e", "%2e%2e", "a%20b", "a%2fb", "%00"] {
                    let socket = try RawSocket(port: gateway.port)
                    try await socket.send("GET /runs/\(name) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    let answer = try await socket.receiveAll()
                    #expect(answer.hasPrefix("HTTP/1.1 422"), "\(name): \(answer)")
                    #expect(answer.contains(#""field":"request_id""#))
                }
            }
        }
    }

    @Test("A page whose name has been rebound gets neither documents nor runs")
    func rebound() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                for path in ["/", "/wall", "/runs/r1", "/api/agents", "/page/0123456789abcdef/run.js"] {
                    let answer = try await Self.get(path, of: gateway, headers: ["Host": "www.evil.example"])
                    #expect(answer.status == 421, "\(path)")
                }
            }
        }
    }

    @Test("Pages of other origins may read streams, and nothing else, whatever the settings say")
    func otherOrigins() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["AGENT_API_URL": "none"]) { gateway in
                for origin in ["null", "http://localhost:8080", "https://dash.example.com"] {
                    for path in ["/", "/runs/r1", "/api/agents", "/api/agents/r1"] {
                        let answer = try await Self.get(path, of: gateway, headers: ["Origin": origin])
                        #expect(answer.headers["Access-Control-Allow-Origin"] == nil, "\(origin) \(path)")
                    }
                }
                let stream = "/api/v1/stream-logs/request/r1"
                let answer = try await Self.get(stream, of: gateway, method: "HEAD", headers: ["Origin": "null"])
                #expect(answer.headers["Access-Control-Allow-Origin"] == "null")
            }
            // The same applies to origins in CORS_ORIGINS: they can use agent-api if it lists them.
            let origin = "https://dash.example.com"
            let settings = ["CORS_ORIGINS": "\(origin),null", "AGENT_API_URL": "none"]
            try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                for origin in [origin, "null"] {
                    let headers: HTTPClient.Headers = ["Origin": origin]
                    let read = try await Self.get("/api/agents", of: gateway, headers: headers)
                    #expect(read.headers["Access-Control-Allow-Origin"] == nil)
                    let changed = try await Self.get("/api/agents", of: gateway, method: "POST", headers: headers)
                    #expect(changed.status == 403)
                    let stream = "/api/v1/stream-logs/request/r1"
                    let answer = try await Self.get(stream, of: gateway, method: "HEAD", headers: headers)
                    #expect(answer.headers["Access-Control-Allow-Origin"] == origin)
                }
            }
        }
    }
}
