//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization

/// What a follower has seen of its stream, for whoever has to tell a quiet stream from one that is over.
final class FollowProgress: Sendable {
    struct State {
        /// How many records have come, those that are not shown too.
        var records = 0
        /// Since when nothing but signs of life has come on an open connection; `nil` while there is none.
        var quietSince: ContinuousClock.Instant?
        /// Whether the gateway has said that something is wrong, and nothing has come since.
        var isTroubled = false
    }

    private let state = Mutex(State())

    /// How things are now.
    var current: State { state.withLock { $0 } }

    func connected() {
        state.withLock { $0.quietSince = .now }
    }

    /// Waits until nothing has come for some time on an open connection.
    /// - Throws: `CancellationError`.
    func untilQuiet(for patience: Duration) async throws {
        while true {
            try await Task.sleep(for: patience / 10)
            if let since = current.quietSince, since + patience <= .now { return }
        }
    }

    func disconnected() {
        state.withLock { $0.quietSince = nil }
    }

    func received(_ event: ReceivedEvent) {
        state.withLock { state in
            switch event.event {
            case .connected?, .heartbeat?: break
            case .error?: state.isTroubled = true
            default:
                state.records += 1
                state.quietSince = .now
                state.isTroubled = false
            }
        }
    }
}
