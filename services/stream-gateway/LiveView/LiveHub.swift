//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Keys
package import NIOCore
package import Redis
import ServiceLifecycle
import Synchronization

/// The live view of all runs that are watched through this gateway.
///
/// It says in Redis which runs are watched, as long as they are, and passes the pictures on that come over their channels.
/// A run that nobody watches costs nothing, here and at agent-api.
package final class LiveHub: Service {
    private let redis: RedisClient
    private let subscriber: RedisSubscriber
    private let keys: Keyspace
    private let heartbeat: Duration
    private let maximumViewers: Int
    private let runs = Mutex<[Identifier: WatchedRun]>([:])
    private let seats = Mutex(0)
    /// Runs about which something else is to be said in Redis.
    private let due: AsyncStream<Identifier>
    private let renewal: AsyncStream<Identifier>.Continuation

    /// The most runs that are watched at a time.
    package let maximumRuns: Int

    /// - Parameters:
    ///   - redis: For commands.
    ///   - subscriber: For nothing but the pictures.
    ///   - prefix: `REDIS_STREAM`.
    ///   - heartbeat: How often a viewer hears that the connection is alive.
    ///   - maximumViewers: 1 or more.
    ///   - maximumRuns: 1 or more.
    package init(
        redis: RedisClient,
        subscriber: RedisSubscriber,
        prefix: String,
        heartbeat: Duration,
        maximumViewers: Int,
        maximumRuns: Int
    ) {
        self.redis = redis
        self.subscriber = subscriber
        keys = Keyspace(prefix: prefix)
        self.heartbeat = heartbeat
        self.maximumViewers = maximumViewers
        self.maximumRuns = maximumRuns
        (due, renewal) = AsyncStream.makeStream()
    }

    /// A place for a viewer, which is free again when nobody holds it any more.
    package final class Seat: Sendable {
        private let hub: LiveHub

        fileprivate init(_ hub: LiveHub) { self.hub = hub }

        deinit { hub.seats.withLock { $0 -= 1 } }
    }

    /// A place for one more viewer; `nil` when all are taken.
    package func takeSeat() -> Seat? {
        let isFree = seats.withLock { seats in
            guard seats < maximumViewers else { return false }
            seats += 1
            return true
        }
        return isFree ? Seat(self) : nil
    }

    /// Says what is watched until the service shuts down, and lets all viewers go then.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await requestID in self.due { await self.renew([requestID]) }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil {
                    await self.renew(self.runs.withLock { Array($0.keys) })
                }
            }
            try? await gracefulShutdown()
            group.cancelAll()
        }
        let left = runs.withLock { runs in
            defer { runs = [:] }
            return runs
        }
        for viewer in left.values.flatMap(\.viewers.values) { viewer.perform { $0.close() } }
        for waiter in left.values.flatMap(\.waiting.values) { waiter.give(nil) }
    }

    /// Which of the runs have ended. None where Redis does not say.
    package func ended(of requestIDs: [Identifier]) async -> Set<Identifier> {
        let commands = requestIDs.map { RedisCommand("EXISTS", keys.run($0).ended) }
        guard let answers = try? await redis.pipeline(commands) else { return [] }
        let hasEnded = answers.map { (try? $0.get().as(Bool.self)) ?? false }
        return Set(zip(requestIDs, hasEnded).filter(\.1).map(\.0))
    }

    /// Makes a connection a viewer of runs, until they end or the viewer goes. To be called on the connection's event loop,
    /// before it is active.
    ///
    /// - Parameters:
    ///   - channel: The connection, with no handlers.
    ///   - seat: The viewer's place.
    ///   - head: What is to be written before all pictures.
    package func add(
        _ channel: any Channel,
        in seat: Seat,
        watching requestIDs: [Identifier],
        wish: LiveWish,
        head: ByteBuffer
    ) throws {
        let state = LiveViewerState(
            runs: requestIDs,
            interval: .seconds(1) / wish.framesPerSecond,
            heartbeat: heartbeat,
            now: .now
        )
        let viewer = LiveViewer(channel, state: state, head: head)
        try channel.pipeline.syncOperations.addHandler(viewer)
        let bound = WatchedRun.Viewer(viewer: NIOLoopBound(viewer, eventLoop: channel.eventLoop), wish: wish)
        let id = ObjectIdentifier(viewer)
        channel.closeFuture.whenComplete { _ in
            withExtendedLifetime(seat) {
                for requestID in requestIDs { self.leave(requestID, id) }
            }
        }
        for requestID in requestIDs {
            let latest = change(requestID) { run in
                run.viewers[id] = bound
                return run.latest
            }
            if let latest { viewer.show(latest, of: requestID) }
        }
    }

    /// The latest picture of a run. Where there is none yet, waits a while for the first one.
    ///
    /// - Returns: `nil` when there is none.
    package func snapshot(of requestID: Identifier, wish: LiveWish) async -> LivePart? {
        let waiter = WatchedRun.Waiter()
        let latest = change(requestID) { run in
            run.lastAsked = .now
            run.askedWidth = wish.width
            if run.latest == nil { run.waiting[ObjectIdentifier(waiter)] = waiter }
            return run.latest
        }
        if let latest { return latest }
        let timer = subscriber.deliveryEventLoop.scheduleTask(in: TimeAmount(Self.patience)) { waiter.give(nil) }
        defer {
            timer.cancel()
            runs.withLock { $0[requestID]?.waiting[ObjectIdentifier(waiter)] = nil }
        }
        for await part in waiter.pictures { return part }
        return nil
    }

    /// Whether another run can be watched, besides those that are.
    package func hasRoom(for requestIDs: [Identifier]) -> Bool {
        runs.withLock { runs in
            runs.count + requestIDs.count { runs[$0] == nil } <= maximumRuns
        }
    }

    // MARK: Runs

    /// Changes a run, which is watched from now on, and says so where that changes anything for agent-api.
    private func change<Result>(_ requestID: Identifier, _ body: (inout WatchedRun) -> Result) -> Result {
        let (result, isNew, hasChanged) = runs.withLock { runs in
            let now = ContinuousClock.now
            let isNew = runs[requestID] == nil
            var run = runs[requestID] ?? WatchedRun()
            let before = run.entry(now: now)
            let result = body(&run)
            runs[requestID] = run
            return (result, isNew, before != run.entry(now: now))
        }
        if isNew {
            let listener = subscriber.subscribe(to: keys.run(requestID).frames) { [weak self] in
                self?.receive($0, of: requestID)
            }
            // Let go of by the next who looks where the run is gone meanwhile.
            runs.withLock { $0[requestID]?.listener = listener }
        } else if hasChanged {
            renewal.yield(requestID)
        }
        return result
    }

    private func leave(_ requestID: Identifier, _ id: ObjectIdentifier) {
        runs.withLock { runs in
            runs[requestID]?.viewers[id] = nil
            runs[requestID]?.lastAsked = .now
        }
        renewal.yield(requestID)
    }

    /// Takes an event of a run's channel. On the subscriber's event loop.
    private func receive(_ event: RedisSubscription.Event, of requestID: Identifier) {
        switch event {
        case .active:
            // Only now is anything received: what is asked for before could be missed.
            runs.withLock { runs in
                runs[requestID]?.isSubscribed = true
                runs[requestID]?.name = WatchedRun.newName()
            }
            renewal.yield(requestID)
        case .message(let bytes):
            guard let frame = LiveFrame(bytes) else { return }
            let part = LivePart(frame, of: requestID)
            let (viewers, waiting) = runs.withLock { runs in
                runs[requestID]?.latest = part
                defer { runs[requestID]?.waiting = [:] }
                return (runs[requestID]?.viewers ?? [:], runs[requestID]?.waiting ?? [:])
            }
            for viewer in viewers.values { viewer.perform { $0.show(part, of: requestID) } }
            for waiter in waiting.values { waiter.give(part) }
        case .interrupted: runs.withLock { $0[requestID]?.isSubscribed = false }
        case .omitted, .matched: break
        }
    }

    /// Says for some runs how they are watched, and lets those go that nobody watches or that have ended.
    ///
    /// - Parameter isKnown: Whether Redis is assumed to have the script.
    private func renew(_ requestIDs: [Identifier], isKnown: Bool = true) async {
        let now = ContinuousClock.now
        let wanted = runs.withLock { runs in
            requestIDs.compactMap { requestID -> (Identifier, name: String, entry: String?)? in
                guard let run = runs[requestID], run.isSubscribed || run.entry(now: now) == nil else { return nil }
                let entry = run.entry(now: now)
                if entry == nil { runs[requestID] = nil }
                return (requestID, run.name, entry)
            }
        }
        let commands = wanted.map { requestID, name, entry in
            let keys = self.keys.run(requestID)
            let time = entry == nil ? 0 : Self.validity
            return Self.watching.evalshaCommand(
                keys: [keys.watched, keys.ended],
                arguments: [name, entry ?? "", "\(time)", self.keys.commands, requestID.rawValue]
            )
        }
        guard let answers = try? await redis.pipeline(commands) else { return }
        if isKnown, answers.contains(where: \.isMissingScript) {
            _ = try? await redis.send(RedisCommand("SCRIPT", "LOAD", Self.watching.source))
            return await renew(requestIDs, isKnown: false)
        }
        for (one, answer) in zip(wanted, answers) where (try? answer.get().as(Bool.self)) == true { end(one.0) }
    }

    private func end(_ requestID: Identifier) {
        guard let run = runs.withLock({ $0.removeValue(forKey: requestID) }) else { return }
        for viewer in run.viewers.values { viewer.perform { $0.end(requestID) } }
        for waiter in run.waiting.values { waiter.give(nil) }
    }

    private static let watching = RedisScript(Embedded.watchLua)

    /// How often it is said what is watched.
    private static let interval = Duration.milliseconds(1500)

    /// How long that holds, in milliseconds.
    private static let validity = 6000

    /// How long to wait for the first picture of a run.
    private static let patience = Duration.seconds(3)
}

extension Result<RESPValue, RedisError> {
    /// Whether Redis does not have the script that was to be run.
    fileprivate var isMissingScript: Bool {
        if case .failure(let error) = self { error.serverPrefix == "NOSCRIPT" } else { false }
    }
}

extension WatchedRun.Viewer {
    func perform(_ body: @escaping @Sendable (LiveViewer) -> Void) {
        let viewer = self.viewer
        viewer.eventLoop.execute { body(viewer.value) }
    }
}
