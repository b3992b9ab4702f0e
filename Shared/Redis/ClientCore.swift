//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// The part of ``RedisClient`` that lives on the event loop. ``Admission`` decides, this carries it out.
final class ClientCore: ConnectionKeeperDelegate {
    private let eventLoop: any EventLoop
    private let configuration: RedisConfiguration
    private let keeper: ConnectionKeeper
    private let states: ConnectionStates
    private var admission: Admission
    private var connection: RedisConnection?
    private var holdTimer: Scheduled<Void>?
    private var ended: EventLoopPromise<Void>?

    init(configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger, states: ConnectionStates) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.states = states
        keeper = ConnectionKeeper(configuration: configuration, eventLoop: eventLoop, logger: logger)
        admission = Admission(patience: TimeAmount(clamping: configuration.connectTimeout))
        keeper.delegate = self
    }

    /// - Parameter ended: succeeded when the connection has been closed for good.
    func start(_ ended: EventLoopPromise<Void>) {
        if case .stopped = states.current {
            ended.succeed()
            return
        }
        self.ended = ended
        holdTimer?.cancel()
        holdTimer = nil
        admission.started()
        keeper.start()
    }

    func stop() {
        keeper.stop()
    }

    func submit(_ request: Request) {
        switch admission.submit(request, now: .now()) {
        case .send:
            guard let connection else {
                request.complete(.failure(RedisError(.unavailable, "there is no connection to Redis")))
                return
            }
            connection.submit(request)
        case .hold:
            scheduleHoldTimer()
        case .refuse(let error):
            request.complete(.failure(error))
        }
    }

    func cancel(id: UInt64) {
        if let request = admission.cancel(id: id) {
            request.complete(.failure(RedisError(.cancelled, "\(request.name) was cancelled before it was sent")))
        } else {
            connection?.cancel(id: id)
        }
    }

    private func scheduleHoldTimer() {
        guard holdTimer == nil, let deadline = admission.nextDeadline else { return }
        holdTimer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            holdTimer = nil
            let limit = configuration.connectTimeout.shortDescription
            let error = RedisError(
                .unavailable,
                "the client of Redis at \(configuration.address) has not been run within \(limit)"
            )
            refuse(admission.takeExpired(now: .now()), error)
            scheduleHoldTimer()
        }
    }

    private func refuse(_ requests: [Request], _ error: RedisError) {
        for request in requests {
            request.complete(.failure(error))
        }
    }

    // MARK: ConnectionKeeperDelegate

    func connected(_ connection: RedisConnection) {
        self.connection = connection
        states.set(.connected)
        for request in admission.connected() {
            connection.submit(request)
        }
    }

    func disconnected(_ error: RedisError, retryingNow: Bool) {
        connection = nil
        states.set(.disconnected(error))
        let refused = admission.disconnected(error, retryingNow: retryingNow)
        refuse(refused.requests, refused.error)
    }

    func connectionChecked() {}

    func stopped() {
        connection = nil
        refuse(admission.stopped(), RedisError(.shutDown, "the Redis client has been shut down"))
        states.set(.stopped)
        ended?.succeed()
        ended = nil
    }
}
