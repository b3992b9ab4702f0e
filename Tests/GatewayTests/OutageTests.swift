//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("A gateway during an outage of Redis")
struct OutageTests {
    @Test("Starts without Redis, is not ready, keeps viewers waiting, and serves them when Redis starts")
    func redisComesLater() async throws {
        try await withRedisServer { redis in
            try await redis.kill()
            try await withGateway(redisURL: redis.url, settings: ["HEARTBEAT_SECONDS": "0.2"]) { gateway in
                #expect(try await gateway.client.request(.init(gateway.url("/healthz"))).status == 200)
                let readiness = try await gateway.client.request(.init(gateway.url("/readyz")))
                #expect(readiness.status == 503)
                #expect(readiness.text.contains("Redis"))
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the error event") { viewer in
                        viewer.events.contains { if case .error = $0 { true } else { false } }
                    }
                    try await redis.start()
                    _ = try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "here")
                    try await viewer.waits(for: "the record") { $0.messages == ["here"] }
                }
                try await eventually("readiness") {
                    try await gateway.client.request(.init(gateway.url("/readyz"))).status == 200
                }
            }
        }
    }

    @Test("After Redis is killed and restarted, viewers stay connected, are notified once, and miss nothing")
    func killed() async throws {
        try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { redis in
            try await withGateway(redisURL: redis.url, settings: ["HEARTBEAT_SECONDS": "0.2"]) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    _ = try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "one")
                    try await viewer.waits(for: "the first record") { $0.messages == ["one"] }
                    try await redis.kill()
                    try await viewer.waits(for: "the error event") { viewer in
                        viewer.events.contains { if case .error = $0 { true } else { false } }
                    }
                    try await redis.start()
                    _ = try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "two")
                    try await viewer.waits(for: "the second record") { $0.messages == ["one", "two"] }
                    let errors = viewer.events.filter { if case .error = $0 { true } else { false } }
                    #expect(errors.count == 1)
                }
            }
        }
    }

    @Test("A subscription that is killed while commands still work is renewed, and nothing is missed")
    func subscriptionKilled() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                    for number in 1...20 {
                        if number == 10 { _ = try await redis.cli("CLIENT", "KILL", "TYPE", "pubsub") }
                        _ = try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "\(number)")
                    }
                    try await viewer.waits(for: "all records") { $0.messages.count >= 20 }
                    #expect(viewer.messages == (1...20).map(String.init))
                }
            }
        }
    }
}
