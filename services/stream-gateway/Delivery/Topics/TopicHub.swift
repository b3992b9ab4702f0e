//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
public import NIOCore
public import Redis
import ServerSentEvents
public import ServiceLifecycle
import Synchronization

/// All runs and batches that are being watched, and all who watch. A topic begins with its first viewer and ends soon after its
/// last, so a run that nobody watches costs nothing.
public final class TopicHub: Service {
    /// How long a topic is kept for viewers that come back at once.
    private static let linger = Duration.seconds(2)

    /// How often each watched stream is looked into: the bound on how long anything stays unseen, also when a publisher
    /// never publishes or a subscription is dead without anybody knowing.
    private static let sweepInterval = Duration.milliseconds(1500)

    private struct Watched {
        var topic: Topic
        var viewers = 0
        var idleSince: ContinuousClock.Instant?
    }

    private struct State {
        var topics: [TopicName: Watched] = [:]
        var viewers = 0
        var wheels: [HeartbeatWheel] = []
    }

    private let reader: StreamReader
    private let subscriber: RedisSubscriber
    private let pages: PageReader
    private let heartbeatInterval: Duration
    private let maximumViewers: Int
    private let prelude: ByteBuffer
    private let state = Mutex(State())

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
    ///   - retry: What viewers are told about reconnecting, in milliseconds.
    public init(
        reader: StreamReader,
        subscriber: RedisSubscriber,
        heartbeatInterval: Duration,
        maximumViewers: Int,
        retry: Int
    ) {
        self.reader = reader
        self.subscriber = subscriber
        self.pages = PageReader(reader: reader)
        self.heartbeatInterval = heartbeatInterval
        self.maximumViewers = maximumViewers
        var prelude: [UInt8] = []
        EventEncoder.append(retry: retry, to: &prelude)
        self.prelude = ByteBuffer(bytes: prelude)
        (self.started, self.starting) = AsyncStream.makeStream()
    }

    /// Whether one more viewer can be served.
    public var hasRoom: Bool { self.state.withLock(\.viewers) < self.maximumViewers }

    /// Follows the watched runs until the service shuts down.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pages.run() }
            group.addTask { await self.sweep() }
            group.addTask { await self.turnWheels() }
            for await topic in self.started.cancelOnGracefulShutdown() {
                group.addTask { await topic.run(subscriber: self.subscriber) }
            }
            group.cancelAll()
        }
    }

    /// Whether a viewer that asks so has seen the end, so that there is nothing more to see, ever. The answer is
    /// no as long as the stream cannot be read.
    public func isOver(_ name: TopicName, for query: ViewerQuery) async -> Bool {
        guard case .after = query.start else { return false }
        let topic = self.acquire(name)
        await topic.waitUntilLoaded()
        defer { self.release(topic) }
        return topic.isOver(for: query.start)
    }

    /// Writes the events of a run or a batch to a connection until it ends, the viewer goes, or the handle is told to finish.
    ///
    /// - Parameters:
    ///   - name: The run or the batch.
    ///   - query: What the viewer wants to see.
    ///   - channel: The connection, on which the head of the answer was written.
    ///   - handle: Ends the viewer from elsewhere.
    public func serve(_ name: TopicName, query: ViewerQuery, on channel: any Channel, handle: ViewerHandle) async {
        let topic = self.acquire(name)
        let (prelude, pages) = (self.greeting(of: topic), self.pages)
        let wheel = self.wheel(on: channel.eventLoop)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            channel.eventLoop.execute {
                let viewer = Viewer(channel: channel, topic: topic, query: query, pages: pages) {
                    continuation.resume()
                }
                handle.attach(viewer, on: channel.eventLoop)
                viewer.spoke = wheel.add(viewer)
                do {
                    try channel.pipeline.syncOperations.addHandler(ViewerHandler(viewer), position: .first)
                } catch {
                    return viewer.end()
                }
                guard channel.isActive else { return viewer.end() }
                viewer.start(prelude: prelude)
            }
        }
        channel.eventLoop.execute { handle.detach(from: wheel, channel) }
        self.release(topic)
    }

    private func greeting(of topic: Topic) -> ByteBuffer {
        var bytes = self.prelude
        let connected: StreamEvent.Connected =
            switch topic.name {
            case .run(let requestID):
                .init(requestID: requestID.rawValue, channel: topic.channel, timestamp: .now())
            case .batch(let batchID):
                .init(batchID: batchID.rawValue, channel: topic.channel, timestamp: .now())
            }
        bytes.append(event: .connected(connected))
        return bytes
    }

    // MARK: Topics

    private func acquire(_ name: TopicName) -> Topic {
        let (topic, isNew) = self.state.withLock { state in
            state.viewers += 1
            if var watched = state.topics[name] {
                watched.viewers += 1
                watched.idleSince = nil
                state.topics[name] = watched
                return (watched.topic, false)
            }
            let topic = Topic(
                name: name,
                reader: self.reader,
                deliveryLoop: self.subscriber.deliveryEventLoop
            )
            state.topics[name] = Watched(topic: topic, viewers: 1)
            return (topic, true)
        }
        if isNew { self.starting.yield(topic) }
        return topic
    }

    private func release(_ topic: Topic) {
        self.state.withLock { state in
            state.viewers -= 1
            guard var watched = state.topics[topic.name], watched.topic === topic else { return }
            watched.viewers -= 1
            if watched.viewers == 0 { watched.idleSince = .now }
            state.topics[topic.name] = watched
        }
    }

    /// Rings for all topics, a part of them at a time, and ends those that nobody watches any more.
    private func sweep() async {
        let parts = 8
        var part = 0
        while (try? await Task.sleep(for: Self.sweepInterval / parts)) != nil {
            part = (part + 1) % parts
            let now = ContinuousClock.now
            let (due, ended) = self.state.withLock { state in
                let ended = state.topics.values.filter { $0.idleSince.map { $0 + Self.linger < now } ?? false }
                for watched in ended { state.topics[watched.topic.name] = nil }
                let due = state.topics.values.filter { abs($0.topic.name.hashValue % parts) == part }
                return (due.map(\.topic), ended.map(\.topic))
            }
            for topic in ended { topic.stop() }
            for topic in due { topic.ring() }
        }
        for topic in self.state.withLock({ $0.topics.values.map(\.topic) }) { topic.stop() }
    }

    // MARK: Heartbeats

    private func wheel(on eventLoop: any EventLoop) -> HeartbeatWheel {
        self.state.withLock { state in
            if let wheel = state.wheels.first(where: { $0.eventLoop === eventLoop }) { return wheel }
            let wheel = HeartbeatWheel(eventLoop: eventLoop)
            state.wheels.append(wheel)
            return wheel
        }
    }

    private func turnWheels() async {
        while (try? await Task.sleep(for: self.heartbeatInterval / HeartbeatWheel.spokes)) != nil {
            for wheel in self.state.withLock(\.wheels) { wheel.tick() }
        }
    }
}
