//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names that a run has in Redis (protocol, section 2).
package struct RunKeys: Hashable, Sendable {
    /// The stream of the run's records, and the channel of the same name.
    package let stream: String

    init(stream: String) {
        self.stream = stream
    }

    /// The channel that carries the run's records live.
    package var channel: String { stream }

    /// The number of the last record that the stream took.
    package var seq: String { side("seq") }

    /// What was asked for and how far it is: a hash.
    package var run: String { side("run") }

    /// Who ended the run. It is there as soon as the run's `end` record is, and nothing is written after it.
    package var ended: String { side("ended") }

    /// The process that carries the run out, as long as that renews it.
    package var lease: String { side("lease") }

    /// The values of the run's secrets, JSON, until a process has taken the run.
    package var secrets: String { side("secrets") }

    /// Pictures of the pages that the run was on: a hash of step and JPEG.
    package var screenshots: String { side("screenshots") }

    /// Who watches the live view, and how: a sorted set of `<gateway>:<frames a second>:<width>` and until when (ms).
    package var watched: String { side("watched") }

    /// The channel that carries the pictures of the live view. They are stored nowhere.
    package var frames: String { side("frames") }

    /// The braces are a Redis hash tag: all keys of a run share one cluster slot, and a pattern like
    /// `browser_use_logs:*` lists the streams and nothing else.
    private func side(_ name: String) -> String { "{\(stream)}:\(name)" }
}
