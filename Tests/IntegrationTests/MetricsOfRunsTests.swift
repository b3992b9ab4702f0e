//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("What the metrics tell")
struct MetricsOfRunsTests {
    /// The value of a series; `nil` if there is none.
    private func value(_ series: String, in text: String) -> Double? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }

    @Test("A run that is watched is counted by both services, without its name")
    func run() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                try await withGateway(redisURL: redis.url) { gateway in
                    let body =
                        #"{"task":"Wait 0.1 seconds, then wait 0.1 seconds","planner":"instructions","request_id":"r1"}"#
                    #expect(try await api.post(body).status == 200)
                    try await gateway.withViewer(of: "r1") { viewer in
                        try await viewer.waits(for: "the end") { $0.text.contains(#""type":"end""#) }
                    }
                    _ = try await api.finishedRun("r1")
                    let agent = try await eventually("the run to be counted") {
                        let text = try await api.get("/metrics").text
                        return value(#"stepcast_runs_total{status="completed"}"#, in: text) == 1 ? text : nil
                    }
                    #expect(value("stepcast_run_duration_seconds_count", in: agent) == 1)
                    #expect(value("stepcast_step_duration_seconds_count", in: agent) == 2)
                    #expect(value("stepcast_queue_wait_seconds_count", in: agent) == 1)
                    #expect(value("stepcast_browsers", in: agent) == 1)
                    let text = try await gateway.client.request(.init(gateway.url("/metrics"))).text
                    // These are of the process, in which other tests have gateways too.
                    #expect(try #require(value("stepcast_records_delivered_total", in: text)) >= 3)
                    #expect(value(#"stepcast_viewers_total{format="stepcast"}"#, in: text) == 1)
                    #expect(value("stepcast_delivery_lag_seconds_count", in: text) != nil)
                    #expect(value("stepcast_redis_up", in: text) == 1)
                    #expect(!text.contains("r1\"") && !agent.contains("r1\""))
                }
            }
        }
    }
}
