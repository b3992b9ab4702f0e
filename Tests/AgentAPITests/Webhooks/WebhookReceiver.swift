//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Synchronization
import TestSupport

/// A receiver of webhooks on a real socket, whose behaviour a test changes.
final class WebhookReceiver: Sendable {
    /// What it does with the next requests.
    enum Behaviour: Sendable {
        case answer(String, headers: [String: String] = [:])
        case hang
    }

    private let behaviour: Mutex<@Sendable (Int) -> Behaviour>
    private let server: Mutex<ScriptedServer?> = Mutex(nil)

    private init(_ behaviour: @escaping @Sendable (Int) -> Behaviour) { self.behaviour = Mutex(behaviour) }

    /// Runs a receiver while the body runs.
    ///
    /// - Parameter behaviour: What it does, by the number of the request from 1.
    static func with(
        _ behaviour: @escaping @Sendable (Int) -> Behaviour = { _ in .answer("204 No Content") },
        _ body: (WebhookReceiver) async throws -> Void
    ) async throws {
        let receiver = WebhookReceiver(behaviour)
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            switch receiver.behaviour.withLock({ $0 })(connection.number) {
            case .answer(let status, let headers): try await connection.respond(status, headers: headers)
            case .hang: try await connection.waitForClose()
            }
        } body: { server in
            receiver.server.withLock { $0 = server }
            try await body(receiver)
        }
    }

    /// Runs a receiver that does the same with all requests.
    static func with(_ behaviour: Behaviour, _ body: (WebhookReceiver) async throws -> Void) async throws {
        let always: @Sendable (Int) -> Behaviour = { _ in behaviour }
        try await with(always, body)
    }

    /// What it does from now on.
    func set(_ behaviour: @escaping @Sendable (Int) -> Behaviour) { self.behaviour.withLock { $0 = behaviour } }

    var url: String { (server.withLock { $0 }?.url ?? "") + "/hook" }
    var port: Int { server.withLock { $0 }?.port ?? 0 }

    /// All requests so far.
    var requests: [ScriptedRequest] { server.withLock { $0 }?.requests ?? [] }

    /// Waits for so many requests.
    @discardableResult
    func untilRequests(_ count: Int, timeout: Duration = .seconds(60)) async throws -> [ScriptedRequest] {
        try await eventually(timeout: timeout, "\(count) requests of webhooks") {
            let requests = self.requests
            return requests.count >= count ? requests : nil
        }
    }
}

extension ScriptedRequest {
    var webhookID: String { headers["webhook-id"] ?? "" }

    /// A member of the payload, or of its data.
    func payload(_ name: String) throws -> String? {
        let payload = try JSONValue(parsing: body.utf8)
        return (payload[name] ?? payload["data"]?[name])?.string
    }
}
