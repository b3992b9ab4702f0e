//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Finds out which record is the newest that there is, to stop there.
struct NewestRecord: Sendable {
    /// Asks for one record, and ends with it.
    let follower: LogFollower
    let policy: FollowPolicy

    /// - Returns: `nil` when there is none: nothing has come for some time after the stream was open.
    /// - Throws: ``FollowFailure``, `CancellationError`.
    func find(report: @escaping @Sendable (FollowNotice) async -> Void) async throws -> EntryID? {
        try await withThrowingTaskGroup(of: EntryID?.self) { group in
            group.addTask {
                var last: EntryID?
                _ = try await follower.follow { events in
                    for event in events {
                        if case .connected = event.event { continue }
                        if let id = event.id.flatMap({ EntryID($0) }) { last = id }
                    }
                } report: {
                    await report($0)
                }
                return last
            }
            group.addTask {
                try await follower.progress.untilQuiet(for: policy.emptiness)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
