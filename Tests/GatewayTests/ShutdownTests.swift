//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import ServiceTesting
import TestSupport
import Testing

@Suite("The end of a gateway", .timeLimit(.minutes(5)))
struct ShutdownTests {
    @Test("SIGTERM ends it soon after SHUTDOWN_SPREAD_SECONDS, also with viewers that do not read")
    func viewers() async throws {
        try await withRedisServer(options: ["--save", ""]) { redis in
            let settings = ["SHUTDOWN_SPREAD_SECONDS": "1"]
            try await GatewayProcess.with(redisURL: redis.url, settings: settings) { gateway in
                let script = """
                    for i = 1, 8000 do redis.call('XADD', KEYS[1], '*', 'msg', string.rep('.', 1000), 'seq', i) end
                    """
                _ = try await redis.cli("EVAL", script, "1", "browser_use_logs:r1")
                var viewers: [RawViewer] = []
                for _ in 0..<5 { viewers.append(try await RawViewer(port: gateway.port, requestID: "r1")) }
                for viewer in viewers { try await viewer.readRecords(upTo: 8000) }
                for _ in 0..<5 {
                    let stalled = try await RawViewer(port: gateway.port, requestID: "r1", receiveBuffer: 4096)
                    _ = try await stalled.read(atLeast: 1)
                    viewers.append(stalled)
                }
                gateway.process.signal(SIGTERM)
                // It would wait for those that do not read for as long as they stay. Three seconds on a quiet machine.
                #expect(try await gateway.process.waitForExit(timeout: .seconds(25)) == .exited(0))
                for viewer in viewers.prefix(5) { while try await viewer.read(atLeast: 1) > 0 {} }
            }
        }
    }
}
