//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The status of a run: `queued → running → completed | failed | cancelled | timed_out`. A running one may be `paused`
/// or `waiting` for a person in between.
package enum RunStatus: String, Codable, Sendable, Hashable, CaseIterable {
    case queued
    case running
    case paused
    case waiting
    case completed
    case failed
    case cancelled
    case timedOut = "timed_out"

    /// Whether the run is over. A final status never changes.
    package var isFinal: Bool {
        switch self {
        case .queued, .running, .paused, .waiting: false
        case .completed, .failed, .cancelled, .timedOut: true
        }
    }
}
