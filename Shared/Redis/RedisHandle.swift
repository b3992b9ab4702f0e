//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
package import ServiceLifecycle
import Synchronization

/// The shared interface of ``RedisClient`` and ``RedisSubscriber``: a connection that is kept open and run as a
/// service.
package protocol RedisConnecting: Service, Sendable {
    /// The handle of the connection.
    var handle: RedisHandle { get }
}

extension RedisConnecting {
    /// Connects, and stays connected until the task is cancelled or a graceful shutdown begins. Then new commands are
    /// rejected, those in flight are still answered (or time out), subscriptions end, and the connection is closed.
    ///
    /// - Throws: ``RedisError`` with code `alreadyRunning` if called more than once. It does not throw if Redis is
    ///   unavailable.
    package func run() async throws {
        try await handle.run()
    }

    /// Whether there is a connection on which Redis has answered. It may have failed since, which only a command can
    /// detect.
    package var isConnected: Bool {
        if case .connected = handle.states.current { true } else { false }
    }

    /// The current state of the connection and all following ones, for one reader. A slow reader gets only the latest.
    /// The stream ends with the client.
    package var connectionStates: AsyncStream<RedisConnectionState> {
        handle.states.stream()
    }

    /// Waits until there is a connection.
    ///
    /// - Throws: Why there is none after that time; `cancelled` if the task is cancelled; `shutDown`.
    package func waitUntilConnected(timeout: Duration) async throws(RedisError) {
        if let error = await handle.states.waitUntilConnected(timeout: timeout) { throw error }
    }
}

/// The thread-safe handle of a connection that runs on its event loop.
package final class RedisHandle: Sendable {
    let eventLoop: any EventLoop
    let states: ConnectionStates
    private let start: @Sendable (EventLoopPromise<Void>) -> Void
    private let stop: @Sendable () -> Void
    private let hasRun = Atomic(false)

    init(_ user: NIOLoopBoundBox<some ConnectionUser>, eventLoop: any EventLoop, states: ConnectionStates) {
        self.eventLoop = eventLoop
        self.states = states
        start = { ended in eventLoop.execute { user.value.keeper.start(ended) } }
        stop = { eventLoop.execute { user.value.keeper.stop() } }
    }

    func run() async throws {
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw RedisError(.alreadyRunning, "run() may be called only once")
        }
        let ended = eventLoop.makePromise(of: Void.self)
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                start(ended)
                try await ended.futureResult.get()
            } onGracefulShutdown: { [stop] in
                stop()
            }
        } onCancel: {
            stop()
        }
    }
}
