//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What is known of an encoded record without looking into its bytes.
struct Frame: Hashable, Sendable {
    /// What the bytes are.
    enum Kind: Hashable, Sendable {
        case record

        /// The last record of what is watched: of the run, or of the batch.
        case end

        /// The last record of one run of a batch.
        case runEnd

        /// Tells of records that are gone.
        case gap
    }

    /// The stream entry's id. `nil` for what is not in the stream.
    var id: EntryID?

    /// The record's number in its run, or in its batch.
    var seq: Int?

    /// What the level filter looks at.
    var level: LogLevel

    /// What the bytes are.
    var kind: Kind

    /// Whether a viewer sees it that wants records from a level up. The end and what is missing concern everybody.
    func passes(_ minimum: LogLevel) -> Bool {
        self.kind != .record || self.level >= minimum
    }

    /// What is published without being stored happens once: it is no history.
    var isEphemeral: Bool { self.id == nil && self.kind != .gap }
}
