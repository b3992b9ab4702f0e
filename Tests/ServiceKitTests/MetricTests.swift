//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CoreMetrics
import ServiceKit
import Testing

@Suite("Metrics")
struct MetricTests {
    @Test("Counters, gauges and histograms are written as Prometheus reads them")
    func text() async {
        let registry = MetricRegistry()
        registry.describe([
            "seen_total": .init("How many\nwere seen \\ heard."), "wait_seconds": .init("Waits.", buckets: [0.5, 1]),
        ])
        Counter(label: "seen_total", dimensions: [("kind", "a\"b\\c\nd")], factory: registry).increment(by: 2)
        Counter(label: "seen_total", dimensions: [("kind", "a\"b\\c\nd")], factory: registry).increment()
        Gauge(label: "level.now", factory: registry).record(1.5)
        let timer = Timer(label: "wait_seconds", factory: registry)
        for milliseconds in [100, 700, 5000] { timer.recordMilliseconds(milliseconds) }
        registry.collect { [.gauge("asked", 7)] }
        let expected = """
            # TYPE asked gauge
            asked 7
            # TYPE level_now gauge
            level_now 1.5
            # HELP seen_total How many\\nwere seen \\\\ heard.
            # TYPE seen_total counter
            seen_total{kind="a\\"b\\\\c\\nd"} 3
            # HELP wait_seconds Waits.
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.5"} 1
            wait_seconds_bucket{le="1"} 2
            wait_seconds_bucket{le="+Inf"} 3
            wait_seconds_sum 5.8
            wait_seconds_count 3

            """
        #expect(await registry.text() == expected)
    }

    @Test("Requests are counted by route and status, and never by path")
    func requests() async throws {
        try await withTestApplication { port in
            for name in ["one", "two", "three"] { _ = try await rawExchange(port: port, [get("/runs/\(name)")]) }
            _ = try await rawExchange(port: port, [get("/nowhere/secret")])
            let answer = try #require(try await rawExchange(port: port, [get("/metrics")]))
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            let text = answer.body
            let count =
                #"http_server_request_duration_seconds_count{method="GET",route="/runs/{request_id}",status="200"} 3"#
            #expect(text.contains(count), "\(text)")
            #expect(!text.contains("secret"))
            #expect(!text.contains("two"))
            #expect(text.contains("process_resident_memory_bytes "))
            #expect(text.contains("stepcast_build_info{version="))
        }
    }
}
