//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The Redis keys of a batch (protocol, section 2).
package struct BatchKeys: Hashable, Sendable {
    /// The stream with the records of all its runs, and the channel of the same name.
    ///
    /// The braces exclude it from `KEYS browser_use_logs:*`, which lists only the streams of runs.
    package let stream: String

    /// The batch's state, a hash.
    package let state: String

    /// The names of its runs in the order in which they were added, a list.
    package let runs: String

    /// - Parameter tag: The hash tag shared by all keys of the batch.
    init(tag: String) {
        stream = "\(tag):batch"
        state = "\(tag):batch-state"
        runs = "\(tag):batch-runs"
    }
}
