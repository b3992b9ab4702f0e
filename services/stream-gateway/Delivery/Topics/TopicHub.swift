//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore
import NIOPosix
package import Redis
import ServerSentEvents
import ServiceLifecycle
import Synchronization

/// All runs and batches that are being watched, and all who watch. A topic begins with its first viewer and ends soon after its
/// last, so a run that nobody watches costs nothing.
package final class TopicHub: Service {
    /// How long a topic is kept for viewers that come back at once.
    private static let linger = Duration.seconds(2)

    /// How often each watched stream is looked into: the bound on how long anything stays unseen, also when a publisher
    /// never publishes or a subscription is dead without anybody knowing.
    private let sweepInterval: Duration

    private struct Watched {
        var topic: Topic
        var viewers = 0
        var idleSince: ContinuousClock.Instant?
    }

    private struct State {
        var topics: [Subject: Watched] = [:]
        var viewers = 0
        var admitted: [String: Int] = [:]
        var wheels: [HeartbeatWheel] = []

        /// Waits, when the service ends, until the last viewer is gone.
        var lastViewer: CheckedContinuation<Void, Never>?
    }

    let reader: StreamReader
    let subscriber: RedisSubscriber?
    private let past: (any PastRecords)?
    let deliveryLoop: any EventLoop
    let pages: PageQueue
    private let looks: LookQueue
    private let heartbeatInterval: Duration
    private let maximumViewers: Int
    private let shutdownSpread: Duration
    private let prelude: ByteBuffer
    private let state = Mutex(State())

    /// A hub.
    ///
    /// - Parameters:
    ///   - reader: Reads the streams.
    ///   - subscriber: Subscribes to the channels; `nil` when nothing is published (`LOG_PUBSUB=0`). Then the streams are
    ///     looked into five times a second.
    ///   - heartbeatInterval: How often each viewer hears that the connection is alive, `HEARTBEAT_SECONDS`.
    ///   - maximumViewers: `MAX_VIEWERS`, 1 or more.
    ///   - shutdownSpread: Over how long a time viewers are let go at shutdown.
    ///   - retry: What viewers are told about reconnecting, in milliseconds.
    ///   - past: The records that Redis does not have any more; `nil` if they are kept nowhere.
    package init(
        reader: StreamReader,
        subscriber: RedisSubscriber?,
        heartbeatInterval: Duration,
        maximumViewers: Int,
        shutdownSpread: Duration,
        retry: Int,
        past: (any PastRecords)? = nil
    ) {
        self.reader = reader
        self.subscriber = subscriber
        deliveryLoop = subscriber?.deliveryEventLoop ?? NIOSingletons.posixEventLoopGroup.any()
        sweepInterval = subscriber == nil ? .milliseconds(200) : .milliseconds(1500)
        self.past = past
        pages = PageQueue(reader: reader, past: past)
        looks = LookQueue(reader: reader, eventLoop: deliveryLoop)
        self.heartbeatInterval = heartbeatInterval
        self.maximumViewers = maximumViewers
        self.shutdownSpread = shutdownSpread
        var prelude: [UInt8] = []
        EventEncoder.append(retry: retry, to: &prelude)
        self.prelude = ByteBuffer(bytes: prelude)
    }

    /// A place for a viewer, which is free again when the viewer is gone, or when nobody holds it any more.
    package final class Seat: Sendable {
        private let hub: TopicHub

        fileprivate init(_ hub: TopicHub) {
            self.hub = hub
        }

        deinit {
            hub.leave()
        }
    }

    /// A place for one more viewer; `nil` when all are taken.
    ///
    /// - Parameter format: By which it is counted.
    package func takeSeat(format: String) -> Seat? {
        let isFree = self.state.withLock { state in
            guard state.viewers < maximumViewers else { return false }
            state.viewers += 1
            state.admitted[format, default: 0] += 1
            return true
        }
        return isFree ? Seat(self) : nil
    }

    /// How many viewers there are now, how many runs and batches they watch, and how many viewers there have been, by
    /// format.
    package var counts: (viewers: Int, topics: Int, admitted: [String: Int]) {
        state.withLock { ($0.viewers, $0.topics.count, $0.admitted) }
    }

    private func leave() {
        self.state.withLock { state in
            state.viewers -= 1
            if state.viewers == 0 { state.lastViewer.take()?.resume() }
        }
    }

    /// Follows the watched runs until the service shuts down.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pages.run() }
            group.addTask { await self.looks.run() }
            group.addTask { await self.reader.ledger.run() }
            group.addTask { await self.sweep() }
            group.addTask { await self.turnWheels() }
            try? await gracefulShutdown()
            await endViewers()
            group.cancelAll()
        }
        for topic in state.withLock({ $0.topics.values.map(\.topic) }) { topic.stop() }
    }

    /// Whether a viewer that asks so has seen the end, so that there is nothing more to see, ever. The answer is
    /// no as long as the stream cannot be read.
    package func isOver(_ name: Subject, for query: ViewerQuery) async -> Bool {
        guard case .after(let id) = query.start else { return false }
        let topic = acquire(name)
        await topic.waitUntilLoaded()
        defer { release(topic) }
        if topic.isOver(for: query.start) { return true }
        // Redis may have forgotten it.
        guard let past, topic.withLog({ $0.isLoaded && $0.isGone }) else { return false }
        let page = try? await past.page(of: name, PastQuery(start: .after(id), through: nil))
        return page.map { $0.isAnchored && $0.isOver && $0.records.isEmpty } ?? false
    }

    /// Makes a connection a viewer of a run or a batch, until that ends or the viewer goes. To be called on the connection's event
    /// loop, before it is active.
    ///
    /// - Parameters:
    ///   - channel: The connection, or the part of it that is the viewer's. It takes and gives bytes.
    ///   - isSocket: Whether the channel is nothing but its socket, so that bytes may go to the socket itself.
    ///   - seat: The viewer's place.
    ///   - head: What is to be written before all events.
    ///   - expiry: When the viewer's token ends; `nil` for never.
    package func add(
        _ channel: any Channel,
        isSocket: Bool = true,
        in seat: Seat,
        watching name: Subject,
        query: ViewerQuery,
        head: ByteBuffer,
        until expiry: Timestamp? = nil
    ) throws {
        let topic = acquire(name)
        channel.closeFuture.whenComplete { _ in withExtendedLifetime(seat) { self.release(topic) } }
        let wheel = self.wheel(on: channel.eventLoop)
        let socket = ViewerSocket(channel, isSocket: isSocket)
        let viewer = Viewer(socket: socket, topic: topic, query: query, pages: pages, wheel: wheel)
        let handler = ViewerHandler(viewer, head: head, greeting: greeting(of: topic))
        try channel.pipeline.syncOperations.addHandler(handler)
        guard let expiry else { return }
        let bound = NIOLoopBound(viewer, eventLoop: channel.eventLoop)
        let left = Duration.milliseconds(max(0, expiry.milliseconds - Timestamp.now().milliseconds))
        let end = channel.eventLoop.scheduleTask(in: TimeAmount(left)) { bound.value.expire() }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    private func greeting(of topic: Topic) -> ByteBuffer {
        var bytes = prelude
        let connected = StreamEvent.Connected(topic.name, channel: topic.channel, timestamp: .now())
        bytes.append(event: .connected(connected))
        return bytes
    }

    /// How long those who were let go last may take to fetch what was written. What is left then is with the kernel, or is
    /// fetched with the last id from another gateway.
    private static let farewell = Duration.seconds(2)

    /// Lets all viewers go, spread over a time, and waits until they are gone, but not for those who do not read.
    private func endViewers() async {
        for wheel in self.state.withLock(\.wheels) { wheel.end(within: shutdownSpread) }
        let limit = deliveryLoop.scheduleTask(in: TimeAmount(shutdownSpread + Self.farewell)) {
            self.state.withLock { $0.lastViewer.take() }?.resume()
        }
        defer { limit.cancel() }
        await withCheckedContinuation { continuation in
            let isEmpty = self.state.withLock { state in
                if state.viewers > 0 { state.lastViewer = continuation }
                return state.viewers == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    // MARK: Topics

    private func acquire(_ name: Subject) -> Topic { obtain(name).topic }

    /// - Returns: The topic, and whether there was none.
    func obtain(_ name: Subject) -> (topic: Topic, isNew: Bool) {
        let (topic, isNew) = self.state.withLock { state in
            if var watched = state.topics[name] {
                watched.viewers += 1
                watched.idleSince = nil
                state.topics[name] = watched
                return (watched.topic, false)
            }
            let topic = Topic(
                name: name,
                prefix: reader.prefix,
                looks: looks,
                deliveryLoop: deliveryLoop,
                hasPast: past != nil
            )
            state.topics[name] = Watched(topic: topic, viewers: 1)
            return (topic, true)
        }
        if isNew { topic.start(subscriber: subscriber) }
        return (topic, isNew)
    }

    /// Whether others than one have the topic.
    func isShared(_ topic: Topic) -> Bool {
        state.withLock { $0.topics[topic.name].map { $0.topic === topic && $0.viewers > 1 } ?? false }
    }

    func release(_ topic: Topic) {
        self.state.withLock { state in
            guard var watched = state.topics[topic.name], watched.topic === topic else { return }
            watched.viewers -= 1
            if watched.viewers == 0 { watched.idleSince = .now }
            state.topics[topic.name] = watched
        }
    }

    /// Looks into the streams of all topics, a part of them at a time, and ends those that nobody watches any more.
    private func sweep() async {
        let parts = 8
        var part = 0
        while (try? await Task.sleep(for: sweepInterval / parts)) != nil {
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
        while (try? await Task.sleep(for: heartbeatInterval / HeartbeatWheel.spokes)) != nil {
            for wheel in state.withLock(\.wheels) { wheel.tick() }
        }
    }
}
