//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// The part of ``RedisSubscriber`` that lives on the event loop. ``SubscriptionRegistry`` decides, this carries it out.
final class SubscriberCore: ConnectionKeeperDelegate {
    typealias Sink = @Sendable (RedisSubscription.Event) -> Void

    private let eventLoop: any EventLoop
    private let keeper: ConnectionKeeper
    private let states: ConnectionStates
    private let logger: Logger
    private var registry = SubscriptionRegistry<Sink>()
    private var connection: RedisConnection?
    private var ended: EventLoopPromise<Void>?

    init(configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger, states: ConnectionStates) {
        self.eventLoop = eventLoop
        self.states = states
        self.logger = logger
        keeper = ConnectionKeeper(configuration: configuration, eventLoop: eventLoop, logger: logger)
        keeper.delegate = self
    }

    /// - Parameter ended: succeeded when the connection has been closed for good.
    func start(_ ended: EventLoopPromise<Void>) {
        if case .stopped = states.current {
            ended.succeed()
            return
        }
        self.ended = ended
        keeper.start()
    }

    func stop() {
        keeper.stop()
    }

    func reconnect(_ reason: RedisError) {
        connection?.close(reason)
    }

    // MARK: Listeners

    func add(_ sink: @escaping Sink, id: UInt64, to channel: ByteBuffer) {
        switch registry.add(sink, id: id, to: channel) {
        case .none: break
        case .subscribe(let subscribe): send(subscribe)
        case .notify(let notice): sink(RedisSubscription.Event(notice))
        }
    }

    func remove(id: UInt64, from channel: ByteBuffer) {
        guard registry.remove(id: id, from: channel), let connection else { return }
        let command = RedisCommand("UNSUBSCRIBE", channel)
        connection.submit(Request(id: 0, name: command.name, commands: [command]) { _ in })
    }

    private func send(_ subscribe: SubscriptionRegistry<Sink>.Subscribe) {
        guard let connection else { return }
        let core = NIOLoopBound(self, eventLoop: eventLoop)
        let command = RedisCommand("SUBSCRIBE", subscribe.channel)
        connection.submit(
            Request(id: 0, name: command.name, commands: [command]) { outcome in
                core.value.answered(subscribe, outcome)
            }
        )
    }

    private func answered(_ subscribe: SubscriptionRegistry<Sink>.Subscribe, _ outcome: Request.Outcome) {
        guard case .success(let answers) = outcome, let answer = answers.first else { return }
        switch answer {
        case .success(let reply):
            guard reply.array?.first?.string == "subscribe", reply.array?.dropFirst().first?.buffer == subscribe.channel
            else {
                connection?.close(RedisError(.protocolError, "Redis answered to SUBSCRIBE with \(reply.kind)"))
                return
            }
            deliver(registry.answered(subscribe, refusal: nil))
        case .failure(let error):
            // The loss of the connection is told to everyone at once, by disconnected(_:retryingNow:).
            guard error.code == .serverError else { return }
            let channel = String(buffer: subscribe.channel)
            logger.warning("Redis refused a subscription", metadata: ["channel": "\(channel)", "reason": "\(error)"])
            deliver(registry.answered(subscribe, refusal: error))
        }
    }

    private func deliver(_ outcome: (listeners: [Sink], notice: SubscriptionRegistry<Sink>.Notice)) {
        let event = RedisSubscription.Event(outcome.notice)
        for sink in outcome.listeners {
            sink(event)
        }
    }

    // MARK: ConnectionKeeperDelegate

    func connected(_ connection: RedisConnection) {
        self.connection = connection
        connection.onMessage = { [weak self] message in
            guard let self else { return }
            for sink in registry.listeners(of: message.channel) {
                sink(message.event)
            }
        }
        states.set(.connected)
        for subscribe in registry.connected() {
            send(subscribe)
        }
    }

    func disconnected(_ error: RedisError, retryingNow: Bool) {
        connection = nil
        states.set(.disconnected(error))
        deliver((registry.disconnected(error, retryingNow: retryingNow), .interrupted(error)))
    }

    func connectionChecked() {
        for subscribe in registry.retryRefused() {
            send(subscribe)
        }
    }

    func stopped() {
        connection = nil
        let error = RedisError(.shutDown, "the Redis subscriber has been shut down")
        deliver((registry.stop(error), .interrupted(error)))
        states.set(.stopped)
        ended?.succeed()
        ended = nil
    }
}

extension RedisSubscription.Event {
    fileprivate init(_ notice: SubscriptionRegistry<SubscriberCore.Sink>.Notice) {
        switch notice {
        case .active: self = .active
        case .interrupted(let error): self = .interrupted(error)
        }
    }
}
