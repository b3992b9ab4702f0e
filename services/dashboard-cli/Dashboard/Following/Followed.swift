//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What can be followed on one connection.
enum Followed: Sendable, Equatable {
    case run(Identifier)
    /// All runs of a batch.
    case batch(Identifier)

    /// Where the gateway serves it.
    var path: String {
        switch self {
        case .run(let requestID): "/api/v1/stream-logs/request/\(requestID)"
        case .batch(let batchID): Batch.streamURL(of: batchID)
        }
    }

    /// The status that an event ends the command with; `nil` for one that is not the last. A run of a batch ends
    /// nothing.
    func status(endedBy event: StreamEvent?) -> ExitStatus? {
        switch (self, event) {
        case (.run, .end(let end)): ExitStatus(end.outcome.status)
        case (.batch, .batchEnd(let end)): ExitStatus(end.outcome)
        default: nil
        }
    }
}
