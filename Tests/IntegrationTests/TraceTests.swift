//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import Synchronization
import TestSupport
import Testing

@Suite("Traces")
struct TraceTests {
    private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    /// A collector of spans.
    private final class Collector: Sendable {
        private let bodies = Mutex<[JSONValue]>([])

        func take(_ body: JSONValue) { bodies.withLock { $0.append(body) } }

        /// The spans so far, by name.
        var spans: [String: JSONValue] {
            var spans: [String: JSONValue] = [:]
            for body in bodies.withLock(\.self) {
                for resource in body["resourceSpans"]?.array ?? [] {
                    for scope in resource["scopeSpans"]?.array ?? [] {
                        for span in scope["spans"]?.array ?? [] { spans[span["name"]?.string ?? ""] = span }
                    }
                }
            }
            return spans
        }
    }

    @Test("A run's POST, wait, steps and end are spans of the trace that its client began")
    func run() async throws {
        let collector = Collector()
        try await ScriptedServer.with {
            while true {
                let request = try await $0.request()
                if let body = try? JSONValue(parsing: request.body.utf8) { collector.take(body) }
                try await $0.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            }
        } body: { server in
            try await withRedisServer { redis in
                let settings = ["OTEL_EXPORTER_OTLP_ENDPOINT": server.url]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let gatewaySettings = ["AGENT_API_URL": api.url("")]
                    try await withGateway(redisURL: redis.url, settings: gatewaySettings) { gateway in
                        let body = #"{"task":"Wait 0.1 seconds","planner":"instructions","request_id":"r1"}"#
                        let answer = try await gateway.client.request(
                            .init(
                                gateway.url("/api/agents"),
                                method: "POST",
                                headers: ["Content-Type": "application/json", "traceparent": Self.traceparent],
                                body: Array(body.utf8)
                            )
                        )
                        #expect(answer.status == 200)
                        _ = try await api.finishedRun("r1")
                        let wanted: Set = ["POST /api/agents", "queue", "run", "step"]
                        try await eventually("the spans") { wanted.isSubset(of: collector.spans.keys) }
                        let spans = collector.spans
                        for name in wanted {
                            #expect(spans[name]?["traceId"]?.string == "4bf92f3577b34da6a3ce929d0e0e4736", "\(name)")
                        }
                        #expect(spans["POST /api/agents"]?["parentSpanId"]?.string == "00f067aa0ba902b7")
                        let post = spans["POST /api/agents"]?["spanId"]?.string
                        #expect(spans["run"]?["parentSpanId"]?.string == post)
                        #expect(spans["queue"]?["parentSpanId"]?.string == post)
                        #expect(spans["step"]?["parentSpanId"]?.string == spans["run"]?["spanId"]?.string)
                    }
                }
            }
        }
    }

    @Test("A model's calls and the publishing of records are spans, and the model's server is told of the trace")
    func model() async throws {
        let collector = Collector()
        let told = Mutex<[String]>([])
        try await ScriptedServer.with {
            while true {
                let request = try await $0.request()
                if let body = try? JSONValue(parsing: request.body.utf8) { collector.take(body) }
                try await $0.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            }
        } body: { server in
            try await ScriptedModelServer.with { turn in
                told.withLock { $0.append(turn.headers["traceparent"] ?? "") }
                return .done("Hello")
            } body: { model in
                try await withRedisServer { redis in
                    let settings = [
                        "OTEL_EXPORTER_OTLP_ENDPOINT": server.url, "OPENAI_BASE_URL": model.url,
                        "OPENAI_MODEL": "llama",
                    ]
                    try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        let answer = try await api.client.request(
                            .init(
                                api.url("/api/agents"),
                                method: "POST",
                                headers: ["Content-Type": "application/json", "traceparent": Self.traceparent],
                                body: Array(#"{"task":"Say hello","request_id":"r1","planner":"llm"}"#.utf8)
                            )
                        )
                        #expect(answer.status == 200)
                        _ = try await api.finishedRun("r1")
                        let wanted: Set = ["run", "model", "publish"]
                        try await eventually("the spans") { wanted.isSubset(of: collector.spans.keys) }
                        let spans = collector.spans
                        for name in wanted {
                            #expect(spans[name]?["traceId"]?.string == "4bf92f3577b34da6a3ce929d0e0e4736", "\(name)")
                        }
                        let span = try #require(spans["model"]?["spanId"]?.string)
                        #expect(told.withLock(\.self) == ["00-4bf92f3577b34da6a3ce929d0e0e4736-\(span)-01"])
                    }
                }
            }
        }
    }

    @Test("Without a collector a trace is passed on and nothing is recorded")
    func passedOn() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let body = #"{"task":"Wait 0.1 seconds","planner":"instructions","request_id":"r1"}"#
                for (field, expected) in [(Self.traceparent, Self.traceparent), ("nonsense", nil)] {
                    let answer = try await api.client.request(
                        .init(
                            api.url("/api/agents"),
                            method: "POST",
                            headers: ["Content-Type": "application/json", "traceparent": field],
                            body: Array(body.replacing("r1", with: "r\(field.count)").utf8)
                        )
                    )
                    #expect(answer.status == 200)
                    #expect(try await api.run("r\(field.count)").traceparent == expected)
                }
            }
        }
    }
}
