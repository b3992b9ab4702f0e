//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// Listens to channels of Redis, on a connection of its own that is made again whenever it is lost; then all channels
/// are subscribed to again.
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
    /// Where Redis is, and how to talk to it.
    package let configuration: RedisConfiguration
    package let handle: RedisHandle

    private let core: NIOLoopBoundBox<SubscriberCore>
    private let lastID = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - configuration: where Redis is.
    ///   - eventLoopGroup: one of its event loops carries the connection.
    ///   - logger: is told of connections made and lost, and of channels that Redis refuses.
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

    /// Listens to a channel. Returns at once, and may be called before `run()` and while Redis is away: the
    /// subscription becomes active as soon as it can.
    ///
    /// Redis sees one subscription per channel, however many there are here. Events that are not read yet are kept
    /// without a limit.
    package func subscribe(to channel: String) -> RedisSubscription {
        let (events, continuation) = AsyncStream.makeStream(of: RedisSubscription.Event.self)
        let listener = subscribe(to: channel) { event in
            continuation.yield(event)
            if case .interrupted(let error) = event, error.code == .shutDown { continuation.finish() }
        }
        return RedisSubscription(channel: channel, events: events, continuation: continuation, listener: listener)
    }

    /// Listens to a channel with a closure, for those to whom each message's way through a task is too long.
    ///
    /// - Parameters:
    ///   - channel: its name.
    ///   - sink: called on ``deliveryEventLoop``, in order. It must not block: it holds up all channels. After
    ///     an interruption with the code `shutDown` it is not called again.
    /// - Returns: the listener, to be kept for as long as it shall listen.
    package func subscribe(
        to channel: String,
        sink: @escaping @Sendable (RedisSubscription.Event) -> Void
    ) -> RedisListener {
        let id = lastID.wrappingAdd(1, ordering: .relaxed).newValue
        let name = ByteBuffer(string: channel)
        handle.eventLoop.execute { [core] in core.value.add(sink, id: id, to: name) }
        return RedisListener { [eventLoop = handle.eventLoop, core] in
            eventLoop.execute { core.value.remove(id: id, from: name) }
        }
    }

    /// Gives the connection up and makes another, for somebody who knows that messages do not come although it looks fine.
    /// Listeners are told of an interruption.
    ///
    /// - Parameter reason: why, for the log.
    package func reconnect(because reason: String) {
        handle.eventLoop.execute { [core] in core.value.reconnect(RedisError(.connectionClosed, reason)) }
    }

    /// Where the connection lives and sinks are called.
    package var deliveryEventLoop: any EventLoop { handle.eventLoop }
}
