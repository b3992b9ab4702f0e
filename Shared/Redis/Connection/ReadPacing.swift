//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Decides when a connection with subscriptions is read next.
///
/// Redis writes each message by itself, and to be woken for it costs more than to handle it. So when messages come
/// fast, the next ones gather in the socket for a moment and are read together; a message that comes alone is read at once.
struct ReadPacing {
    /// How long messages gather.
    static let window = TimeAmount.milliseconds(1)

    /// How many messages must have come per window for the next ones to gather.
    static let threshold = 2

    private var begin = NIODeadline.uptimeNanoseconds(0)
    private var count = 0
    private var isFast = false

    /// Notes what a read has brought.
    ///
    /// - Returns: How long to wait before the next read; nil to read as soon as there is something.
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
