//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// What all viewers of a measurement have seen so far.
struct Deliveries {
    /// Records, each counted once for each viewer.
    private(set) var records = 0
    /// How long records took that were due in ``window`` or came in it.
    private(set) var latencies = LatencyHistogram()
    var heartbeats = 0
    /// Events that are no records, such as `connected`.
    var others = 0
    /// Events that were not as they had been sent.
    var malformed = 0
    /// Bytes of bodies.
    var bytes = 0
    /// Viewers that have seen the first byte of a body.
    var begun = 0
    /// Connections that the server has closed.
    var dropped = 0

    /// The measured time, by ``Clock``.
    var window: Range<Int64> = 0..<0

    /// Counts a record that was due at some time.
    @inline(__always)
    mutating func count(_ due: Int64, at now: Int64) {
        records += 1
        if window.contains(due) || window.contains(now) { latencies.record(now - due) }
    }
}
