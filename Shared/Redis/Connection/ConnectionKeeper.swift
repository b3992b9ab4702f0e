//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// What a client is told about its connection, on the event loop.
protocol ConnectionKeeperDelegate: AnyObject {
    /// A connection can be used.
    func connected(_ connection: RedisConnection)
    /// The connection was lost (`retryingNow`: another is being made this moment), or none could be made.
    func disconnected(_ error: RedisError, retryingNow: Bool)
    /// The interval between checks of the connection has passed once more.
    func connectionChecked()
    /// Nothing will come any more.
    func stopped()
}

/// Keeps one connection to Redis: makes it, makes it again when it is lost, ends it in good order.
///
/// ``Reconnection`` decides; this carries it out. It lives on its event loop.
final class ConnectionKeeper {
    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private var machine: Reconnection
    private var attempt: ConnectionAttempt?
    private var connection: RedisConnection?
    private var timer: Scheduled<Void>?
    private var pingTimer: Scheduled<Void>?
    private var lastReason: String?
    weak var delegate: (any ConnectionKeeperDelegate)?

    init(configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        machine = Reconnection(delay: configuration.reconnectDelay)
    }

    func start() {
        perform(machine.start())
    }

    func stop() {
        perform(machine.stop())
    }

    private func perform(_ action: Reconnection.Action) {
        switch action {
        case .none, .announce:
            break
        case .connect:
            connect()
        case .retry(let delay):
            let amount = TimeAmount(clamping: delay)
            timer = eventLoop.assumeIsolated().scheduleTask(in: amount) { [weak self] in
                guard let self else { return }
                perform(machine.delayPassed())
            }
        case .drain:
            connection?.drain()
        case .abandonAndFinish:
            timer?.cancel()
            attempt?.abandon()
            attempt = nil
            delegate?.stopped()
        case .finish:
            delegate?.stopped()
        }
    }

    private func connect() {
        let attempt = ConnectionAttempt(configuration: configuration, eventLoop: eventLoop) { [weak self] result in
            self?.attemptEnded(result)
        }
        self.attempt = attempt
        attempt.start()
    }

    private func attemptEnded(_ result: Result<RedisConnection, RedisError>) {
        attempt = nil
        switch result {
        case .success(let connection):
            let action = machine.connected(now: .now())
            guard action == .announce else {
                connection.close(RedisError(.shutDown, "the Redis client has been shut down"))
                return
            }
            use(connection)
        case .failure(let error):
            let action = machine.attemptFailed(fraction: .random(in: 0...1))
            report(error)
            delegate?.disconnected(error, retryingNow: false)
            perform(action)
        }
    }

    private func use(_ connection: RedisConnection) {
        self.connection = connection
        connection.onClose = { [weak self] error in self?.lost(error) }
        logger.info("Connected to Redis", metadata: ["redis": "\(configuration.redactedURL)"])
        lastReason = nil
        schedulePing(connection)
        delegate?.connected(connection)
    }

    private func lost(_ error: RedisError) {
        pingTimer?.cancel()
        pingTimer = nil
        connection = nil
        let action = machine.connectionLost(now: .now(), fraction: .random(in: 0...1))
        if action != .finish {
            report(error)
            delegate?.disconnected(error, retryingNow: action == .connect)
        }
        perform(action)
    }

    /// An idle connection may have died without anyone having noticed, so it is asked for a sign of life. If none
    /// comes, the command's timeout closes the connection.
    private func schedulePing(_ connection: RedisConnection) {
        let interval = TimeAmount(clamping: configuration.pingInterval)
        guard interval > .zero else { return }
        pingTimer = eventLoop.assumeIsolated().scheduleTask(in: interval) { [weak self, weak connection] in
            guard let self, let connection, connection === self.connection else { return }
            if connection.isIdle {
                connection.submit(Request(id: 0, name: "PING", commands: [RedisCommand("PING")]) { _ in })
            }
            delegate?.connectionChecked()
            schedulePing(connection)
        }
    }

    /// Says each reason once, however many attempts fail for it.
    private func report(_ error: RedisError) {
        let level: Logger.Level = lastReason == error.message ? .debug : .warning
        lastReason = error.message
        logger.log(
            level: level,
            "Redis connection lost or not made, trying again",
            metadata: ["redis": "\(configuration.redactedURL)", "reason": "\(error)"]
        )
    }
}
