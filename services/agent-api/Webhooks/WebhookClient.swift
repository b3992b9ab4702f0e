//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import AsyncHTTPClient
package import Egress
import Hosts
import JSON
import NIOCore
import NIOHTTP1

/// Posts deliveries. URLs of runs are reached through a gate with the rule that pages have, so that a name that leads to
/// a private address is refused there; `WEBHOOK_URL` is the operator's own and is reached directly.
package actor WebhookClient {
    /// The time limits of an attempt.
    package struct Limits: Sendable {
        /// To connect.
        package var connect: Int64 = 5

        /// For all of it, in seconds.
        package var total: Int64 = 10

        package init() {}
    }

    /// How much of a response's body is read and dropped, in bytes. A longer one costs the connection.
    private static let maximumBody = 64 << 10

    private let policy: EgressPolicy
    private let limits: Limits
    private let agent: String
    private var gate: EgressGate?
    private var clients: [WebhookDelivery.Target: HTTPClient] = [:]
    private var isClosed = false

    /// - Parameters:
    ///   - policy: Where URLs of runs may lead.
    ///   - version: For the `User-Agent`.
    package init(policy: EgressPolicy, limits: Limits = Limits(), version: String) {
        self.policy = policy
        self.limits = limits
        agent = "stepcast/\(version)"
    }

    /// Makes one attempt.
    ///
    /// - Parameters:
    ///   - secret: What signs it; without one it is not signed.
    ///   - seconds: Now, in seconds since 1970.
    package func post(
        _ payload: [UInt8],
        of delivery: WebhookDelivery,
        to url: String,
        secret: WebhookSecret?,
        seconds: Int64
    ) async -> WebhookDelivery.Result {
        guard let origin = WebOrigin(url: url) else { return .refused("the URL is not valid") }
        do {
            let client = try await self.client(for: delivery.target)
            let status = try await exchange(
                request(payload, of: delivery, to: url, secret: secret, seconds: seconds),
                over: client
            )
            return .answered(status)
        } catch {
            if delivery.target == .run, case .refused(let refusal) = gate?.failure(of: origin) {
                return .refused("blocked: \(refusal)")
            }
            return .failed(Self.meaning(of: error))
        }
    }

    private func request(
        _ payload: [UInt8],
        of delivery: WebhookDelivery,
        to url: String,
        secret: WebhookSecret?,
        seconds: Int64
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: agent)
        request.headers.add(name: "webhook-id", value: delivery.id)
        request.headers.add(name: "webhook-timestamp", value: "\(seconds)")
        if let secret {
            let signature = secret.signature(id: delivery.id, seconds: seconds, payload: payload)
            request.headers.add(name: "webhook-signature", value: signature)
        }
        if let trace = (try? JSONValue(parsing: payload))?["data"]?["traceparent"]?.string {
            request.headers.add(name: "traceparent", value: trace)
        }
        request.body = .bytes(payload)
        return request
    }

    /// The status counts as soon as it is there; the body is dropped.
    private nonisolated func exchange(_ request: HTTPClientRequest, over client: HTTPClient) async throws -> Int {
        let response = try await client.execute(request, deadline: .now() + .seconds(limits.total))
        var size = 0
        do {
            for try await part in response.body {
                size += part.readableBytes
                if size > Self.maximumBody { break }
            }
        } catch {
            try Task.checkCancellation()
        }
        return Int(response.status.code)
    }

    private func client(for target: WebhookDelivery.Target) async throws -> HTTPClient {
        if target == .run, gate == nil {
            let gate = try await EgressGate.start()
            if self.gate == nil, !isClosed {
                gate.open(policy)
                self.gate = gate
            } else {
                await gate.close()
            }
        }
        guard !isClosed else { throw CancellationError() }
        if let client = clients[target] { return client }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(limits.connect))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(10)
        if target == .run, let port = gate?.port {
            configuration.proxy = .socksServer(host: "127.0.0.1", port: port)
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        clients[target] = client
        return client
    }

    /// Closes all connections. Attempts under way fail.
    package func close() async {
        isClosed = true
        let clients = self.clients.values
        self.clients = [:]
        for client in clients { try? await client.shutdown() }
        await gate?.close()
    }

    private static func meaning(of error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded: "it did not answer in time"
        case let error as HTTPClientError: error.shortDescription
        default: "it cannot be reached"
        }
    }
}
