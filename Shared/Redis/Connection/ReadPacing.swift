//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Decides when to read next from a connection with subscriptions.
///
/// Redis sends each message in its own packet, and waking up for one costs more than handling it. So at high rates,
/// messages accumulate in the socket for a moment and are read together. A single message is read at once.
struct ReadPacing {
    /// How long messages accumulate.
    static let window = TimeAmount.milliseconds(1)

    /// The number of messages per window from which on the next ones accumulate.
    static let threshold = 2

    private var begin = NIODeadline.uptimeNanoseconds(0)
    private var count = 0
    private var isFast = false

    /// Records the result of a read.
    ///
    /// - Returns: The delay before the next read; nil to read as soon as data arrives.
    mutating func pause(after messages: Int, now: NIODeadline) -> TimeAmount? {
        count += messages
        let elapsed = now - begin
        if elapsed < Self.window { return isFast ? Self.window - elapsed : nil }
        isFast = Int64(count) * Self.window.nanoseconds >= Int64(Self.threshold) * elapsed.nanoseconds
        begin = now
        count = 0
        return isFast ? Self.window : nil
    }
}
