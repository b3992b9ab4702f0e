//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// `GET /readyz` of both services against a real Redis.
@Suite("Readiness")
struct ReadinessTests {
    /// Waits until both services report the reason.
    private func waits(
        _ gateway: RunningGateway,
        _ api: RunningAgentAPI,
        for detail: String?
    ) async throws {
        for url in [gateway.url("/readyz"), api.url("/readyz")] {
            try await eventually("\(url) to say \(detail ?? "ready")") {
                let answer = try await gateway.client.request(.init(url))
                if let detail { return answer.status == 503 && answer.text.contains("\"detail\":\"\(detail)\"") }
                return answer.status == 200
            }
        }
    }

    @Test("No service is ready while Redis accepts no writes, and both are again once it does")
    func notWritable() async throws {
        try await withRedisServer(options: ["--enable-protected-configs", "yes"]) { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await withAgentAPI(redisURL: redis.url) { api in
                    try await waits(gateway, api, for: nil)
                    try await redis.cli("REPLICAOF", "127.0.0.1", "1")
                    try await waits(gateway, api, for: "Redis is a replica and does not accept writes.")
                    try await redis.cli("REPLICAOF", "NO", "ONE")
                    try await redis.cli("CONFIG", "SET", "maxmemory", "1")
                    try await waits(gateway, api, for: "Redis is out of memory.")
                    try await redis.cli("CONFIG", "SET", "maxmemory", "0")
                    try await waits(gateway, api, for: nil)
                    // A snapshot that cannot be written blocks all writes.
                    try await redis.cli("CONFIG", "SET", "save", "3600 1")
                    try await redis.cli("CONFIG", "SET", "dir", "/proc")
                    _ = try await redis.cli("SET", "something", "1")
                    _ = try await redis.cli("BGSAVE")
                    try await waits(
                        gateway,
                        api,
                        for: "Redis does not accept writes, because it cannot save them."
                    )
                }
            }
        }
    }

    @Test("An unavailable Redis is reported without its address")
    func away() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await withAgentAPI(redisURL: redis.url) { api in
                    try await redis.kill()
                    for url in [gateway.url("/readyz"), api.url("/readyz")] {
                        try await eventually("\(url) to say so") {
                            let answer = try await gateway.client.request(.init(url))
                            return answer.status == 503 && answer.text.contains("\"detail\":\"Redis ")
                        }
                        let answer = try await gateway.client.request(.init(url))
                        #expect(!answer.text.contains("\(redis.port)"), "\(answer.text)")
                        #expect(!answer.text.contains("redis://"), "\(answer.text)")
                    }
                }
            }
        }
    }
}
