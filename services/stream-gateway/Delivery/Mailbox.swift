//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Synchronization

/// What a topic tells a viewer.
enum Signal: Sendable {
    /// A record came live, right behind another one in the stream.
    case frame(Frame, after: EntryID)

    /// Records may have been missed, or Redis is there again: read the stream from the cursor.
    case synchronize

    /// Redis is away. Records will be late.
    case interrupted(String)

    /// Nothing is new; an event that says so.
    case heartbeat(ByteBuffer)

    /// The gateway shuts down.
    case finish
}

/// A viewer's bounded queue. A viewer that reads too slowly loses its place in the queue, never a record: it is told to
/// read the stream instead.
final class Mailbox: Sendable {
    /// How many signals wait for a slow viewer before it is moved back to history. A frame is shared by all viewers, so
    /// what is bounded here is not its size but the number of references.
    static let capacity = 256

    let signals: AsyncStream<Signal>
    private let continuation: AsyncStream<Signal>.Continuation
    private let hasOverflowed = Atomic<Bool>(false)

    init() {
        (self.signals, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// Puts a signal into the queue, from anywhere.
    func post(_ signal: Signal) {
        if case .dropped(let dropped) = self.continuation.yield(signal) {
            // A heartbeat is for the idle; this viewer is not.
            if case .heartbeat = dropped { return }
            self.hasOverflowed.store(true, ordering: .releasing)
        }
        if case .finish = signal { self.continuation.finish() }
    }

    /// Whether signals were dropped since the last call. A full queue means that the viewer has signals to work on, so
    /// it gets to ask.
    func takeOverflow() -> Bool {
        self.hasOverflowed.exchange(false, ordering: .acquiringAndReleasing)
    }
}
