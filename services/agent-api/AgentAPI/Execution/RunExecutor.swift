//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import Logging
import Models
import Redis
import Secrets
import ServiceLifecycle
import Spool

/// Carries out runs: as many at a time as it has places, each taken from the queue as soon as a place is free.
actor RunExecutor: Service {
    private let configuration: AgentAPIConfiguration
    private let store: RunStore
    private let publisher: RecordPublisher
    private let queue: RunQueue
    private let spool: Spool
    private let keeper: LeaseKeeper
    private let browser: BrowserPool
    private let screenshots: ScreenshotStore
    private let live: LiveView
    private let modelConnections: ModelConnections
    private let model: (any ModelClient)?
    private let logger: Logger

    private enum State {
        /// Takes runs from the queue and carries them out.
        case taking

        /// Takes no more runs, and ends when nothing is left to do and no run is left.
        case shuttingDown(left: Set<Duty>)
    }

    /// What is to be done before a shutdown is complete.
    private enum Duty: CaseIterable {
        /// The run that is being taken is begun or given back.
        case taking

        /// The queue is told that this process takes no more.
        case retiring
    }

    private var state = State.taking
    private var running: [Identifier: RunJob] = [:]

    /// Yields once for each place that is free.
    private let places: AsyncStream<Void>
    private let place: AsyncStream<Void>.Continuation

    /// Runs on their way to the task group that owns their tasks.
    private let started: AsyncStream<RunJob>
    private let starting: AsyncStream<RunJob>.Continuation

    init(
        configuration: AgentAPIConfiguration,
        store: RunStore,
        publisher: RecordPublisher,
        queue: RunQueue,
        spool: Spool,
        keeper: LeaseKeeper,
        live: LiveView,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.publisher = publisher
        self.queue = queue
        self.spool = spool
        self.keeper = keeper
        self.live = live
        browser = BrowserPool(configuration.browser, logger: logger)
        screenshots = ScreenshotStore(store: store, configuration: configuration)
        let connections = ModelConnections()
        modelConnections = connections
        // One for all runs: what it has learnt of its server counts for all.
        model = configuration.planning.model.map { $0.makeClient(over: connections) }
        self.logger = logger
        (started, starting) = AsyncStream.makeStream()
        (places, place) = AsyncStream.makeStream()
        for _ in 0..<configuration.concurrency { place.yield() }
    }

    /// Stops a run, soon, if it is one of this process.
    func cancel(_ requestID: Identifier) { running[requestID]?.interrupt(.cancelled) }

    /// Carries runs out until the service shuts down; what is going on then is stopped and says so. What waits in the
    /// queue is left to others.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                try? await gracefulShutdown()
                await self.shutDown()
            }
            group.addTask { await self.warmUp() }
            group.addTask { await self.stayRegistered() }
            group.addTask { await self.takeRuns() }
            group.addTask { await self.watchCancellations() }
            group.addTask { await self.live.run() }
            for await job in started {
                group.addTask {
                    await self.carryOut(job)
                    await self.finished(job)
                }
            }
            group.cancelAll()
        }
        await modelConnections.shutdown()
        await self.browser.close()
    }

    /// Starts the browser before anybody needs it. That there is none is said at once, and again by each run.
    private func warmUp() async {
        guard configuration.warmsUp else { return }
        do {
            try await self.browser.warmUp()
        } catch is CancellationError {
            // The service ends before the browser is there.
        } catch {
            guard !isShuttingDown else { return }
            logger.warning("the browser cannot be started; runs will fail", metadata: ["reason": "\(error)"])
        }
    }

    private func finished(_ job: RunJob) {
        running[job.run.requestID] = nil
        place.yield()
        endWhenIdle()
    }

    private func shutDown() async {
        state = .shuttingDown(left: duties)
        place.finish()
        for job in running.values { job.interrupt(.shutDown) }
        await queue.retire()
        finished(.retiring)
    }

    private func finished(_ duty: Duty) {
        state = .shuttingDown(left: duties.subtracting([duty]))
        endWhenIdle()
    }

    /// What is left to do before a shutdown is complete.
    private var duties: Set<Duty> {
        switch state {
        case .taking: Set(Duty.allCases)
        case .shuttingDown(let left): left
        }
    }

    private var isShuttingDown: Bool {
        if case .shuttingDown = state { true } else { false }
    }

    /// Lets all processes know that this one carries out runs.
    private func stayRegistered() async {
        while !isShuttingDown, !Task.isCancelled {
            do {
                try await queue.register()
            } catch {
                logger.debug("could not register as a worker; trying again", error: error)
            }
            try? await Task.sleep(for: .milliseconds(queue.leases.milliseconds) / 5)
        }
    }

    private func endWhenIdle() {
        if case .shuttingDown(let left) = state, left.isEmpty, running.isEmpty { starting.finish() }
    }

    // MARK: Taking runs

    private func takeRuns() async {
        var intake = QueueIntake(queue: queue)
        for await _ in places {
            guard let job = await take(from: &intake) else { break }
            starting.yield(job)
        }
        finished(.taking)
    }

    /// Waits for a run and begins it.
    ///
    /// - Returns: `nil` when the service shuts down.
    private func take(from intake: inout QueueIntake) async -> RunJob? {
        var backoff = Duration.milliseconds(50)
        while !isShuttingDown, !Task.isCancelled {
            do {
                if let entry = try await intake.next(), let job = try await begin(entry) { return job }
                backoff = .milliseconds(50)
            } catch {
                intake.answerWasLost()
                logger.debug("could not take a run from the queue; trying again", error: error)
                try? await Task.sleep(for: backoff)
                backoff = min(backoff * 2, .seconds(1))
            }
        }
        return nil
    }

    private func begin(_ entry: RunQueue.Entry) async throws(RedisError) -> RunJob? {
        if isShuttingDown {
            try await queue.putBack(entry)
            return nil
        }
        guard let stored = try await beginUntilAnswered(entry), running[entry.requestID] == nil else {
            return nil
        }
        if isShuttingDown {
            try await queue.giveBack(entry.requestID)
            return nil
        }
        guard let run = try? Run(json: stored.run), var request = try? RunRequest(json: stored.request) else {
            // Nobody renews the lease, so that it is found and ended.
            logger.error("a run cannot be read", metadata: ["request_id": "\(entry.requestID)"])
            return nil
        }
        request.sensitiveData = stored.secrets.flatMap { try? JSONValue(parsing: $0) }.flatMap(SensitiveData.init)
        let job = RunJob(run: run, request: request)
        running[run.requestID] = job
        await keeper.hold(run.requestID, batch: run.batchID) { job.interrupt(.superseded) }
        // The shutdown has seen this run, or comes later and will.
        return job
    }

    /// Without an answer nobody knows whether this process has the run, so it asks until there is one.
    private func beginUntilAnswered(
        _ entry: RunQueue.Entry
    ) async throws(RedisError) -> RunQueue.Begun? {
        while true {
            do {
                return try await queue.begin(entry)
            } catch  where error.isRetryable && !isShuttingDown && !Task.isCancelled {
                logger.debug("could not begin a run; trying again", error: error)
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Stops the runs that somebody has asked another process to cancel.
    private func watchCancellations() async {
        while (try? await Task.sleep(for: .milliseconds(300))) != nil {
            let running = Array(self.running.keys)
            guard !running.isEmpty, let cancelled = try? await queue.cancelled(of: running) else { continue }
            for requestID in cancelled { cancel(requestID) }
        }
    }

    // MARK: Carrying them out

    private func carryOut(_ job: RunJob) async {
        var logger = self.logger
        logger[metadataKey: "request_id"] = "\(job.run.requestID)"
        let delivery = RedisDelivery(
            publisher: publisher,
            store: store,
            owner: spool.owner,
            logger: logger
        )
        let outbox = RunOutbox(delivery: delivery, spool: spool) { job.interrupt(.superseded) }
        await withDiscardingTaskGroup { group in
            group.addTask {
                let isDelivered = await outbox.drain()
                await self.keeper.release(job.run.requestID, hasEnded: isDelivered)
            }
            var run = job.run
            run.status = .running
            run.startedAt = .now()
            outbox.write(.state(run))
            let log = RunLog(run, outbox: outbox, mask: job.secrets.mask)
            logger.info("run started")
            let outcome = await RunAttempt(
                job: job,
                configuration: configuration,
                browser: browser,
                screenshots: screenshots,
                live: live,
                model: job.request.planner == .instructions ? nil : model.map(MeteredModel.init),
                log: log
            )
            .outcome()
            log.end(outcome)
            outbox.finish()
            logger.info("run ended", metadata: ["status": "\(outcome.status.rawValue)", "steps": "\(outcome.steps)"])
        }
    }
}
