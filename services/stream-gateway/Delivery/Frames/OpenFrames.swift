//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// The frames of a tick, which viewers do not see yet.
struct OpenFrames {
    var frames: [Frame] = []

    /// Where each frame ends in the bytes.
    var ends: [Int] = []
    var bytes = ByteBuffer()

    /// The last entry among them.
    var lastID: EntryID?

    /// Appends a frame whose bytes have just been written.
    mutating func append(_ frame: Frame) {
        frames.append(frame)
        ends.append(bytes.readableBytes)
        lastID = frame.id ?? lastID
    }

    /// Appends an event that stands for records that are gone, for those who watch now.
    mutating func appendGap(_ encoder: FrameEncoder, after: EntryID, hole: Hole) {
        encoder.appendGap(after: after == .zero ? nil : after, before: nil, missed: hole.missed, to: &bytes)
        append(Frame(level: .critical, kind: .gap))
    }
}
