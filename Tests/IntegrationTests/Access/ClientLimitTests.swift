//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("Limits for each client")
struct ClientLimitTests {
    @Test("A client has so many streams and no more, and others are not concerned")
    func viewers() async throws {
        try await withRedisServer { redis in
            let settings = ["MAX_VIEWERS_PER_CLIENT": "2", "AUTH_JWT_SECRET": Tokens.secret]
            try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                let ada = try await Tokens().token(Grant([.view]))
                let bob = try await Tokens().token(Grant([.view]), subject: "bob")
                let url = gateway.streamURL("r1")
                try await gateway.withViewer(url: url, token: ada) { first in
                    try await first.waits(for: "the greeting") { $0.text.contains("connected") }
                    try await gateway.withViewer(url: url, token: ada) { second in
                        try await second.waits(for: "the greeting") { $0.text.contains("connected") }
                        for url in [
                            url, gateway.url("/api/v1/stream-runs"), gateway.url("/api/v1/stream-view/request/r1"),
                        ] {
                            let answer = try await gateway.client.ask(url, ada)
                            #expect(answer.status == 429, "\(url)")
                            #expect(answer.headers["Retry-After"] == "5")
                            #expect(answer.text.contains("A client may have 2 viewers at a time"), "\(answer.text)")
                        }
                        try await gateway.withViewer(url: url, token: bob) { other in
                            try await other.waits(for: "the greeting") { $0.text.contains("connected") }
                        }
                    }
                    // The second one has gone.
                    try await eventually("a place to be free") {
                        try await gateway.client.request(
                            .init(url, method: "HEAD", headers: ["Authorization": "Bearer \(ada)"])
                        ).status == 200
                    }
                }
            }
        }
    }

    @Test("A client opens so many streams in a time, and is told what is left and when to come back")
    func streams() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["CONNECT_RATE_PER_CLIENT": "2/h"]) { gateway in
                let request = HTTPClient.Request(gateway.streamURL("r1"), method: "HEAD")
                for left in [1, 0] {
                    let answer = try await gateway.client.request(request)
                    #expect(answer.status == 200)
                    #expect(answer.headers["RateLimit-Policy"] == #""streams";q=2;w=3600"#)
                    #expect(answer.headers["RateLimit"]?.hasPrefix("\"streams\";r=\(left);t=") == true)
                }
                let refused = try await gateway.client.request(.init(gateway.streamURL("r1")))
                #expect(refused.status == 429)
                #expect(refused.headers["Content-Type"] == "application/problem+json")
                #expect(refused.headers["RateLimit"]?.hasPrefix("\"streams\";r=0;t=") == true)
                #expect(refused.headers["Retry-After"].flatMap { Int($0) }.map { (1...1800).contains($0) } == true)
                // Other routes go on.
                #expect(try await gateway.client.request(.init(gateway.url("/healthz"))).status == 200)
            }
        }
    }

    @Test("Who claims to be forwarded is believed only when a trusted proxy says so")
    func forwarded() async throws {
        try await withRedisServer { redis in
            for (proxies, expected) in [("", 429), ("127.0.0.1", 200)] {
                let settings = [
                    "CONNECT_RATE_PER_CLIENT": "1/h", "TRUSTED_PROXIES": proxies, "AUTH_DISABLED": "1",
                ]
                try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                    for (address, status) in [("192.0.2.1", 200), ("192.0.2.2", expected), ("192.0.2.1", 429)] {
                        let request = HTTPClient.Request(
                            gateway.streamURL("r1"),
                            method: "HEAD",
                            headers: ["X-Forwarded-For": address]
                        )
                        let answer = try await gateway.client.request(request)
                        #expect(answer.status == status, "\(proxies) \(address)")
                    }
                }
            }
        }
    }

    @Test("Behind a trusted proxy, a client elsewhere is not taken for one of this machine")
    func loopback() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["TRUSTED_PROXIES": "127.0.0.1"]) { gateway in
                for (address, status) in [("192.0.2.1", 403), ("127.0.0.1", 200)] {
                    let request = HTTPClient.Request(
                        gateway.streamURL("r1"),
                        method: "HEAD",
                        headers: ["X-Forwarded-For": address]
                    )
                    let answer = try await gateway.client.request(request)
                    #expect(answer.status == status)
                }
            }
        }
    }

    @Test("A client starts so many runs in a time, alone, in batches and through the gateway")
    func runs() async throws {
        try await withRedisServer { redis in
            let limits = ["RUN_RATE_PER_CLIENT": "3/h", "TRUSTED_PROXIES": "127.0.0.1", "AGENT_CONCURRENCY": "1"]
            try await withAgentAPI(redisURL: redis.url, settings: limits) { api in
                let settings = ["AGENT_API_URL": api.url("")]
                try await withGateway(redisURL: redis.url, settings: settings) { gateway in
                    func post(_ url: String, _ body: String) async throws -> HTTPClient.Response {
                        try await gateway.client.ask(url, nil, method: "POST", body: body)
                    }
                    func task(_ name: String) -> String {
                        #"{"task":"Wait 0.1 seconds","planner":"instructions","request_id":"\#(name)"}"#
                    }
                    let first = try await post(gateway.url("/api/agents"), task("r1"))
                    #expect(first.status == 200)
                    #expect(first.headers["RateLimit-Policy"] == #""runs";q=3;w=3600"#)
                    #expect(first.headers["RateLimit"]?.hasPrefix("\"runs\";r=2;t=") == true)
                    // What is not valid starts nothing and costs nothing.
                    #expect(try await post(api.url("/api/agents"), "{}").status == 422)
                    let batch = #"{"batch_id":"b","tasks":[{"task":"Wait 0.1 seconds"},{"task":"Wait 0.1 seconds"}]}"#
                    let second = try await post(api.url("/api/agents/batch"), batch)
                    #expect(second.status == 200, "\(second.text)")
                    let third = try await post(api.url("/api/agents"), task("r2"))
                    #expect(third.status == 429)
                    #expect(third.text.contains("A client may start 3 runs in an hour"), "\(third.text)")
                    #expect(try await api.get("/api/agents/r2").status == 404)
                }
            }
        }
    }
}
