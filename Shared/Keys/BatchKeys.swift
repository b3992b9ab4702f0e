//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names that a batch has in Redis (protocol, section 2).
package struct BatchKeys: Hashable, Sendable {
    /// The stream of the records of all its runs, and the channel of the same name.
    ///
    /// The braces keep it out of `KEYS browser_use_logs:*`, which lists the runs' streams and nothing else.
    package let stream: String

    /// How far the batch is: a hash.
    package let state: String

    /// The names of its runs in the order in which they came: a list.
    package let runs: String

    /// - Parameter tag: The hash tag that all keys of the batch share.
    init(tag: String) {
        stream = "\(tag):batch"
        state = "\(tag):batch-state"
        runs = "\(tag):batch-runs"
    }
}
