//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore
package import Redis
import Synchronization

/// A run or a batch that is followed in this process. It has its topic for as long as it is there, and ``stop()`` was
/// not called.
package final class FollowedLog: Sendable {
    private let hub: TopicHub
    private let topic: Topic

    /// Whether nobody had the topic before.
    private let isNew: Bool
    private let follower = Mutex<NIOLoopBound<Follower>?>(nil)

    /// Tells it from others of the same run or batch in this process.
    package let number = nextNumber.add(1, ordering: .relaxed).oldValue
    private static let nextNumber = Atomic(0)

    private let hasStopped = Atomic(false)

    fileprivate init(hub: TopicHub, name: Subject) {
        self.hub = hub
        (topic, isNew) = hub.obtain(name)
    }

    /// The run or the batch.
    package var subject: Subject { topic.name }

    /// Begins to give events to a sink.
    ///
    /// - Parameters:
    ///   - start: Where to begin.
    ///   - count: The number of the record there, if it has one.
    package func start(_ start: ViewerQuery.Start, count: Int? = nil, sink: any FollowerSink) {
        var query = ViewerQuery(start: start)
        query.count = count
        query.isFollower = true
        query.wantsEarlier = isNew
        self.start(as: query, sink: sink)
    }

    /// Begins to give a sink what a viewer gets that asks so: what Redis does not have any more too, and nothing below its
    /// level.
    package func start(as query: ViewerQuery, sink: any FollowerSink) {
        topic.deliveryLoop.execute { [self, query] in
            let follower = Follower(number, topic: topic, query: query, pages: hub.pages, sink: sink)
            let bound = NIOLoopBound(follower, eventLoop: topic.deliveryLoop)
            self.follower.withLock { $0 = bound }
            if !hasStopped.load(ordering: .acquiring) { follower.start() }
        }
    }

    /// Goes on after the sink was not ready.
    package func resume() {
        topic.deliveryLoop.execute { [self] in follower.withLock(\.self)?.value.pump() }
    }

    /// Takes a message of the channel that was heard on a pattern, where the topic does not hear the channel itself yet.
    /// To be called on the subscriber's event loop.
    package func overhear(_ payload: ByteBuffer) { topic.overhear(payload) }

    /// Whether viewers have the topic too, which therefore stays.
    package var isShared: Bool { hub.isShared(topic) }

    /// Up to where the stream was read to its end and given; `nil` while there is something that was not given, or Redis
    /// does not answer.
    package func readID() async -> EntryID? {
        try? await topic.deliveryLoop.submit { [self] in
            let follower = follower.withLock(\.self)?.value
            return topic.withLog { log in follower.flatMap { log.readID(by: $0.place, at: $0.position) } }
        }.get()
    }

    /// Ends it.
    package func stop() {
        if hasStopped.exchange(true, ordering: .acquiringAndReleasing) { return }
        topic.deliveryLoop.execute { [self] in
            follower.withLock { $0.take() }?.value.end()
            hub.release(topic)
        }
    }
}

extension TopicHub {
    /// Follows a run or a batch in this process. Its channel is heard from now on; events are given after
    /// ``FollowedLog/start(_:sink:)``.
    package func follow(_ name: Subject) -> FollowedLog { FollowedLog(hub: self, name: name) }

    /// Hears the messages of all channels of runs and batches, whoever publishes them.
    ///
    /// - Parameter body: Called on the event loop of the topics with the run or the batch, and the message; `nil` for one
    ///   that is too large.
    /// - Returns: Hears until it is let go; `nil` when nothing is published.
    package func overhear(_ body: @escaping @Sendable (Subject, ByteBuffer?) -> Void) -> [RedisListener] {
        guard let subscriber else { return [] }
        let names = SubjectNames(prefix: reader.prefix)
        return names.patterns.map { pattern in
            subscriber.subscribe(matching: pattern) { event in
                guard case .matched(let channel, let payload) = event, let subject = names.subject(of: channel)
                else { return }
                body(subject, payload)
            }
        }
    }
}
