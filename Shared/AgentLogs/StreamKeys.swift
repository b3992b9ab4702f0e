//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names that a run has in Redis (protocol, section 2).
public struct StreamKeys: Hashable, Sendable {
    /// The stream of the run's records, and the channel of the same name.
    public let stream: String

    /// - Parameters:
    ///   - prefix: The setting `REDIS_STREAM`, `browser_use_logs` by default.
    ///   - requestID: The run.
    public init(prefix: String, requestID: Identifier) {
        self.stream = "\(prefix):\(requestID)"
    }

    /// The channel that carries the run's records live.
    public var channel: String { self.stream }

    /// The number of the last record that the stream took.
    public var seq: String { self.side("seq") }

    /// What was asked for and how far it is: a hash.
    public var run: String { self.side("run") }

    /// Who ended the run. It is there as soon as the run's `end` record is, and nothing is written after it.
    public var ended: String { self.side("ended") }

    /// The process that carries the run out, as long as that renews it.
    public var lease: String { self.side("lease") }

    /// The values of the run's secrets, JSON, until a process has taken the run.
    public var secrets: String { self.side("secrets") }

    /// Pictures of the pages that the run was on: a hash of step and JPEG.
    public var screenshots: String { self.side("screenshots") }

    /// Where pictures are kept and how large they are: a hash of run and bytes, with the sum under an empty name, and a
    /// sorted set of runs and the time of their last picture. They are for all runs.
    ///
    /// - Parameter prefix: The setting `REDIS_STREAM`.
    public static func screenshotIndex(prefix: String) -> (sizes: String, times: String) {
        ("{\(prefix)}:screenshot_sizes", "{\(prefix)}:screenshot_times")
    }

    /// The runs that have not ended, each with the time at which somebody must look whether its process still lives:
    /// a sorted set, one for all runs.
    ///
    /// - Parameter prefix: The setting `REDIS_STREAM`.
    public static func unfinished(prefix: String) -> String { "{\(prefix)}:unfinished" }

    /// The braces are a Redis hash tag: all keys of a run share one cluster slot, and a pattern like
    /// `browser_use_logs:*` lists the streams and nothing else.
    private func side(_ name: String) -> String { "{\(self.stream)}:\(name)" }
}
