//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// What the archiver of this process has done, for metrics.
package final class ArchiveCounts: Sendable {
    package struct Values: Sendable {
        /// Records that were followed and are not in the archive yet.
        package var lag = 0

        /// Events that were archived, and how many of them tell of a gap.
        package var records = 0
        package var gaps = 0

        /// Whether this process is the archiver.
        package var isArchiver = false

        /// Logs that are followed now.
        package var followed = 0

        /// Writes that have failed.
        package var failures = 0

        package init() {}
    }

    private let values = Mutex(Values())

    package init() {}

    package var current: Values { values.withLock(\.self) }

    func change(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }
}
