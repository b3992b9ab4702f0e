//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
public import Redis
public import ServiceLifecycle

/// All runs that are being watched. A topic begins with its first viewer and ends with its last, so a run that nobody
/// watches costs nothing.
public actor TopicHub: Service {
    private let reader: StreamReader
    private let subscriber: RedisSubscriber
    private let heartbeatInterval: Duration
    private let maximumViewers: Int
    private var topics: [Identifier: (topic: Topic, viewers: Int)] = [:]
    private var mailboxes: [ObjectIdentifier: Mailbox] = [:]

    /// Topics on their way to the task group that owns their tasks.
    private let started: AsyncStream<Topic>
    private let starting: AsyncStream<Topic>.Continuation

    /// A hub.
    ///
    /// - Parameters:
    ///   - reader: Reads the streams.
    ///   - subscriber: Subscribes to the channels.
    ///   - heartbeatInterval: How often each viewer hears that the connection is alive, `HEARTBEAT_SECONDS`.
    ///   - maximumViewers: `MAX_VIEWERS`, 1 or more.
    public init(
        reader: StreamReader,
        subscriber: RedisSubscriber,
        heartbeatInterval: Duration,
        maximumViewers: Int
    ) {
        self.reader = reader
        self.subscriber = subscriber
        self.heartbeatInterval = heartbeatInterval
        self.maximumViewers = maximumViewers
        (self.started, self.starting) = AsyncStream.makeStream()
    }

    /// How many viewers there are.
    public var viewerCount: Int { self.mailboxes.count }

    /// How many runs are being watched.
    public var topicCount: Int { self.topics.count }

    /// Whether one more viewer can be served.
    public var hasRoom: Bool { self.mailboxes.count < self.maximumViewers }

    /// Follows the watched runs until the service shuts down.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sendHeartbeats() }
            for await topic in self.started.cancelOnGracefulShutdown() {
                group.addTask { await topic.run(subscriber: self.subscriber) }
            }
            group.cancelAll()
        }
    }

    /// Takes a viewer in.
    ///
    /// - Throws: ``ViewerLimitReached``.
    func join(_ requestID: Identifier) throws(ViewerLimitReached) -> (topic: Topic, mailbox: Mailbox) {
        guard self.mailboxes.count < self.maximumViewers else { throw ViewerLimitReached(limit: self.maximumViewers) }
        let mailbox = Mailbox()
        self.mailboxes[ObjectIdentifier(mailbox)] = mailbox
        if let watched = self.topics[requestID] {
            self.topics[requestID]?.viewers += 1
            return (watched.topic, mailbox)
        }
        let topic = Topic(requestID: requestID, reader: self.reader)
        self.topics[requestID] = (topic, 1)
        self.starting.yield(topic)
        return (topic, mailbox)
    }

    /// Lets a viewer go.
    func leave(_ topic: Topic, _ mailbox: Mailbox) {
        self.mailboxes[ObjectIdentifier(mailbox)] = nil
        guard let watched = self.topics[topic.requestID], watched.topic === topic else { return }
        if watched.viewers > 1 {
            self.topics[topic.requestID]?.viewers -= 1
        } else {
            self.topics[topic.requestID] = nil
            topic.stop()
        }
    }

    private func sendHeartbeats() async {
        while (try? await Task.sleep(for: self.heartbeatInterval)) != nil {
            let heartbeat = ByteBuffer(event: .heartbeat(timestamp: .now()))
            for mailbox in self.mailboxes.values { mailbox.post(.heartbeat(heartbeat)) }
        }
    }
}
