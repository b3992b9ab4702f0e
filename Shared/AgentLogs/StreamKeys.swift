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

    /// The braces are a Redis hash tag: all keys of a run share one cluster slot, and a pattern like
    /// `browser_use_logs:*` lists the streams and nothing else.
    private func side(_ name: String) -> String { "{\(self.stream)}:\(name)" }
}
