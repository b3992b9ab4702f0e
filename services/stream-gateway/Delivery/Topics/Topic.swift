//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Keys
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
    struct State {
        var log: TopicLog
        var groups: [ViewerGroup] = []
        var listener: RedisListener?

        /// Whether each message of the channel is heard.
        var isListening = false
        var isStopped = false
        var isSealing = false

        /// Why the stream cannot be read, in words for viewers.
        var trouble: String?

        /// Whether the stream is being read for the first time, and whether that has failed the last time.
        var isLoading = false
        var hasFailed = false

        /// When the stream is to be looked into for something that waits, as uptime in milliseconds.
        var deadline: Int64?

        /// Before this moment nothing is made visible.
        var nextSeal = NIODeadline.uptimeNanoseconds(0)
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    let name: Subject
    let channel: String
    let prefix: String
    private let looks: LookQueue
    let deliveryLoop: any EventLoop
    let state: Mutex<State>

    /// - Parameter hasPast: Whether records that Redis does not have any more are kept.
    init(name: Subject, prefix: String, looks: LookQueue, deliveryLoop: any EventLoop, hasPast: Bool = false) {
        self.name = name
        channel = Keyspace(prefix: prefix).stream(of: name)
        self.prefix = prefix
        self.looks = looks
        self.deliveryLoop = deliveryLoop
        var log = TopicLog(name: name, prefix: prefix)
        log.hasPast = hasPast
        state = Mutex(State(log: log))
    }

    // MARK: Following the run

    /// Follows the run until ``stop()``.
    ///
    /// - Parameter subscriber: `nil` when nothing is published; the stream is then all there is.
    func start(subscriber: RedisSubscriber?) {
        let listener = subscriber?.subscribe(to: channel) { [weak self] event in self?.receive(event) }
        let isStopped = self.state.withLock { state in
            if !state.isStopped { state.listener = listener }
            return state.isStopped
        }
        if isStopped { listener?.cancel() }
        ring()
    }

    /// Ends what ``start(subscriber:)`` has begun.
    func stop() {
        let listener = self.state.withLock { state in
            state.isStopped = true
            return state.listener.take()
        }
        listener?.cancel()
    }

    /// Has the stream looked into, soon.
    func ring() {
        let isLoaded: Bool? = self.state.withLock { state in
            if state.log.isLoaded { return true }
            // A look follows the first one.
            if state.isLoading || state.isStopped { return nil }
            state.isLoading = true
            return false
        }
        switch isLoaded {
        case true: looks.add(self)
        case false: looks.load(self)
        case nil: break
        }
    }

    private func receive(_ event: RedisSubscription.Event) {
        switch event {
        case .active:
            state.withLock { $0.isListening = true }
            // What was published before this moment is in the stream and nowhere else.
            ring()
        case .message(let payload):
            self.receive(payload)
        case .omitted(let byteCount):
            let data = LeftOut.data([(name: "message", bytes: byteCount)])
            self.receive(ByteBuffer(string: JSONValue.object(["msg": .string(LeftOut.text), "data": data]).text))
        case .interrupted:
            state.withLock { $0.isListening = false }
            become(Self.unreachable)
        case .matched:
            break
        }
    }

    /// Takes a message that was heard otherwise, on the same connection, unless the topic hears it itself.
    func overhear(_ payload: ByteBuffer) {
        if state.withLock(\.isListening) { return }
        receive(payload)
    }

    /// The first look into the stream begins.
    func beginLoad() { state.withLock { _ = $0.log.beginLook() } }

    private func receive(_ payload: ByteBuffer) {
        var needsLook = false
        update { needsLook = $0.receive(payload, at: .now()) }
        if needsLook { ring() }
    }

    /// The stream was read for the first time.
    func load(_ page: Result<StreamPage, RedisError>) {
        switch page {
        case .success(let page):
            update { $0.load(page, at: .now()) }
            endLoad(hasFailed: false)
            become(nil)
            ring()
        case .failure(let error):
            endLoad(hasFailed: true)
            fail(error)
        }
    }

    private func endLoad(hasFailed: Bool) {
        let waiters = self.state.withLock { state in
            state.isLoading = false
            state.hasFailed = hasFailed
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// A look into the stream begins.
    ///
    /// - Returns: How the stream is expected to stand; `nil` when the look is not needed any more.
    func beginLook() -> StreamExpectation? {
        self.state.withLock { state in
            guard !state.isStopped, let id = state.log.beginLook() else { return nil }
            return StreamExpectation(id: id, added: state.log.expectation.added)
        }
    }

    /// A look into the stream is over.
    ///
    /// - Parameter page: What is new; `nil` when nothing is.
    func endLook(_ page: Result<StreamPage?, RedisError>, after id: EntryID) {
        switch page {
        case .success(let page):
            var needsLook = false
            update { needsLook = $0.endLook(page ?? StreamPage(records: []), after: id, at: .now()) }
            become(nil)
            flushAwaiting()
            if needsLook { ring() } else { ringLater() }
        case .failure(let error):
            fail(error)
            flushAwaiting()
        }
    }

    /// Lets those go on who have waited for a look.
    private func flushAwaiting() {
        let groups = state.withLock { state in
            defer { state.log.isAwaited = false }
            return state.log.isAwaited ? state.groups : []
        }
        for group in groups { group.flush(self) }
    }

    private func fail(_ error: RedisError) {
        update { $0.abandonLook() }
        switch error.meaning {
        case .gone, .notReady, .ended:
            become(Self.unreachable)
        case .wrongType:
            update { $0.failLook(at: .now()) }
            become("The key \(channel) in Redis is not a stream; records will follow as soon as it is.")
        case .readOnly, .outOfMemory, .denied, .refused:
            update { $0.failLook(at: .now()) }
            become("Redis refuses to read \(channel); records will follow as soon as it does not.")
        }
    }

    /// Has the stream looked into for a message or an entry that waits for the other.
    private func ringLater() {
        let now = Moment.now()
        let deadline: Int64? = self.state.withLock { state in
            guard let deadline = state.log.deadline else { return nil }
            if let pending = state.deadline, pending > now.uptime, pending <= deadline { return nil }
            state.deadline = deadline
            return deadline
        }
        guard let deadline else { return }
        deliveryLoop.scheduleTask(in: .milliseconds(max(1, deadline - now.uptime))) { self.ring() }
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
            deliveryLoop.scheduleTask(in: pause) { self.seal() }
        } else {
            deliveryLoop.execute { self.seal() }
        }
    }

    private func seal() {
        let (groups, count, last) = self.state.withLock { state in
            state.isSealing = false
            let before = state.log.ring.endIndex
            state.log.seal()
            return (state.groups, state.log.ring.endIndex - before, state.log.expectation.id)
        }
        let begun = NIODeadline.now()
        for group in groups { group.flush(self) }
        if count > 0, last != .zero {
            DeliveryCounts.lag.record(milliseconds: Timestamp.now().milliseconds - Int64(clamping: last.milliseconds))
        }
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

    // MARK: Viewers

    /// Whether a viewer that asks so has seen everything, ever.
    func isOver(for start: ViewerQuery.Start) -> Bool {
        guard case .after(let id) = start else { return false }
        return state.withLock { $0.log.isLoaded && $0.log.isOver(forWhoHas: id) }
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

    /// Reads the log, or moves a viewer through it.
    func withLog<Value: Sendable>(_ body: (inout TopicLog) -> Value) -> Value {
        self.state.withLock { state in body(&state.log) }
    }
}
