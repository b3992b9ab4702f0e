//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The part of ``RedisClient`` that runs on the event loop.
final class ClientCore: ConnectionUser {
    let keeper: ConnectionKeeper
    private var held: HeldRequests
    private var holdTimer: Scheduled<Void>?

    init(_ keeper: ConnectionKeeper) {
        self.keeper = keeper
        held = HeldRequests(patience: TimeAmount(clamping: keeper.configuration.connectTimeout))
        keeper.user = self
    }

    func submit(_ request: Request) {
        switch keeper.availability {
        case .now(let connection):
            connection.submit(request)
        case .soon:
            held.hold(request, now: .now())
            scheduleHoldTimer()
        case .away(let reason):
            request.complete(.failure(reason.asRefusal))
        case .never:
            request.complete(.failure(.clientIsShutDown))
        }
    }

    func cancel(id: UInt64) {
        if let request = held.cancel(id: id) {
            request.complete(.failure(RedisError(.cancelled, "\(request.name) was cancelled before it was sent")))
        } else if case .now(let connection) = keeper.availability {
            connection.cancel(id: id)
        }
    }

    /// Until the client runs, only this timer ends the wait of held requests.
    private func scheduleHoldTimer() {
        guard holdTimer == nil, keeper.isIdle, let deadline = held.nextDeadline else { return }
        holdTimer = keeper.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            holdTimer = nil
            guard keeper.isIdle else { return }
            let limit = keeper.configuration.connectTimeout.shortDescription
            let error = RedisError(
                .unavailable,
                "the client of Redis at \(keeper.configuration.address) was not started within \(limit)"
            )
            refuse(held.takeExpired(now: .now()), error)
            scheduleHoldTimer()
        }
    }

    private func refuse(_ requests: [Request], _ error: RedisError) {
        for request in requests {
            request.complete(.failure(error))
        }
    }

    // MARK: ConnectionUser

    func connected(_ connection: RedisConnection) {
        for request in held.takeAll() {
            connection.submit(request)
        }
    }

    func disconnected(_ error: RedisError) {
        if case .soon = keeper.availability { return }
        refuse(held.takeAll(), error.asRefusal)
    }

    func stopped() {
        refuse(held.takeAll(), .clientIsShutDown)
    }
}

extension RedisError {
    /// The connection was not made, so nothing was sent and a retry is safe.
    fileprivate var asRefusal: RedisError {
        code == .unavailable ? self : RedisError(.unavailable, message, cause: self)
    }

    fileprivate static var clientIsShutDown: RedisError {
        RedisError(.shutDown, "the Redis client has been shut down")
    }
}
