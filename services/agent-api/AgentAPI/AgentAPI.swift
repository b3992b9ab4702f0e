//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser
package import Logging
import Redis
import ServiceKit
package import ServiceLifecycle
import Spool
import Webhooks

/// The complete service `agent-api`: HTTP, the runs, and its connection to Redis.
///
/// - Parameters:
///   - configuration: The settings.
///   - logger: The service's own log.
///   - onListening: Called with the port once the service listens, for when the setting is 0.
package func buildAgentAPI(
    configuration: AgentAPIConfiguration,
    logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
) -> any Service {
    let service = configuration.service
    let redis = RedisClient(configuration: service.redis, logger: logger)
    // Blocking reads of the queue would delay all other commands on the same connection.
    let waitingRedis = RedisClient(configuration: service.redis, logger: logger.sparing)
    let database = RunDatabase(
        redis: redis,
        prefix: service.streamPrefix,
        timeToLive: configuration.streamTimeToLive
    )
    let store = RunStore(database: database)
    let publisher = RecordPublisher(
        database,
        maximumLength: configuration.streamMaximumLength,
        payload: service.publishes ? (service.publishesJSON ? .json : .text) : .none
    )
    // The password is masked. Processes with another database or prefix have other runs.
    let target = "\(service.redis.redactedURL) \(service.streamPrefix)"
    let spoolDirectory = SpoolDirectory(path: configuration.spoolDirectory)
    let spool = Spool(directory: spoolDirectory, target: target, logger: logger)
    let leases = RunLeases(database, owner: spool.owner, seconds: configuration.leaseSeconds)
    let queue = RunQueue(
        database,
        blocking: waitingRedis,
        limits: .init(concurrency: configuration.concurrency, waiting: configuration.queueLimit),
        leases: leases,
        tellsService: configuration.webhooks.url != nil
    )
    let keeper = LeaseKeeper(leases: leases, logger: logger)
    let orphanedRuns = OrphanedRuns(
        leases: leases,
        queue: queue,
        keeper: keeper,
        store: store,
        publisher: publisher,
        logger: logger
    )
    let recovery = SpoolRecovery(
        directory: spoolDirectory,
        target: target,
        keeper: keeper,
        leases: leases,
        orphanedRuns: orphanedRuns,
        publisher: publisher,
        store: store,
        logger: logger
    )
    let leaseService = LeaseService(
        queue: queue,
        keeper: keeper,
        orphanedRuns: orphanedRuns,
        recovery: recovery,
        spool: spool,
        logger: logger
    )
    let liveRedis = RedisClient(configuration: service.redis, logger: logger.sparing)
    let router = ServiceRouter(service, title: "agent-api", logger: logger.sparing)
    let commands = RedisSubscriber(configuration: service.redis, logger: logger.sparing)
    let executor = RunExecutor(
        configuration: configuration,
        store: store,
        publisher: publisher,
        queue: queue,
        subscriber: commands,
        spool: spool,
        keeper: keeper,
        live: LiveView(redis: liveRedis, subscriber: commands, prefix: service.streamPrefix),
        metrics: RunMetrics(router.metrics),
        tracer: router.tracer,
        logger: logger
    )
    let readiness = Readiness(logger: logger) { await Readiness.fault(of: redis, prefix: service.streamPrefix) }

    HealthRoutes { await readiness.check() }.add(to: router.open)
    let guarded = router.guarded
    MetricRoutes(router.metrics).add(to: guarded)
    router.metrics.describe(AgentMetrics.descriptions)
    router.metrics.collect { [database, executor] in
        await AgentMetrics.samples(database, browsers: await executor.browserCount)
    }
    let closer = RunCloser(store: store, publisher: publisher, owner: spool.owner)
    let agents = AgentRoutes(
        store: store,
        queue: queue,
        closer: closer,
        executor: executor,
        verifier: router.verifier,
        browser: configuration.browser,
        limiter: RateLimiter(.runs, configuration.runRate),
        hasModel: configuration.planning.model != nil
    )
    agents.add(to: guarded)
    BrowserSessionRoutes(store: SessionStore(database: database), agents: agents).add(to: guarded)
    MCPRoutes(agents: agents).add(to: guarded)
    let webhookStore = WebhookStore(database: database)
    WebhookRoutes(store: webhookStore, agents: agents).add(to: guarded)
    router.metrics.describe(WebhookService.descriptions)
    let webhooks = WebhookService(
        store: webhookStore,
        settings: configuration.webhooks,
        client: WebhookClient(
            policy: configuration.browser.egress,
            limits: configuration.webhooks.limits,
            version: Release.version
        ),
        metrics: router.metrics,
        logger: logger
    )
    router.addDocument()
    ScreenshotRoutes(store: ScreenshotStore(store: store, configuration: configuration), runs: store).add(to: guarded)

    return router.application(
        service,
        // The runs end before what they depend on.
        services: [redis, waitingRedis, liveRedis, commands, leaseService, webhooks, executor],
        readiness: { await readiness.check() },
        logger: logger,
        onListening: onListening
    )
}
