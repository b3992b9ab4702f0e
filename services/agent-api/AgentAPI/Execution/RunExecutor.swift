//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import Keys
import Logging
import Models
import Redis
import Secrets
import ServiceLifecycle
import Spool
import Steering
import Traces

/// Executes runs. Each free slot takes the next run from the queue.
actor RunExecutor: Service {
    private let configuration: AgentAPIConfiguration
    private let store: RunStore
    private let publisher: RecordPublisher
    private let queue: RunQueue
    private let subscriber: RedisSubscriber
    private let spool: Spool
    private let keeper: LeaseKeeper
    private let browser: BrowserPool
    private let screenshots: ScreenshotStore
    private let live: LiveView
    private let modelConnections: ModelConnections
    private let model: (any ModelClient)?
    private let logger: Logger

    private enum State {
        /// Takes runs from the queue and executes them.
        case taking

        /// Takes no more runs, and ends when the remaining duties are done and no run is left.
        case shuttingDown(left: Set<Duty>)
    }

    /// What must be done before the shutdown is complete.
    private enum Duty: CaseIterable {
        /// The run that is being taken must be started or given back.
        case taking

        /// The queue must be notified that this process takes no more runs.
        case retiring
    }

    private let metrics: RunMetrics
    private let tracer: Tracer?
    private var state = State.taking
    private var running: [Identifier: RunJob] = [:]

    /// Yields once for each free slot.
    private let places: AsyncStream<Void>
    private let place: AsyncStream<Void>.Continuation

    /// Started runs on their way to the task group that owns their tasks.
    private let started: AsyncStream<RunJob>
    private let starting: AsyncStream<RunJob>.Continuation

    init(
        configuration: AgentAPIConfiguration,
        store: RunStore,
        publisher: RecordPublisher,
        queue: RunQueue,
        subscriber: RedisSubscriber,
        spool: Spool,
        keeper: LeaseKeeper,
        live: LiveView,
        metrics: RunMetrics,
        tracer: Tracer?,
        logger: Logger
    ) {
        self.configuration = configuration
        self.store = store
        self.publisher = publisher
        self.queue = queue
        self.subscriber = subscriber
        self.spool = spool
        self.keeper = keeper
        self.live = live
        self.metrics = metrics
        self.tracer = tracer
        browser = BrowserPool(configuration.browser, logger: logger)
        screenshots = ScreenshotStore(store: store, configuration: configuration)
        let connections = ModelConnections()
        modelConnections = connections
        // Shared by all runs, so that what it learns about its server applies to all of them.
        model = configuration.planning.model.map { $0.makeClient(over: connections) }
        self.logger = logger
        (started, starting) = AsyncStream.makeStream()
        (places, place) = AsyncStream.makeStream()
        for _ in 0..<configuration.concurrency { place.yield() }
    }

    /// How many browsers run.
    var browserCount: Int {
        get async { await browser.count }
    }

    /// Stops a run soon, if this process executes it.
    func cancel(_ requestID: Identifier) { running[requestID]?.interrupt(.cancelled) }

    /// Executes runs until the service shuts down. Active runs are then stopped, and their logs say so. Queued runs are
    /// left to other processes.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                try? await gracefulShutdown()
                await self.shutDown()
            }
            group.addTask { await self.warmUp() }
            group.addTask { await self.stayRegistered() }
            group.addTask { await self.takeRuns() }
            group.addTask { await self.watchCommands() }
            group.addTask { await self.live.run() }
            for await job in started {
                group.addTask {
                    await self.execute(job)
                    await self.finished(job)
                }
            }
            group.cancelAll()
        }
        await modelConnections.shutdown()
        await self.browser.close()
    }

    /// Starts the browser in advance. A failure is logged at once, and reported again by each run.
    private func warmUp() async {
        guard configuration.warmsUp else { return }
        do {
            try await self.browser.warmUp()
        } catch is CancellationError {
            // The service shut down before the browser had started.
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

    /// The remaining duties of the shutdown.
    private var duties: Set<Duty> {
        switch state {
        case .taking: Set(Duty.allCases)
        case .shuttingDown(let left): left
        }
    }

    private var isShuttingDown: Bool {
        if case .shuttingDown = state { true } else { false }
    }

    /// Keeps this process registered as a worker.
    private func stayRegistered() async {
        while !isShuttingDown, !Task.isCancelled {
            do {
                try await queue.register()
            } catch {
                logger.debug("could not register as a worker, retrying", error: error)
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

    /// Waits for a run and starts it.
    ///
    /// - Returns: `nil` if the service shuts down.
    private func take(from intake: inout QueueIntake) async -> RunJob? {
        var backoff = Duration.milliseconds(50)
        while !isShuttingDown, !Task.isCancelled {
            do {
                if let entry = try await intake.next(), let job = try await begin(entry) { return job }
                backoff = .milliseconds(50)
            } catch {
                intake.answerWasLost()
                logger.debug("could not take a run from the queue, retrying", error: error)
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
        guard let stored = try await startUntilAnswered(entry), running[entry.requestID] == nil else {
            return nil
        }
        if isShuttingDown {
            try await queue.giveBack(entry.requestID)
            return nil
        }
        guard let run = try? Run(json: stored.run), var request = try? RunRequest(json: stored.request) else {
            // Its lease is not renewed, so the run will be found and ended as orphaned.
            logger.error("a run cannot be read", metadata: ["request_id": "\(entry.requestID)"])
            return nil
        }
        request.sensitiveData = stored.secrets.flatMap { try? JSONValue(parsing: $0) }.flatMap(SensitiveData.init)
        let job = RunJob(
            run: run,
            request: request,
            epoch: stored.epoch,
            patience: .seconds(configuration.answerTimeoutSeconds)
        )
        job.steering.set(pause: stored.hold)
        running[run.requestID] = job
        await keeper.hold(run.requestID, batch: run.batchID) { job.interrupt(.superseded) }
        // Either the shutdown has already interrupted this run, or it will.
        return job
    }

    /// Without a reply it is unknown whether this process owns the run, so it retries until there is one.
    private func startUntilAnswered(
        _ entry: RunQueue.Entry
    ) async throws(RedisError) -> RunQueue.Begun? {
        while true {
            do {
                return try await queue.begin(entry)
            } catch  where error.isRetryable && !isShuttingDown && !Task.isCancelled {
                logger.debug("could not start a run, retrying", error: error)
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Does with the runs what people want of them, through whichever process they have said so.
    private func watchCommands() async {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = subscriber.subscribe(to: store.database.keys.commands) { _ in wake.yield() }
        await withDiscardingTaskGroup { group in
            group.addTask {
                // Messages may be lost.
                while (try? await Task.sleep(for: .milliseconds(300))) != nil { wake.yield() }
                wake.finish()
            }
            for await _ in wakes {
                let running = Array(self.running.keys)
                guard !running.isEmpty, let commands = try? await queue.commands(of: running) else { continue }
                for (requestID, command) in commands { await obey(command, requestID) }
            }
        }
        withExtendedLifetime(listener) {}
    }

    private func obey(_ command: RunCommands, _ requestID: Identifier) async {
        guard let steering = running[requestID]?.steering else { return }
        if command.isCancelled { cancel(requestID) }
        steering.set(pause: command.hold)
        steering.set(control: command.controller.map { "\($0) has control" })
        if !command.input.isEmpty { steering.add(command.input) }
        if let (question, answer) = command.answer {
            steering.answer(answer, to: question)
            await queue.forgetAnswer(of: requestID)
        }
        let count = steering.messageCount
        if command.messages > count, let messages = try? await queue.messages(of: requestID, after: count) {
            steering.add(messages: messages)
        }
    }

    // MARK: Executing runs

    private func execute(_ job: RunJob) async {
        let parent = job.run.traceparent.flatMap(TraceContext.init(traceparent:))
        let trace = Trace(continuing: parent, tracer: tracer)
        trace?.record("queue", .consumer, from: job.run.createdAt.milliseconds * 1_000_000)
        await Trace.$current.withValue(trace) {
            await Trace.span("run", attributes: { _ in ["stepcast.request_id": .string(job.run.requestID.rawValue)] }) {
                await carryOut(job)
            }
        }
    }

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
            let isPlanned = model != nil && job.request.planner != .instructions
            run.planner = isPlanned ? .llm : .instructions
            outbox.write(.state(run))
            let ofRun = Trace.current
            let observeStep: @Sendable (Int, Duration) -> Void = { [metrics] step, duration in
                metrics.step(duration)
                let start = Trace.now() - Int64(duration / .nanoseconds(1))
                ofRun?.record("step", from: start, attributes: ["stepcast.step": .integer(Int64(step))])
            }
            let log = RunLog(
                run,
                outbox: outbox,
                steering: job.steering,
                mask: job.secrets.mask,
                onStep: observeStep
            )
            job.steering.observe { log.change($0) }
            metrics.began(run)
            let began = ContinuousClock.now
            logger.info("run started")
            let ending = await RunAttempt(
                job: job,
                configuration: configuration,
                browser: browser,
                screenshots: screenshots,
                live: live,
                model: job.request.planner == .instructions
                    ? nil : model.map { MeteredModel(ObservedModel(model: $0, metrics: metrics)) },
                log: log
            )
            .ending()
            log.end(ending.outcome, recording: ending.recording)
            outbox.finish()
            let outcome = ending.outcome
            metrics.ended(outcome, after: .now - began)
            logger[metadataKey: "status"] = "\(outcome.status.rawValue)"
            // What makes the model's answers follow their schema.
            if outcome.usage != nil, let form = model?.answerForm(for: .own) {
                logger[metadataKey: "answers"] = "\(form.rawValue)"
            }
            logger.info("run ended", metadata: ["steps": "\(outcome.steps)"])
        }
    }
}
