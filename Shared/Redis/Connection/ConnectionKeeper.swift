//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// What a client does with its connection, on the event loop. When it is told of something, the keeper's `availability`
/// says so already.
protocol ConnectionUser: AnyObject, SendableMetatype {
    var keeper: ConnectionKeeper { get }

    /// A connection can be used.
    func connected(_ connection: RedisConnection)
    /// The connection was lost, or none could be made.
    func disconnected(_ error: RedisError)
    /// The interval between checks of the connection has passed once more.
    func connectionChecked()
    /// Nothing will come any more.
    func stopped()
}

extension ConnectionUser {
    func connectionChecked() {}
}

/// Keeps one connection to Redis: makes it, makes it again when it is lost, ends it in good order.
///
/// ``ConnectionMachine`` decides; this carries it out. It lives on its event loop.
final class ConnectionKeeper {
    let configuration: RedisConfiguration
    let eventLoop: any EventLoop
    /// Says on every thread what has come of the connection so far.
    let states = ConnectionStates()
    weak var user: (any ConnectionUser)?

    private let logger: Logger
    private var machine: ConnectionMachine<RedisConnection>
    private var attempt: ConnectionAttempt?
    private var timer: Scheduled<Void>?
    private var pingTimer: Scheduled<Void>?
    private var lastReason: String?
    private var ended: EventLoopPromise<Void>?

    init(configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        machine = ConnectionMachine(delay: configuration.reconnectDelay)
    }

    var availability: Availability<RedisConnection> { machine.availability }

    /// Whether nobody has started it yet.
    var isIdle: Bool {
        if case .idle = machine.state { true } else { false }
    }

    /// - Parameter ended: succeeded when the connection has been closed for good.
    func start(_ ended: EventLoopPromise<Void>) {
        if case .stopped = machine.state {
            ended.succeed()
            return
        }
        self.ended = ended
        perform(machine.start())
    }

    func stop() {
        perform(machine.stop())
    }

    private func perform(_ action: ConnectionMachine<RedisConnection>.Action) {
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
        case .drain(let connection):
            connection.drain()
        case .abandonAndFinish:
            timer?.cancel()
            attempt?.abandon()
            attempt = nil
            finish()
        case .finish:
            finish()
        }
    }

    private func finish() {
        user?.stopped()
        states.set(.stopped)
        ended?.succeed()
        ended = nil
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
            guard case .announce = machine.connected(connection, now: .now()) else {
                connection.close(RedisError(.shutDown, "the Redis client has been shut down"))
                return
            }
            use(connection)
        case .failure(let error):
            let action = machine.attemptFailed(error, fraction: .random(in: 0...1))
            tellOfLoss(error)
            perform(action)
        }
    }

    private func use(_ connection: RedisConnection) {
        connection.onClose = { [weak self] error in self?.lost(error) }
        logger.info("Connected to Redis", metadata: ["redis": "\(configuration.redactedURL)"])
        lastReason = nil
        schedulePing(connection)
        states.set(.connected)
        user?.connected(connection)
    }

    private func lost(_ error: RedisError) {
        pingTimer?.cancel()
        pingTimer = nil
        let action = machine.connectionLost(error, now: .now(), fraction: .random(in: 0...1))
        if case .finish = action {} else { tellOfLoss(error) }
        perform(action)
    }

    private func tellOfLoss(_ error: RedisError) {
        report(error)
        states.set(.disconnected(error))
        user?.disconnected(error)
    }

    /// An idle connection may have died without anyone having noticed, so it is asked for a sign of life. If none
    /// comes, the command's timeout closes the connection.
    private func schedulePing(_ connection: RedisConnection) {
        let interval = TimeAmount(clamping: configuration.pingInterval)
        guard interval > .zero else { return }
        pingTimer = eventLoop.assumeIsolated().scheduleTask(in: interval) { [weak self, weak connection] in
            guard let self, let connection, connection.closeReason == nil else { return }
            if connection.isIdle {
                connection.submit(Request(id: 0, name: "PING", commands: [RedisCommand("PING")]) { _ in })
            }
            user?.connectionChecked()
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
