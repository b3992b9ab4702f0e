//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceTesting
import TestSupport
import Testing

@Suite("A gateway without free descriptors")
struct DescriptorTests {
    @Test("Serves its viewers and new clients, does not busy-loop, and logs it once")
    func halfRequests() async throws {
        let key = "browser_use_logs:r1"
        // Time limits must not interfere with the test.
        let settings = ["HEADER_TIMEOUT_SECONDS": "3600"]
        try await withRedisServer { redis in
            try await redis.cli("XADD", key, "*", "msg", "before")
            try await GatewayProcess.with(redisURL: redis.url, settings: settings, descriptors: 128) { gateway in
                var viewers: [RawSocket] = []
                for _ in 0..<10 {
                    let viewer = try RawSocket(port: gateway.port)
                    try await viewer.send("GET /api/v1/stream-logs/request/r1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    try await viewer.receive("the history") { $0.contains("before") }
                    viewers.append(viewer)
                }
                var halves: [RawSocket] = []
                for _ in 0..<300 {
                    let half = try RawSocket(port: gateway.port)
                    try await half.send("GET /healthz HTTP/1.1\r\nHost: local")
                    halves.append(half)
                }
                for _ in 0..<3 {
                    let client = try RawSocket(port: gateway.port)
                    try await client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    #expect(try await client.receiveAll().contains("200 OK"))
                }
                // A busy loop would use a whole processor.
                let clock = ContinuousClock()
                let (began, taken) = (clock.now, try gateway.processorTime)
                try await clock.sleep(for: .seconds(2))
                let (span, used) = (clock.now - began, try gateway.processorTime - taken)
                #expect(used < span / 2, "\(used) of \(span)")
                try await redis.cli("XADD", key, "*", "msg", "after")
                for viewer in viewers { try await viewer.receive("the next record") { $0.contains("after") } }
                let lines = gateway.process.output.split(separator: "\n")
                #expect(lines.count { $0.contains("cannot accept more connections") } == 1)
                #expect(halves.count == 300)
            }
        }
    }
}
