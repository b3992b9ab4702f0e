//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents

/// Follows the changes of all runs, from the runs that have not ended on, across dropped connections. Where changes are
/// gone, it begins with the runs anew.
struct ChangeFollower: Sendable {
    /// Which runs to follow.
    struct Filter: Sendable {
        var statuses: [RunStatus] = []
        var batchID: Identifier?
        var sessionID: Identifier?
    }

    /// An event as it came.
    struct Received: Sendable {
        /// `nil` for what this program does not understand.
        var event: ChangeEvent?
        /// The event's data.
        var data: String
        var id: String?
        /// Whether its connection began with the runs that have not ended.
        var isFresh: Bool
    }

    let client: HTTPClient
    let endpoints: Endpoints
    var filter = Filter()
    var policy = FollowPolicy()

    /// Hands on the events as they come, until the task is cancelled.
    ///
    /// - Throws: ``FollowFailure``, what `deliver` throws, `CancellationError`.
    func follow(
        deliver: ([Received]) async throws -> Void,
        report: (FollowNotice) async -> Void
    ) async throws {
        let progress = FollowProgress()
        let keeper = StreamKeeper(client: client, endpoints: endpoints, policy: policy, progress: progress)
        var lastEventID = ""
        let _: Never? = try await keeper.keep(url: url) {
            lastEventID
        } read: { body, schedule in
            let isFresh = lastEventID.isEmpty
            var parser = EventParser(lastEventID: lastEventID)
            for try await chunk in body {
                let events = parser.feed(chunk).map { raw in
                    Received(event: ChangeEvent(json: raw.data.utf8), data: raw.data, id: raw.id, isFresh: isFresh)
                }
                if let retry = parser.retry { schedule.serverAsked(forDelay: retry) }
                var hasGap = false
                for received in events {
                    switch received.event {
                    case .connected: progress.connected()
                    case .gap: hasGap = true
                    default: schedule.progressed()
                    }
                }
                lastEventID = hasGap ? "" : parser.lastEventID
                if !events.isEmpty { try await deliver(events) }
                // Without an id the next connection begins with the runs that have not ended.
                if hasGap { return nil }
            }
            return nil
        } report: { notice in
            await report(notice)
        }
    }

    private var url: String {
        var query: [(name: String, value: String)] = [("from", "unfinished")]
        if !filter.statuses.isEmpty {
            query.append(("status", filter.statuses.map(\.rawValue).joined(separator: ",")))
        }
        if let batchID = filter.batchID { query.append(("batch_id", batchID.rawValue)) }
        if let sessionID = filter.sessionID { query.append(("session_id", sessionID.rawValue)) }
        return endpoints.gateway.appending("/api/v1/stream-runs", query: query)
    }
}
