//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a record reports: a line, a screenshot, another status, or the end of a run or batch.
package enum RecordKind: String, Codable, Sendable, Hashable {
    case log
    case screenshot

    /// The run is held by a person, waits for one, or goes on.
    case status

    /// The run's last record; its data is a ``RunOutcome``.
    case end

    /// The last record of a batch's own stream; its data is a ``BatchOutcome``.
    case batchEnd = "batch_end"
}
