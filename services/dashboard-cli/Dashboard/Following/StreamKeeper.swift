//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream

/// Keeps a stream of the gateway's events open across dropped connections.
struct StreamKeeper: Sendable {
    let client: HTTPClient
    let endpoints: Endpoints
    let policy: FollowPolicy
    let progress: FollowProgress

    /// Reads one connection after the other until one has an outcome.
    ///
    /// - Parameters:
    ///   - lastEventID: where to resume; asked before each connection.
    ///   - read: reads a connection. `nil` when it ended before its time.
    ///   - report: takes notices about the connection.
    /// - Returns: `nil` when the gateway says that there is nothing more to read.
    /// - Throws: ``FollowFailure``, what `read` throws, `CancellationError`.
    func keep<Outcome>(
        url: String,
        lastEventID: () -> String,
        read: (HTTPClient.Body, inout RetrySchedule) async throws -> Outcome?,
        report: (FollowNotice) async -> Void
    ) async throws -> Outcome? {
        var schedule = RetrySchedule(policy)
        var idleTimeout = policy.idleTimeout
        while true {
            var reason: String
            var answered = true
            var retryAfter: Duration?
            do {
                let request = request(url, lastEventID: lastEventID(), idleTimeout: idleTimeout)
                let response = try await client.stream(request)
                switch try await Opening(response) {
                case .open:
                    if schedule.opened() { await report(.connectedAgain) }
                    if let outcome = try await read(response.body, &schedule) { return outcome }
                    reason = "the connection was closed"
                case .over:
                    return nil
                case .later(let why, let wait):
                    reason = why
                    retryAfter = wait
                }
            } catch let error as HTTPError {
                guard error.code != .invalidRequest else {
                    throw FollowFailure.notAGateway(detail: error.message)
                }
                reason = error.message
                answered = schedule.hasAnswered
                if error.code == .idle, policy.adaptsIdleTimeout {
                    // Either the network is dead, which TCP finds out too, or heartbeats come more seldom.
                    if progress.current.quietSince != nil { schedule.progressed() }
                    idleTimeout = min(idleTimeout * 2, Self.longestIdleTimeout)
                }
            }
            progress.disconnected()
            let decision = schedule.failed(
                at: .now,
                answered: answered,
                retryAfter: retryAfter,
                jitter: .random(in: 0...1)
            )
            switch decision {
            case .retry(let delay, let isFirst):
                if isFirst {
                    await report(notice(reason: reason, delay: delay, schedule))
                }
                try await Task.sleep(for: delay)
            case .giveUp:
                throw FollowFailure.unreachable(
                    url: endpoints.gateway,
                    reason: reason,
                    patience: schedule.patience,
                    hasAnswered: schedule.hasAnswered
                )
            }
        }
    }

    /// Twice the longest time between two heartbeats that a gateway can be set to.
    private static let longestIdleTimeout = Duration.seconds(7200)

    private func notice(reason: String, delay: Duration, _ schedule: RetrySchedule) -> FollowNotice {
        let url = endpoints.gateway
        let patience = schedule.patience
        if schedule.hasBeenOpen { return .lost(url: url, reason: reason, delay: delay, patience: patience) }
        if schedule.hasAnswered { return .notReady(url: url, reason: reason, patience: patience) }
        return .notThere(url: url, reason: reason, patience: patience)
    }

    private func request(_ url: String, lastEventID: String, idleTimeout: Duration) -> HTTPClient.Request {
        var request = HTTPClient.Request(
            url,
            headers: ["Accept": "text/event-stream", "Cache-Control": "no-cache"],
            connectTimeout: policy.connectTimeout,
            headTimeout: policy.headTimeout,
            idleTimeout: idleTimeout
        )
        if !lastEventID.isEmpty { request.headers.append("Last-Event-ID", lastEventID) }
        endpoints.authorize(&request)
        return request
    }
}
