//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

/// The part of ``RedisSubscriber`` that runs on the event loop. ``SubscriptionRegistry`` decides, this class acts.
final class SubscriberCore: ConnectionUser {
    typealias Sink = @Sendable (RedisSubscription.Event) -> Void

    let keeper: ConnectionKeeper
    private let logger: Logger
    private var registry = SubscriptionRegistry<Sink>()

    /// Those of the registry's channels that are patterns.
    private var patterns: Set<ByteBuffer> = []

    init(_ keeper: ConnectionKeeper, logger: Logger) {
        self.keeper = keeper
        self.logger = logger
        keeper.user = self
    }

    func reconnect(_ reason: RedisError) {
        if case .now(let connection) = keeper.availability { connection.close(reason) }
    }

    // MARK: Listeners

    func add(_ sink: @escaping Sink, id: UInt64, to channel: ByteBuffer, isPattern: Bool = false) {
        if isPattern { patterns.insert(channel) }
        switch registry.add(sink, id: id, to: channel, while: keeper.availability) {
        case .none: break
        case .subscribe(let subscribe): send(subscribe)
        case .notify(let notice): sink(RedisSubscription.Event(notice))
        }
    }

    func remove(id: UInt64, from channel: ByteBuffer) {
        guard registry.remove(id: id, from: channel), case .now(let connection) = keeper.availability else { return }
        let command = RedisCommand(patterns.contains(channel) ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", channel)
        connection.submit(Request(id: 0, name: command.name, commands: [command]) { _ in })
    }

    private func send(_ subscribe: SubscriptionRegistry<Sink>.Subscribe) {
        guard case .now(let connection) = keeper.availability else { return }
        let core = NIOLoopBound(self, eventLoop: keeper.eventLoop)
        let command = RedisCommand(patterns.contains(subscribe.channel) ? "PSUBSCRIBE" : "SUBSCRIBE", subscribe.channel)
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
            guard let (kind, channel, _) = try? reply.elements(String.self, ByteBuffer.self, Int.self),
                kind == "subscribe" || kind == "psubscribe", channel == subscribe.channel
            else {
                reconnect(RedisError(.protocolError, "Redis replied to SUBSCRIBE with \(reply.kind)"))
                return
            }
            deliver(registry.answered(subscribe, refusal: nil))
        case .failure(let error):
            // `disconnected(_:)` notifies all listeners of a lost connection.
            guard error.code == .serverError else { return }
            let channel = String(buffer: subscribe.channel)
            logger.warning("Redis rejected a subscription", metadata: ["channel": "\(channel)", "reason": "\(error)"])
            deliver(registry.answered(subscribe, refusal: error))
        }
    }

    private func deliver(_ outcome: (listeners: [Sink], notice: SubscriptionRegistry<Sink>.Notice)) {
        let event = RedisSubscription.Event(outcome.notice)
        for sink in outcome.listeners {
            sink(event)
        }
    }

    // MARK: ConnectionUser

    func connected(_ connection: RedisConnection) {
        connection.onMessage = { [weak self] message in
            guard let self else { return }
            for sink in registry.listeners(of: message.channel) {
                sink(message.event)
            }
        }
        for subscribe in registry.connected() {
            send(subscribe)
        }
    }

    func disconnected(_ error: RedisError) {
        deliver((registry.disconnected(), .interrupted(error)))
    }

    func connectionChecked() {
        for subscribe in registry.retryRefused() {
            send(subscribe)
        }
    }

    func stopped() {
        deliver((registry.stop(), .interrupted(SubscriptionRegistry<Sink>.isShutDown)))
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
