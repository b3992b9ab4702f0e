//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// The events of one channel, for one reader.
///
/// It unsubscribes when ``cancel()`` is called, when the iterator or the subscription is deallocated, or when the
/// reading task is cancelled.
package struct RedisSubscription: AsyncSequence, Sendable {
    /// An event of the channel or the connection.
    package enum Event: Sendable {
        /// Redis has acknowledged the subscription: everything published from now on is received. Sent again after
        /// every interruption.
        case active
        /// A message, exactly as it was published.
        case message(ByteBuffer)
        /// A message omitted because it is too large (``RedisConfiguration/largestReply``), with its size.
        case omitted(byteCount: Int)
        /// A message of a channel whose name matches the pattern that was subscribed to, as it was published; `nil` for
        /// one that is omitted because it is too large.
        case matched(channel: ByteBuffer, payload: ByteBuffer?)
        /// Messages may be missed, from some time before this event until the next ``active``. Sent once for each
        /// interruption, and as the first event if Redis is unavailable. With the code `shutDown` it is the last event.
        case interrupted(RedisError)
    }

    /// The channel's name.
    package let channel: String

    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let listener: RedisListener

    init(
        channel: String,
        events: AsyncStream<Event>,
        continuation: AsyncStream<Event>.Continuation,
        listener: RedisListener
    ) {
        self.channel = channel
        self.events = events
        self.continuation = continuation
        self.listener = listener
        continuation.onTermination = { _ in listener.cancel() }
    }

    /// Unsubscribes at once. Events received before can still be read; then the sequence ends.
    package func cancel() {
        listener.cancel()
        continuation.finish()
    }

    /// Starts reading. There may be only one reader.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: events.makeAsyncIterator(), lease: Lease(continuation))
    }

    /// Reads the events in order.
    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: AsyncStream<Event>.Iterator
        fileprivate let lease: Lease

        /// The next event, or nil when the subscription has ended.
        package mutating func next() async -> Event? {
            await base.next()
        }

        /// The next event, without leaving the caller's actor; nil when the subscription has ended.
        package mutating func next(isolation actor: isolated (any Actor)?) async -> Event? {
            await base.next(isolation: actor)
        }
    }

    /// Ends the stream when the iterator that owns it is deallocated.
    fileprivate final class Lease: Sendable {
        private let continuation: AsyncStream<Event>.Continuation

        init(_ continuation: AsyncStream<Event>.Continuation) {
            self.continuation = continuation
        }

        deinit {
            continuation.finish()
        }
    }
}
