//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An update of a run that waits on disk for Redis: a record, the run's state, or both.
package struct SpoolEntry: Hashable, Sendable {
    /// The run. Its entries keep their order.
    package var run: String

    /// An encoded record of the run's log.
    package var record: [UInt8]?

    /// The run's encoded state.
    package var state: [UInt8]?

    /// What the run has done, encoded, with its last record.
    package var recording: [UInt8]?

    package init(run: String, record: [UInt8]? = nil, state: [UInt8]? = nil, recording: [UInt8]? = nil) {
        self.run = run
        self.record = record
        self.state = state
        self.recording = recording
    }
}

/// The place of an entry on disk.
package struct SpoolPlace: Hashable, Sendable {
    /// Counts the files that the process has written. Most processes need only one. A corrupt file is replaced by
    /// another; the entries of the earlier files are then lost.
    package let generation: Int

    let row: Int64
}

/// Why the spool cannot be used. Its description is for people.
package struct SpoolError: Error, Hashable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
