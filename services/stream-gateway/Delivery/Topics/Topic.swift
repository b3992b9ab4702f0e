//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis
import Synchronization

/// A run or a batch that is being watched: its log, kept up with the stream and the channel, and its viewers.
///
/// Messages come on Redis's event loop and go straight into the log. At the end of the tick they are sealed, and each
/// event loop that has viewers writes them: one write per viewer, however many records the tick brought. While the loops
/// are busy writing, records pile up in Redis's socket and leave together in the next tick; when they are idle, a record
/// leaves at once. No timer is needed for that.
final class Topic: Sendable {
    private struct State {
        var log: TopicLog
        var groups: [ViewerGroup] = []
        var isSealing = false

        /// Before this moment nothing is made visible.
        var nextSeal = NIODeadline.uptimeNanoseconds(0)
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    let name: TopicName
    let channel: String
    let prefix: String
    private let reader: StreamReader
    private let deliveryLoop: any EventLoop
    private let state: Mutex<State>

    /// Rings when the stream is to be read; rings that come while it is being read count as one.
    private let doorbell: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(name: TopicName, reader: StreamReader, deliveryLoop: any EventLoop) {
        self.name = name
        self.channel = reader.stream(of: name)
        self.prefix = reader.prefix
        self.reader = reader
        self.deliveryLoop = deliveryLoop
        self.state = Mutex(State(log: TopicLog(name: name, prefix: reader.prefix)))
        (self.doorbell, self.bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Following the run

    /// Follows the run until ``stop()``.
    ///
    /// - Parameter subscriber: `nil` when nothing is published; the stream is then all there is.
    func run(subscriber: RedisSubscriber?) async {
        // Held until it is cancelled: a weak reference would make every retain of the topic a slow one.
        let listener = subscriber?.subscribe(to: self.channel) { event in self.receive(event) }
        self.ring()
        for await _ in self.doorbell where !Task.isCancelled { await self.readStream() }
        listener?.cancel()
    }

    /// Has the stream looked into, soon.
    func ring() { self.bell.yield() }

    /// Ends ``run(subscriber:)``.
    func stop() { self.bell.finish() }

    private func receive(_ event: RedisSubscription.Event) {
        switch event {
        case .active:
            // What was published before this moment is in the stream and nowhere else.
            self.ring()
        case .message(let payload):
            self.receive(payload)
        case .interrupted:
            self.becomeUnreachable()
        }
    }

    private func readStream() async {
        self.update { $0.beginReading(at: .now) }
        do {
            guard self.isLoaded else {
                let page = try await self.reader.last(TopicLog.initialRecords, of: self.name)
                self.update { $0.load(page, at: .now) }
                self.becomeReachable()
                return
            }
            var following = TopicLog.Following.page
            while following == .page, !Task.isCancelled {
                let position = self.position
                let page = try await self.reader.page(of: self.name, after: position)
                self.update { following = $0.follow(page, after: position, at: .now) }
            }
            if case .missing(let id) = following {
                let page = try await self.reader.page(of: self.name, after: id)
                self.update { $0.takeMissing(page, after: id, at: .now) }
            }
            var deadline: ContinuousClock.Instant?
            self.update { log in
                log.endReading(at: .now)
                deadline = log.deadline
            }
            self.becomeReachable()
            self.ring(at: deadline)
        } catch {
            self.becomeUnreachable()
        }
    }

    private func receive(_ payload: ByteBuffer) {
        var deadline: ContinuousClock.Instant?
        var needsStream = false
        self.update { log in
            needsStream = log.receive(payload, at: .now)
            deadline = log.deadline
        }
        guard needsStream else { return }
        self.ring()
        self.ring(at: deadline)
    }

    /// Has the stream looked into for a message or an entry that waits for the other.
    private func ring(at deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        let patience = TimeAmount(ContinuousClock.now.duration(to: deadline))
        self.deliveryLoop.scheduleTask(in: patience) { self.ring() }
    }

    /// Changes the log, and makes what is new visible at the end of the tick, after what else the tick brings.
    private func update(_ change: (inout TopicLog) -> Void) {
        let due: NIODeadline? = self.state.withLock { state in
            let wasLoaded = state.log.isLoaded
            change(&state.log)
            // Viewers wait for new frames, or for the log to be loaded.
            guard !state.isSealing, state.log.hasOpenFrames || wasLoaded != state.log.isLoaded else { return nil }
            state.isSealing = true
            return state.nextSeal
        }
        guard let due else { return }
        let pause = due - .now()
        if pause > .zero {
            self.deliveryLoop.scheduleTask(in: pause) { self.seal() }
        } else {
            self.deliveryLoop.execute { self.seal() }
        }
    }

    private func seal() {
        let (groups, count) = self.state.withLock { state in
            state.isSealing = false
            let before = state.log.ring.endIndex
            state.log.seal()
            return (state.groups, state.log.ring.endIndex - before)
        }
        let begun = NIODeadline.now()
        for group in groups { group.flush(self) }
        guard count >= Self.rapid else { return }
        // Records come faster than they can be written one by one: let as many gather as come in twice the time that writing
        // takes, or a loop that has nothing else to do spends all of it on writing few at a time.
        let now = NIODeadline.now()
        let pause = min(2 * (now - begun), Self.longestPause)
        self.state.withLock { $0.nextSeal = now + pause }
    }

    /// From how many records in a tick on the next ones are waited for.
    private static let rapid = 3

    /// How long they are waited for at most.
    private static let longestPause = TimeAmount.milliseconds(20)

    // MARK: Whether Redis can be reached

    static let unreachable = "Redis cannot be reached; records will follow as soon as it can."

    private func becomeUnreachable() {
        let (groups, waiters) = self.state.withLock { state in
            let groups = state.log.isReachable ? state.groups : []
            state.log.isReachable = false
            defer { state.waiters = [:] }
            return (groups, state.waiters)
        }
        for waiter in waiters.values { waiter.resume() }
        guard !groups.isEmpty else { return }
        let bytes = ByteBuffer(event: .error(message: Self.unreachable, timestamp: .now()))
        for group in groups { group.announce(bytes) }
    }

    private func becomeReachable() {
        let (groups, waiters) = self.state.withLock { state in
            // Viewers that could not read the stream try again now.
            let groups = state.log.isReachable ? [] : state.groups
            state.log.isReachable = true
            defer { state.waiters = [:] }
            return (groups, state.waiters)
        }
        for waiter in waiters.values { waiter.resume() }
        for group in groups { group.flush(self) }
    }

    /// A viewer could not read the stream.
    func reportUnreachable() {
        self.becomeUnreachable()
        self.ring()
    }

    /// Waits until the log is loaded or is known not to be, for three seconds at most.
    func waitUntilLoaded() async {
        await withCheckedContinuation { continuation in
            let waiter: Int? = self.state.withLock { state in
                if state.log.isLoaded || !state.log.isReachable { return nil }
                state.lastWaiter += 1
                state.waiters[state.lastWaiter] = continuation
                return state.lastWaiter
            }
            guard let waiter else { return continuation.resume() }
            self.deliveryLoop.scheduleTask(in: .seconds(3)) {
                self.state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
            }
        }
    }

    // MARK: Viewers

    /// How the stream stands if nothing has come to it that this topic does not have.
    var expectation: StreamReader.Expectation? { self.state.withLock(\.log.expectation) }

    private var isLoaded: Bool { self.state.withLock(\.log.isLoaded) }
    private var position: EntryID { self.state.withLock(\.log.position) }

    /// Whether the stream could be read the last time that it was tried.
    var isReachable: Bool { self.state.withLock(\.log.isReachable) }

    /// Whether a viewer that asks so has seen everything, ever.
    func isOver(for start: ViewerQuery.Start) -> Bool {
        guard case .after = start else { return false }
        return self.state.withLock { state in
            guard state.log.isLoaded else { return false }
            if case .over = state.log.placement(for: start) { return true }
            return false
        }
    }

    /// The viewers of an event loop.
    func group(on eventLoop: any EventLoop) -> ViewerGroup {
        self.state.withLock { state in
            if let group = state.groups.first(where: { $0.eventLoop === eventLoop }) { return group }
            let group = ViewerGroup(eventLoop: eventLoop)
            state.groups.append(group)
            return group
        }
    }

    /// Where a viewer begins, and from which index on it is live. `nil` before the log is loaded.
    func placement(for start: ViewerQuery.Start) -> (placement: Placement, liveFrom: Int)? {
        self.state.withLock { state in
            state.log.isLoaded ? (state.log.placement(for: start), state.log.ring.endIndex) : nil
        }
    }

    /// What a viewer is to be written next; `nil` when nothing is new, or the ring no longer reaches back so far.
    func read(from index: Int, level: LogLevel, liveFrom: Int) -> FrameRing.Slice? {
        self.state.withLock { $0.log.read(from: index, level: level, liveFrom: liveFrom) }
    }

    /// Whether the ring no longer reaches back to an index.
    func hasLost(_ index: Int) -> Bool { self.state.withLock { index < $0.log.ring.startIndex } }

    /// Where a viewer goes on that has read the stream up to an id, and how often the stream has begun anew so far.
    func continuation(after id: EntryID, isAtEnd: Bool) -> (continuation: Continuation, epoch: Int) {
        self.state.withLock { ($0.log.continuation(after: id, isAtEnd: isAtEnd), $0.log.epoch) }
    }

    /// The index of the oldest frame.
    var startIndex: Int { self.state.withLock(\.log.ring.startIndex) }
}
