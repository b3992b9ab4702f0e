//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import JSON
package import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Sends spans to a collector (OTLP over HTTP, in JSON): those of the last second together.
///
/// A collector that is away costs nothing but its spans: at most ``capacity`` wait, and what comes meanwhile is dropped.
package final class Tracer: Service {
    private struct State {
        var spans: [Span] = []
        var dropped = 0
        /// Whether the collector did not take the last ones.
        var isAway = false
    }

    /// The most spans that wait.
    static let capacity = 4096

    private static let interval = Duration.seconds(1)
    private static let timeout = TimeAmount.seconds(5)

    private let url: String
    private let resource: [String: JSONValue]
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - endpoint: `OTEL_EXPORTER_OTLP_ENDPOINT`: the collector's address, to which `/v1/traces` is added.
    ///   - service: The name of the service.
    ///   - version: Its version.
    package init(endpoint: String, service: String, version: String, logger: Logger) {
        url = (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + "/v1/traces"
        resource = ["service.name": .string(service), "service.version": .string(version)]
        self.logger = logger
    }

    func add(_ span: Span) {
        state.withLock { state in
            if state.spans.count < Self.capacity { state.spans.append(span) } else { state.dropped += 1 }
        }
    }

    /// Sends until the service shuts down, and then what is left.
    package func run() async {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await self.flush(client) }
        }
        await flush(client)
        try? await client.shutdown()
    }

    private func flush(_ client: HTTPClient) async {
        let (spans, dropped) = state.withLock { state in
            defer { (state.spans, state.dropped) = ([], 0) }
            return (state.spans, state.dropped)
        }
        if dropped > 0 { logger.warning("spans were dropped", metadata: ["count": "\(dropped)"]) }
        guard !spans.isEmpty else { return }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: json(spans).bytes))
        let fault: String?
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            _ = try? await response.body.collect(upTo: 1 << 16)
            fault = response.status.code < 300 ? nil : "it answers \(response.status.code)"
        } catch {
            fault = "\(error)"
        }
        let wasAway = state.withLock { state in
            defer { state.isAway = fault != nil }
            return state.isAway
        }
        if let fault, !wasAway {
            logger.warning("the collector of traces does not take them", metadata: ["reason": "\(fault)"])
        }
    }

    private func json(_ spans: [Span]) -> JSONValue {
        let scope: JSONValue = ["scope": ["name": "stepcast"], "spans": .array(spans.map(\.json))]
        return ["resourceSpans": [["resource": ["attributes": Span.list(resource)], "scopeSpans": [scope]]]]
    }
}
