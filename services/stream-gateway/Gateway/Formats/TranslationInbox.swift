//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import NIOCore
import Synchronization

/// What has come for a viewer and is not written yet. It is bounded: when it is full, the run is followed no further until
/// there is room, and then from the stream in Redis.
final class TranslationInbox: FollowerSink {
    private struct State {
        var parts: [ByteBuffer] = []
        var bytes = 0
        var isOver = false
        var isBeatDue = false
    }

    /// The most bytes, but for the last event.
    private static let limit = 256 << 10

    private let state = Mutex(State())
    private let ringing: AsyncStream<Void>.Continuation

    /// Rings when something has come.
    let arrivals: AsyncStream<Void>

    init() {
        (arrivals, ringing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var isReady: Bool { state.withLock { $0.bytes < Self.limit } }

    func take(_ part: FollowedPart) {
        self.state.withLock { state in
            state.parts.append(part.bytes)
            state.bytes += part.bytes.readableBytes
        }
        ringing.yield()
    }

    func ended(_ subject: Subject) {
        state.withLock { $0.isOver = true }
        ringing.yield()
    }

    /// Rings without anything having come.
    func ring() { ringing.yield() }

    /// Asks for a heartbeat, unless something comes first.
    func beat() {
        state.withLock { $0.isBeatDue = true }
        ringing.yield()
    }

    /// Takes out all that is there; and whether nothing will follow.
    func takeAll() -> (parts: [ByteBuffer], isOver: Bool) {
        self.state.withLock { state in
            defer {
                if !state.parts.isEmpty { state.isBeatDue = false }
                (state.parts, state.bytes) = ([], 0)
            }
            return (state.parts, state.isOver)
        }
    }

    /// Whether a heartbeat is due. It is not due again until it is asked for again.
    func takeBeat() -> Bool {
        self.state.withLock { state in
            defer { state.isBeatDue = false }
            return state.isBeatDue
        }
    }
}
