//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import NIOCore
import Synchronization

/// What was followed and is not written yet. It is bounded: when it is full, logs are followed no further until there is
/// room, and then from the streams in Redis. So a database that does not answer costs this much memory and no more.
final class PartQueue: FollowerSink {
    private struct State {
        var parts: [FollowedPart] = []
        var ended: [Subject] = []
        var bytes = 0
        var records = 0

        /// What was taken and is being written.
        var writing = 0
        var isFull = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ringing: AsyncStream<Void>.Continuation

    /// - Parameter limit: The most bytes, but for the last event.
    init(limit: Int = 64 << 20) {
        self.limit = limit
        (bell, ringing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Rings when something has come.
    var arrivals: AsyncStream<Void> { bell }

    /// How many records are not written yet.
    var lag: Int { state.withLock { $0.records + $0.writing } }

    var isReady: Bool {
        state.withLock { state in
            if state.bytes >= limit { state.isFull = true }
            return state.bytes < limit
        }
    }

    func take(_ part: FollowedPart) {
        state.withLock { state in
            state.parts.append(part)
            state.bytes += part.bytes.readableBytes
            state.records += max(1, part.frames.count)
        }
        ringing.yield()
    }

    func ended(_ subject: Subject) {
        state.withLock { $0.ended.append(subject) }
        ringing.yield()
    }

    /// Rings without anything having come.
    func ring() { ringing.yield() }

    /// Takes parts out, about so many bytes, and the logs that have ended if nothing of theirs is left.
    func take(bytes: Int) -> (parts: [FollowedPart], ended: [Subject]) {
        state.withLock { state in
            var count = 0
            var size = 0
            while count < state.parts.count, size < bytes {
                size += state.parts[count].bytes.readableBytes
                count += 1
            }
            let parts = Array(state.parts.prefix(count))
            state.parts.removeFirst(count)
            state.bytes -= size
            state.writing = parts.reduce(0) { $0 + max(1, $1.frames.count) }
            state.records -= state.writing
            guard state.parts.isEmpty else {
                ringing.yield()
                return (parts, [])
            }
            defer { state.ended = [] }
            return (parts, state.ended)
        }
    }

    /// What was taken last is written.
    ///
    /// - Returns: Whether those who were refused can go on.
    func wrote() -> Bool {
        state.withLock { state in
            state.writing = 0
            guard state.isFull, state.bytes < limit / 2 else { return false }
            state.isFull = false
            return true
        }
    }
}
