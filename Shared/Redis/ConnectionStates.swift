//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// The state of a client's connection.
package enum RedisConnectionState: Sendable {
    /// The first attempt to connect has not finished.
    case connecting
    /// Redis answers.
    case connected
    /// There is no connection, for this reason. The client is reconnecting.
    case disconnected(RedisError)
    /// The client has stopped. This is the last state.
    case stopped
}

/// The current state of a connection, and the observers of its changes.
final class ConnectionStates: Sendable {
    private struct Content {
        var current: RedisConnectionState = .connecting
        var observers: [UInt64: AsyncStream<RedisConnectionState>.Continuation] = [:]
        var nextID: UInt64 = 0
    }

    private let content = Mutex(Content())

    var current: RedisConnectionState {
        content.withLock { $0.current }
    }

    func set(_ state: RedisConnectionState) {
        let observers = content.withLock { content in
            content.current = state
            return Array(content.observers.values)
        }
        for observer in observers {
            observer.yield(state)
            if case .stopped = state { observer.finish() }
        }
    }

    /// The current state and all following ones. A slow reader gets only the latest.
    func stream() -> AsyncStream<RedisConnectionState> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RedisConnectionState.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let (id, current) = content.withLock { content in
            content.nextID += 1
            content.observers[content.nextID] = continuation
            // Inside the lock, so that no newer state can come first.
            continuation.yield(content.current)
            return (content.nextID, content.current)
        }
        continuation.onTermination = { [weak self] _ in
            self?.content.withLock { $0.observers[id] = nil }
        }
        if case .stopped = current { continuation.finish() }
        return stream
    }

    /// - Returns: Nil if connected, or why not.
    func waitUntilConnected(timeout: Duration) async -> RedisError? {
        await withTaskGroup(of: RedisError?.self) { group in
            group.addTask { [self] in
                for await state in stream() {
                    if case .connected = state { return nil }
                    if case .stopped = state { return RedisError(.shutDown, "the Redis client has been shut down") }
                }
                return RedisError(.cancelled, "waiting for the connection to Redis was cancelled")
            }
            group.addTask { [self] in
                do {
                    try await Task.sleep(for: timeout)
                } catch {
                    return RedisError(.cancelled, "waiting for the connection to Redis was cancelled")
                }
                if case .disconnected(let error) = current { return error }
                return RedisError(.unavailable, "there is no connection to Redis after \(timeout.shortDescription)")
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
