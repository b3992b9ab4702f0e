//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// Listens to Redis channels on a connection of its own. After a connection loss it reconnects and subscribes to all
/// channels again.
///
/// ```swift
/// for await event in subscriber.subscribe(to: "news") {
///     switch event {
///     case .active: …       // now is the time to read what was published before
///     case .message(let payload): …
///     case .interrupted(let error): …
///     }
/// }
/// ```
package final class RedisSubscriber: RedisConnecting {
    /// Where Redis is, and how to connect to it.
    package let configuration: RedisConfiguration
    package let handle: RedisHandle

    private let core: NIOLoopBoundBox<SubscriberCore>
    private let lastID = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - configuration: Where Redis is, and how to connect to it.
    ///   - eventLoopGroup: The connection runs on one of its event loops.
    ///   - logger: Logs connections made and lost, and rejected subscriptions.
    package init(
        configuration: RedisConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        let eventLoop = eventLoopGroup.next()
        let keeper = ConnectionKeeper(configuration: configuration, eventLoop: eventLoop, logger: logger)
        let states = keeper.states
        core = NIOLoopBoundBox.makeBoxSendingValue(SubscriberCore(keeper, logger: logger), eventLoop: eventLoop)
        handle = RedisHandle(core, eventLoop: eventLoop, states: states)
        self.configuration = configuration
    }

    /// Listens to a channel. Returns at once, and may be called before `run()` and while Redis is unavailable: the
    /// subscription becomes active as soon as possible.
    ///
    /// Redis sees one subscription per channel, however many there are here. Unread events are buffered without a
    /// limit.
    package func subscribe(to channel: String) -> RedisSubscription {
        let (events, continuation) = AsyncStream.makeStream(of: RedisSubscription.Event.self)
        let listener = subscribe(to: channel) { event in
            continuation.yield(event)
            if case .interrupted(let error) = event, error.code == .shutDown { continuation.finish() }
        }
        return RedisSubscription(channel: channel, events: events, continuation: continuation, listener: listener)
    }

    /// Listens to a channel with a closure, for users that cannot afford to pass each message through a task.
    ///
    /// - Parameters:
    ///   - channel: The channel's name.
    ///   - sink: Called on ``deliveryEventLoop``, in order. It must not block, since that delays all channels. It is
    ///     not called again after an interruption with the code `shutDown`.
    /// - Returns: The listener. Keep it for as long as it should listen.
    package func subscribe(
        to channel: String,
        sink: @escaping @Sendable (RedisSubscription.Event) -> Void
    ) -> RedisListener {
        subscribe(to: channel, isPattern: false, sink: sink)
    }

    /// Listens to all channels whose names match a pattern (`PSUBSCRIBE`). No channel may have the pattern as its name.
    /// Who listens to one of the channels by its name too, on this subscriber, gets each message from Redis after the
    /// listener of the name has got it.
    package func subscribe(
        matching pattern: String,
        sink: @escaping @Sendable (RedisSubscription.Event) -> Void
    ) -> RedisListener {
        subscribe(to: pattern, isPattern: true, sink: sink)
    }

    private func subscribe(
        to channel: String,
        isPattern: Bool,
        sink: @escaping @Sendable (RedisSubscription.Event) -> Void
    ) -> RedisListener {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let name = ByteBuffer(string: channel)
        handle.eventLoop.execute { [core] in core.value.add(sink, id: id, to: name, isPattern: isPattern) }
        return RedisListener { [eventLoop = handle.eventLoop, core] in
            eventLoop.execute { core.value.remove(id: id, from: name) }
        }
    }

    /// Closes the connection and opens another, for a caller who knows that messages are missing although the
    /// connection looks healthy. Listeners receive an interruption.
    ///
    /// - Parameter reason: The reason, for the log.
    package func reconnect(because reason: String) {
        handle.eventLoop.execute { [core] in core.value.reconnect(RedisError(.connectionClosed, reason)) }
    }

    /// The event loop that the connection runs on and sinks are called on.
    package var deliveryEventLoop: any EventLoop { handle.eventLoop }
}
