//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a run wants to tell Redis, as it waits on disk: a record, the run's state, or both at once.
package struct SpoolEntry: Hashable, Sendable {
    /// The run that it belongs to. The entries of a run keep their order.
    package var run: String

    /// A record of the run's log, encoded.
    package var record: [UInt8]?

    /// How far the run is, encoded.
    package var state: [UInt8]?

    package init(run: String, record: [UInt8]? = nil, state: [UInt8]? = nil) {
        self.run = run
        self.record = record
        self.state = state
    }
}

/// The place of an entry that is on disk.
package struct SpoolPlace: Hashable, Sendable {
    /// Which of the files that the process has written one after the other. Most processes need only one; another is
    /// begun when a file turns out to be corrupt, and then what was in the earlier ones is not on disk any more.
    package let generation: Int

    let row: Int64
}

/// Why the spool cannot do what it is for. Its description is for people.
package struct SpoolError: Error, Hashable, CustomStringConvertible {
    /// What went wrong.
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
