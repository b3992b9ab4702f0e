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
        var filter = RecordFilter(followed, lastEventID: start.lastEventID ?? "")
        let keeper = StreamKeeper(client: client, endpoints: endpoints, policy: policy, progress: progress)
        let outcome = try await keeper.keep(url: url) {
            filter.lastEventID
        } read: { body, schedule in
            try await read(body, &filter, &schedule, deliver, report)
        } report: { notice in
            await report(notice)
        }
        return outcome ?? .over
    }

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

    private var url: String {
        var query: [(name: String, value: String)] = []
        if let level { query.append(("level", level.rawValue)) }
        if let from = start.from { query.append(("from", from)) }
        if let tail = start.tail { query.append(("tail", String(tail))) }
        return endpoints.streamURL(of: followed, query: query)
    }
}
