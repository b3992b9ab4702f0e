//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How the runs of a batch ended: the data of its `batch_end` record.
package struct BatchOutcome: Hashable, Sendable {
    /// How many runs there were.
    package var runs: Int
    /// How many of them completed.
    package var completed: Int
    /// How many failed.
    package var failed: Int
    /// How many were cancelled.
    package var cancelled: Int
    /// How many timed out.
    package var timedOut: Int

    package init(runs: Int, completed: Int = 0, failed: Int = 0, cancelled: Int = 0, timedOut: Int = 0) {
        self.runs = runs
        self.completed = completed
        self.failed = failed
        self.cancelled = cancelled
        self.timedOut = timedOut
    }

    /// Reads the data of a `batch_end` record. A missing count is 0.
    package init(data: JSONValue?) {
        func count(_ name: String) -> Int { data?[name]?.integer ?? 0 }
        self.init(
            runs: count("runs"),
            completed: count("completed"),
            failed: count("failed"),
            cancelled: count("cancelled"),
            timedOut: count("timed_out")
        )
    }

    func write(to writer: inout JSONWriter) {
        writer.field("runs", self.runs)
        writer.field("completed", self.completed)
        writer.field("failed", self.failed)
        writer.field("cancelled", self.cancelled)
        writer.field("timed_out", timedOut)
    }
}
