//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
package import Logging
import NIOCore
import Redis
import ServiceKit
package import ServiceLifecycle
import Spool

/// The service `agent-api`, complete: HTTP, the runs, and its connection to Redis.
///
/// - Parameters:
///   - configuration: The settings.
///   - logger: For the service's own log.
///   - onListening: Is told the port, once the service listens; of use when the settings say 0.
package func buildAgentAPI(
    configuration: AgentAPIConfiguration,
    logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
) -> any Service {
    let service = configuration.service
    let redis = RedisClient(configuration: service.redis, logger: logger)
    // Waiting for a run holds up whatever is asked on the same connection.
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
    // The password in it is masked, and whoever writes to another database or prefix has other runs.
    let target = "\(service.redis.redactedURL) \(service.streamPrefix)"
    let spoolDirectory = SpoolDirectory(path: configuration.spoolDirectory)
    let spool = Spool(directory: spoolDirectory, target: target, logger: logger)
    let leases = RunLeases(database, owner: spool.owner, seconds: configuration.leaseSeconds)
    let queue = RunQueue(
        database,
        blocking: waitingRedis,
        limits: .init(concurrency: configuration.concurrency, waiting: configuration.queueLimit),
        leases: leases
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
    let executor = RunExecutor(
        configuration: configuration,
        store: store,
        publisher: publisher,
        queue: queue,
        spool: spool,
        keeper: keeper,
        live: LiveView(redis: liveRedis, prefix: service.streamPrefix),
        logger: logger
    )
    let readiness = Readiness(logger: logger) { await Readiness.fault(of: redis, prefix: service.streamPrefix) }
    let readinessWatch = ReadinessWatch { await readiness.check() }

    let router = ServiceRouter(service)
    HealthRoutes { await readiness.check() }.add(to: router)
    let guarded = router.guarded
    let closer = RunCloser(store: store, publisher: publisher, owner: spool.owner)
    AgentRoutes(
        store: store,
        queue: queue,
        closer: closer,
        executor: executor,
        browser: configuration.browser,
        hasModel: configuration.planning.model != nil
    )
    .add(to: guarded)
    ScreenshotRoutes(store: ScreenshotStore(store: store, configuration: configuration)).add(to: guarded)

    let connections = ConnectionTable(limits: service.connections)
    return Application(
        router: router,
        server: .service(connections),
        configuration: ApplicationConfiguration(service),
        // They end in reverse: first the server, which Hummingbird adds as the last, then the runs, then what looks after them, then Redis.
        services: [redis, waitingRedis, liveRedis, leaseService, executor, readinessWatch],
        onServerRunning: { channel in
            try? await connections.watch(channel, logger: logger)
            let port = channel.localAddress?.port ?? service.port
            logger.info("listening", metadata: ["url": "http://\(service.host):\(port)"])
            await onListening(port)
            readinessWatch.listens()
        },
        logger: logger.sparing
    )
}
