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

    /// - Parameters:
    ///   - prefix: The setting `REDIS_STREAM`, `browser_use_logs` by default.
    ///   - batchID: The batch.
    package init(prefix: String, batchID: Identifier) {
        let tag = "{\(prefix):\(batchID)}"
        stream = "\(tag):batch"
        self.state = "\(tag):batch-state"
        self.runs = "\(tag):batch-runs"
    }
}
