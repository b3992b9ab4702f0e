//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// The user of a connection, on the event loop. When one of these methods is called, the keeper's `availability`
/// already reflects the change.
protocol ConnectionUser: AnyObject, SendableMetatype {
    var keeper: ConnectionKeeper { get }

    /// A connection is ready to use.
    func connected(_ connection: RedisConnection)
    /// The connection was lost, or none could be made.
    func disconnected(_ error: RedisError)
    /// Called at each interval between checks of the connection.
    func connectionChecked()
    /// The connection was closed for good.
    func stopped()
}

extension ConnectionUser {
    func connectionChecked() {}
}

/// Keeps one connection to Redis open: connects, reconnects after a loss, and closes it.
///
/// ``ConnectionMachine`` decides; this class acts. It runs on its event loop.
final class ConnectionKeeper {
    let configuration: RedisConfiguration
    let eventLoop: any EventLoop
    /// Publishes the state of the connection to all threads.
    let states = ConnectionStates()
    weak var user: (any ConnectionUser)?

    private let logger: Logger
    private var machine: ConnectionMachine<RedisConnection>
    private var attempt: (any ConnectionMaking)?
    private var watch: MasterLookup?
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

    /// Whether it has not been started yet.
    var isIdle: Bool {
        if case .idle = machine.state { true } else { false }
    }

    /// - Parameter ended: Succeeds when the connection has been closed for good.
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
        watch?.abandon()
        watch = nil
        user?.stopped()
        states.set(.stopped)
        ended?.succeed()
        ended = nil
    }

    private func connect() {
        let attempt: any ConnectionMaking
        if case .master(let group) = configuration.endpoint {
            attempt = MasterAttempt(of: group, configuration: configuration, eventLoop: eventLoop) { [weak self] in
                self?.attemptEnded($0)
            }
        } else {
            let endpoint = configuration.endpoint
            attempt = ConnectionAttempt(configuration: configuration, eventLoop: eventLoop) { [weak self] result in
                self?.attemptEnded(result.map { ($0, endpoint) })
            }
        }
        self.attempt = attempt
        attempt.start()
    }

    private func attemptEnded(_ result: Result<(RedisConnection, RedisConfiguration.Endpoint), RedisError>) {
        attempt = nil
        switch result {
        case .success((let connection, let endpoint)):
            guard case .announce = machine.connected(connection, now: .now()) else {
                connection.close(RedisError(.shutDown, "the Redis client has been shut down"))
                return
            }
            use(connection, to: endpoint)
        case .failure(let error):
            let action = machine.attemptFailed(error, fraction: .random(in: 0...1))
            reportLoss(error)
            perform(action)
        }
    }

    private func use(_ connection: RedisConnection, to endpoint: RedisConfiguration.Endpoint) {
        connection.onClose = { [weak self] error in self?.lost(error) }
        var server = configuration
        server.endpoint = endpoint
        logger.info("Connected to Redis", metadata: ["redis": "\(server.redactedURL)"])
        lastReason = nil
        schedulePing(connection, to: endpoint)
        states.set(.connected)
        user?.connected(connection)
    }

    private func lost(_ error: RedisError) {
        pingTimer?.cancel()
        pingTimer = nil
        watch?.abandon()
        watch = nil
        let action = machine.connectionLost(error, now: .now(), fraction: .random(in: 0...1))
        if case .finish = action {} else { reportLoss(error) }
        perform(action)
    }

    private func reportLoss(_ error: RedisError) {
        report(error)
        states.set(.disconnected(error))
        user?.disconnected(error)
    }

    /// An idle connection may have died unnoticed, so it is checked with a PING. If there is no reply, the command's
    /// timeout closes the connection.
    private func schedulePing(_ connection: RedisConnection, to endpoint: RedisConfiguration.Endpoint) {
        let interval = TimeAmount(clamping: configuration.pingInterval)
        guard interval > .zero else { return }
        pingTimer = eventLoop.assumeIsolated().scheduleTask(in: interval) { [weak self, weak connection] in
            guard let self, let connection, connection.closeReason == nil else { return }
            if connection.isIdle {
                connection.submit(Request(id: 0, name: "PING", commands: [RedisCommand("PING")]) { _ in })
            }
            checkMaster(connection, at: endpoint)
            user?.connectionChecked()
            schedulePing(connection, to: endpoint)
        }
    }

    /// A former master may go on answering, cut off from the others. The sentinels know.
    private func checkMaster(_ connection: RedisConnection, at endpoint: RedisConfiguration.Endpoint) {
        guard case .master(let group) = configuration.endpoint, watch == nil else { return }
        let watch = MasterLookup(of: group, configuration: configuration, eventLoop: eventLoop) {
            [weak self, weak connection] result in
            self?.watch = nil
            // Sentinels that do not answer say nothing of the master.
            guard case .success(let master) = result, master != endpoint else { return }
            connection?.close(RedisError(.connectionClosed, "the sentinels have made another server the master"))
        }
        self.watch = watch
        watch.start()
    }

    /// Logs each reason once, however many attempts fail for it.
    private func report(_ error: RedisError) {
        let level: Logger.Level = lastReason == error.message ? .debug : .warning
        lastReason = error.message
        logger.log(
            level: level,
            "No connection to Redis, retrying",
            metadata: ["redis": "\(configuration.redactedURL)", "reason": "\(error)"]
        )
    }
}
