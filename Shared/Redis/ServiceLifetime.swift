//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import ServiceLifecycle
import Synchronization

/// Lets something that lives on an event loop be run as a service: from start until it has ended, with a graceful
/// shutdown or a cancellation telling it to stop.
final class ServiceLifetime: Sendable {
    private let eventLoop: any EventLoop
    private let hasRun = Atomic(false)

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// - Parameters:
    ///   - start: called on the event loop, with what is to be completed when all has ended.
    ///   - stop: called on the event loop, perhaps before `start`.
    /// - Throws: ``RedisError`` with code `alreadyRunning`.
    func run(
        start: @escaping @Sendable (EventLoopPromise<Void>) -> Void,
        stop: @escaping @Sendable () -> Void
    ) async throws {
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw RedisError(.alreadyRunning, "run() may be called only once")
        }
        let ended = eventLoop.makePromise(of: Void.self)
        let stop: @Sendable () -> Void = { [eventLoop] in eventLoop.execute(stop) }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                eventLoop.execute { start(ended) }
                try await ended.futureResult.get()
            } onGracefulShutdown: {
                stop()
            }
        } onCancel: {
            stop()
        }
    }
}
