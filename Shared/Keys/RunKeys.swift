//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The Redis keys of a run (protocol, section 2).
package struct RunKeys: Hashable, Sendable {
    /// The stream with the run's records, and the channel of the same name.
    package let stream: String

    init(stream: String) {
        self.stream = stream
    }

    /// The channel that carries the run's records live.
    package var channel: String { stream }

    /// The number of the last record in the stream.
    package var seq: String { side("seq") }

    /// The run's request and state, a hash.
    package var run: String { side("run") }

    /// What ended the run. It exists as soon as the run's `end` record does. Nothing is written to the run after it.
    package var ended: String { side("ended") }

    /// The process that executes the run. The key expires unless that process renews it.
    package var lease: String { side("lease") }

    /// The values of the run's secrets as JSON, until a process has started the run.
    package var secrets: String { side("secrets") }

    /// Screenshots of the run's pages, a hash of step and JPEG.
    package var screenshots: String { side("screenshots") }

    /// Who watches the live view, and how: a sorted set of `<gateway>:<frames a second>:<width>` and until when (ms).
    package var watched: String { side("watched") }

    /// The channel that carries the pictures of the live view. They are stored nowhere.
    package var frames: String { side("frames") }

    /// What the run's webhooks are told, and what became of that, a hash.
    package var webhooks: String { side("webhooks") }

    /// Who has control of the run's browser: the token. It expires unless it is used.
    package var control: String { side("control") }

    /// What the person who has control does, a list.
    package var input: String { side("input") }

    /// What people have told the run, a list.
    package var messages: String { side("messages") }

    /// The braces are a Redis hash tag: all keys of a run share one cluster slot, and a pattern like
    /// `browser_use_logs:*` lists only the streams.
    private func side(_ name: String) -> String { "{\(stream)}:\(name)" }
}
