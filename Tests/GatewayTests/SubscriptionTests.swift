//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("How records reach the gateway")
struct SubscriptionTests {
    private static let key = "browser_use_logs:r1"

    @Test("A dead subscription on a healthy connection is renewed, and nothing is missing")
    func deaf() async throws {
        try await withRedisServer { redis in
            try await MutableProxy.with(to: redis.port) { proxy in
                try await withGateway(redisURL: "redis://127.0.0.1:\(proxy.port)/0") { gateway in
                    try await gateway.withViewer(of: "r1") { viewer in
                        try await eventually("the subscription") {
                            try await redis.cli("PUBSUB", "NUMSUB", Self.key).hasSuffix("1")
                        }
                        let connections = proxy.connectionCount
                        proxy.mute()
                        _ = try await redis.cli("XADD", Self.key, "*", "msg", "unheard")
                        _ = try await redis.cli("PUBLISH", Self.key, "unheard")
                        try await viewer.waits(for: "what the sweep finds") { $0.messages == ["unheard"] }
                        try await eventually("another connection") { proxy.connectionCount > connections }
                        try await eventually("the new subscription") {
                            try await redis.cli("PUBSUB", "NUMSUB", Self.key).hasSuffix("1")
                        }
                        // Not in any stream: only a working subscription can deliver it.
                        try await eventually("a published line") {
                            _ = try await redis.cli("PUBLISH", Self.key, "heard")
                            return viewer.messages.contains("heard")
                        }
                        #expect(viewer.messages.count { $0 == "unheard" } == 1)
                    }
                }
            }
        }
    }

    @Test("With LOG_PUBSUB=0 the streams are followed, and nothing is subscribed to")
    func streamsOnly() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["LOG_PUBSUB": "0"]) { gateway in
                try await eventually("readiness") {
                    try await gateway.client.request(.init(gateway.url("/readyz"))).status == 200
                }
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                    for text in ["one", "two", "three"] {
                        _ = try await redis.cli("XADD", Self.key, "*", "msg", text)
                        try await viewer.waits(for: text) { $0.messages.last == text }
                    }
                    let channels = try await redis.cli("PUBSUB", "CHANNELS", "*")
                    #expect(channels.isEmpty)
                    _ = try await redis.cli("XADD", Self.key, "*", "kind", "end", "data", #"{"status":"completed"}"#)
                    try await viewer.waits(for: "the end") { $0.end != nil && $0.isOver }
                    #expect(viewer.messages == ["one", "two", "three"])
                }
            }
        }
    }

    @Test("With LOG_PUBSUB=0 a gateway is not ready while Redis is unavailable")
    func streamsOnlyReadiness() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["LOG_PUBSUB": "0"]) { gateway in
                try await redis.kill()
                try await eventually("not ready") {
                    try await gateway.client.request(.init(gateway.url("/readyz"))).status == 503
                }
            }
        }
    }
}
