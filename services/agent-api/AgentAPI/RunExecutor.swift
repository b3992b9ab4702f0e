//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import Logging
import ServiceLifecycle
import Spool

/// Carries out the runs of this process: so many at a time, the others in order of their arrival.
actor RunExecutor: Service {
    private let configuration: AgentAPIConfiguration
    private let store: RunStore
    private let publisher: RecordPublisher
    private let spool: Spool
    private let keeper: LeaseKeeper
    private let browser: BrowserPool
    private let screenshots: ScreenshotStore
    private let logger: Logger

    private var waiting: [RunJob] = []
    private var running: [Identifier: RunJob] = [:]
    private var reserved = 0
    private var isShuttingDown = false

    /// Runs on their way to the task group that owns their tasks.
    private let started: AsyncStream<RunJob>
    private let starting: AsyncStream<RunJob>.Continuation

    init(
        configuration: AgentAPIConfiguration,
        store: RunStore,
        publisher: RecordPublisher,
        spool: Spool,
        keeper: LeaseKeeper,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.publisher = publisher
        self.spool = spool
        self.keeper = keeper
        self.browser = BrowserPool(configuration.browser, logger: logger)
        self.screenshots = ScreenshotStore(store: store, configuration: configuration)
        self.logger = logger
        (self.started, self.starting) = AsyncStream.makeStream()
    }

    /// Keeps places for runs that are about to be submitted.
    ///
    /// - Returns: Whether there were so many.
    func reserve(_ count: Int = 1) -> Bool {
        let taken = self.running.count + self.waiting.count + self.reserved
        guard !self.isShuttingDown, taken + count <= self.configuration.places else { return false }
        self.reserved += count
        return true
    }

    /// Gives places back.
    func release(_ count: Int = 1) { self.reserved -= count }

    /// Takes a run on, in a place that was kept for it. Its lease has begun.
    func submit(_ run: Run, request: RunRequest) async {
        let job = RunJob(run: run, request: request)
        await self.keeper.hold(run.requestID, batch: run.batchID) { job.interrupt(.superseded) }
        self.reserved -= 1
        self.waiting.append(job)
        self.startNext()
    }

    /// Stops a run, soon.
    ///
    /// - Returns: Whether it is one of this process.
    func cancel(_ requestID: Identifier) -> Bool {
        if let job = self.running[requestID] {
            job.interrupt(.cancelled)
        } else if let index = self.waiting.firstIndex(where: { $0.run.requestID == requestID }) {
            let job = self.waiting.remove(at: index)
            job.interrupt(.cancelled)
            // It only has to say that it is over, which takes no place from another.
            self.starting.yield(job)
        } else {
            return false
        }
        return true
    }

    /// Carries runs out until the service shuts down; what is not done then is stopped and says so.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                try? await gracefulShutdown()
                await self.shutDown()
            }
            for await job in self.started {
                group.addTask {
                    await self.carryOut(job)
                    await self.finished(job)
                }
            }
            group.cancelAll()
        }
        await self.browser.close()
    }

    private func startNext() {
        while self.running.count < self.configuration.concurrency, !self.waiting.isEmpty {
            let job = self.waiting.removeFirst()
            self.running[job.run.requestID] = job
            self.starting.yield(job)
        }
    }

    private func finished(_ job: RunJob) {
        self.running[job.run.requestID] = nil
        if self.isShuttingDown {
            if self.running.isEmpty { self.starting.finish() }
        } else {
            self.startNext()
        }
    }

    private func shutDown() {
        self.isShuttingDown = true
        for job in self.waiting {
            self.running[job.run.requestID] = job
            self.starting.yield(job)
        }
        self.waiting = []
        for job in self.running.values { job.interrupt(.shutDown) }
        if self.running.isEmpty { self.starting.finish() }
    }

    private func carryOut(_ job: RunJob) async {
        var logger = self.logger
        logger[metadataKey: "request_id"] = "\(job.run.requestID)"
        let delivery = RedisDelivery(
            publisher: self.publisher,
            store: self.store,
            owner: self.spool.owner,
            logger: logger
        )
        let outbox = RunOutbox(delivery: delivery, spool: self.spool) { job.interrupt(.superseded) }
        await withDiscardingTaskGroup { group in
            group.addTask {
                let isDelivered = await outbox.drain()
                await self.keeper.release(job.run.requestID, hasEnded: isDelivered)
            }
            let log = RunLog(requestID: job.run.requestID, batchID: job.run.batchID, outbox: outbox)
            var run = job.run
            run.status = .running
            run.startedAt = .now()
            outbox.write(.state(run))
            logger.info("run started")
            let outcome = await RunAttempt(
                job: job,
                configuration: self.configuration,
                browser: self.browser,
                screenshots: self.screenshots,
                log: log
            )
            .outcome()
            run.finish(outcome, at: .now())
            log.end(outcome, state: run)
            outbox.finish()
            logger.info("run ended", metadata: ["status": "\(outcome.status.rawValue)", "steps": "\(outcome.steps)"])
        }
    }
}
