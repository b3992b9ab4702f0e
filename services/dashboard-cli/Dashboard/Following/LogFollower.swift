//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents

/// Follows the events of a run or a batch through the gateway, across dropped connections, until it is over.
struct LogFollower: Sendable {
    /// Where to begin, if not with all there is.
    struct Start: Sendable {
        var lastEventID: String?
        var from: String?
        var tail: Int?

        /// Whether it is all there is.
        var isAll: Bool { lastEventID == nil && tail == nil && (from ?? "start") == "start" }
    }

    enum Outcome: Sendable {
        /// The last event has come, and means this status.
        case ended(ExitStatus)
        /// The gateway says that there is nothing more to read.
        case over
        /// All up to the record that was to be the last is read.
        case reachedLast
    }

    let client: HTTPClient
    let endpoints: Endpoints
    let followed: Subject
    var start = Start()
    var level: LogLevel?
    var policy = FollowPolicy()
    /// The last record to read; `nil` to go on to the end.
    var last: EntryID?
    let progress = FollowProgress()

    /// Hands on the events as they come, several at once where they came at once, each record once and in order.
    /// - Parameters:
    ///   - deliver: takes the events; while it waits, so does the server.
    ///   - report: takes notices about the connection.
    /// - Throws: ``FollowFailure``, what `deliver` throws, `CancellationError`.
    func follow(
        deliver: ([ReceivedEvent]) async throws -> Void,
        report: (FollowNotice) async -> Void
    ) async throws -> Outcome {
        var schedule = RetrySchedule(policy)
        var filter = RecordFilter(followed, lastEventID: start.lastEventID ?? "")
        var idleTimeout = policy.idleTimeout
        while true {
            var reason: String
            var answered = true
            var retryAfter: Duration?
            do {
                let request = request(lastEventID: filter.lastEventID, idleTimeout: idleTimeout)
                let response = try await client.stream(request)
                switch try await Opening(response) {
                case .open:
                    if schedule.opened() { await report(.connectedAgain) }
                    if let outcome = try await read(response.body, &filter, &schedule, deliver, report) {
                        return outcome
                    }
                    reason = "the connection was closed"
                case .over:
                    return .over
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

    private func read(
        _ body: HTTPClient.Body,
        _ filter: inout RecordFilter,
        _ schedule: inout RetrySchedule,
        _ deliver: ([ReceivedEvent]) async throws -> Void,
        _ report: (FollowNotice) async -> Void
    ) async throws -> Outcome? {
        var parser = EventParser()
        var oversized = 0
        filter.connectionBegan()
        for try await chunk in body {
            let raw = parser.feed(chunk)
            if let retry = parser.retry { schedule.serverAsked(forDelay: retry) }
            for _ in oversized..<parser.oversizedEvents { await report(.passedOver(bytes: parser.maximumEventSize)) }
            oversized = parser.oversizedEvents
            var events: [ReceivedEvent] = []
            var outcome: Outcome?
            for event in raw {
                guard let event = filter.pass(event) else { continue }
                events.append(event)
                if case .connected = event.event {
                    progress.connected()
                    continue
                }
                schedule.progressed()
                progress.received(event)
                if let status = followed.status(endedBy: event.event) {
                    outcome = .ended(status)
                } else if let last, let id = event.id.flatMap({ EntryID($0) }), id >= last {
                    outcome = .reachedLast
                }
                if outcome != nil { break }
            }
            if !events.isEmpty { try await deliver(events) }
            if let outcome { return outcome }
        }
        return nil
    }

    private func notice(reason: String, delay: Duration, _ schedule: RetrySchedule) -> FollowNotice {
        let url = endpoints.gateway
        let patience = schedule.patience
        if schedule.hasBeenOpen { return .lost(url: url, reason: reason, delay: delay, patience: patience) }
        if schedule.hasAnswered { return .notReady(url: url, reason: reason, patience: patience) }
        return .notThere(url: url, reason: reason, patience: patience)
    }

    private func request(lastEventID: String, idleTimeout: Duration) -> HTTPClient.Request {
        var query: [(name: String, value: String)] = []
        if let level { query.append(("level", level.rawValue)) }
        if let from = start.from { query.append(("from", from)) }
        if let tail = start.tail { query.append(("tail", String(tail))) }
        var request = HTTPClient.Request(
            endpoints.streamURL(of: followed, query: query),
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
