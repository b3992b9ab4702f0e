//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archive
import Archiving
import Delivery
import LiveView
package import Logging
import Redis
import ServiceKit
package import ServiceLifecycle

/// The complete service `stream-gateway`: HTTP, delivery, and its connections to Redis.
///
/// - Parameters:
///   - configuration: The settings.
///   - logger: The service's own log.
///   - onListening: Called with the port once the service listens, for when the setting is 0.
package func buildGateway(
    configuration: GatewayConfiguration,
    logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
) -> any Service {
    let service = configuration.service
    // A reply has pages of many streams, each up to the maximum size.
    var settings = service.redis
    settings.largestReply = 4 * configuration.largestValue
    let redis = RedisClient(configuration: settings, logger: logger)
    settings.largestReply = configuration.largestValue
    let subscriber = service.publishes ? RedisSubscriber(configuration: settings, logger: logger.sparing) : nil
    // Hundreds of megabytes take time to transfer.
    settings.commandTimeout = .seconds(20)
    let heavyRedis = RedisClient(configuration: settings, logger: logger.sparing)
    let reader = StreamReader(
        redis: redis,
        heavyRedis: heavyRedis,
        prefix: service.streamPrefix,
        largestValue: configuration.largestValue
    )
    // Redis answers it only when there is something new, which would hold up all that follows.
    let waitingRedis = RedisClient(configuration: service.redis, logger: logger.sparing)
    let changes = ChangeFeed(
        ChangeStream(redis: redis, waiting: waitingRedis, prefix: service.streamPrefix),
        logger: logger.sparing
    )
    let probe = SubscriptionProbe(redis: redis, subscriber: subscriber, logger: logger)
    let archive = configuration.archive == .none ? nil : OpenArchive(configuration.archive)
    let hub = TopicHub(
        reader: reader,
        subscriber: subscriber,
        heartbeatInterval: configuration.heartbeatInterval,
        maximumViewers: configuration.maximumViewers,
        shutdownSpread: configuration.shutdownSpread,
        retry: configuration.retryMilliseconds,
        past: archive.map(ArchivedPast.init)
    )

    // The archive has a connection of its own too.
    let archiveRedis = RedisClient(configuration: settings, logger: logger.sparing)
    let archiver = archive.map {
        Archiver(
            $0,
            hub: hub,
            redis: archiveRedis,
            prefix: service.streamPrefix,
            limits: configuration.archiveLimits,
            logger: logger
        )
    }

    // Pictures have connections of their own, so that they hold up no record.
    settings.commandTimeout = service.redis.commandTimeout
    settings.largestReply = 1 << 20
    let liveRedis = RedisClient(configuration: settings, logger: logger.sparing)
    let liveSubscriber = RedisSubscriber(configuration: settings, logger: logger.sparing)
    let live = LiveHub(
        redis: liveRedis,
        subscriber: liveSubscriber,
        prefix: service.streamPrefix,
        heartbeat: configuration.heartbeatInterval,
        maximumViewers: configuration.maximumViewers,
        maximumRuns: configuration.maximumWatchedRuns
    )

    let readiness = Readiness(logger: logger) {
        if let fault = await Readiness.fault(of: redis, prefix: service.streamPrefix) { return fault }
        return await probe.check().map { Readiness.Fault("Redis does not deliver messages.", detail: $0) }
    }

    let agentAPI = AgentAPIForwarder(
        to: configuration.agentAPI,
        timeToAnswer: configuration.agentAPITimeout,
        logger: logger.sparing
    )

    // Pages of other origins may read streams. Forwarded requests are for the gateway's own page: others use agent-api
    // directly, which has its own list of origins.
    let router = ServiceRouter(
        service,
        origins: .loopback,
        below: "/api/v1/",
        title: "stream-gateway",
        outermost: ConnectionTakeoverMiddleware(
            isSecure: service.certificate != nil,
            shutdownSpread: configuration.shutdownSpread
        ),
        logger: logger.sparing
    )
    HealthRoutes { await readiness.check() }.add(to: router.open)
    let guarded = router.guarded
    MetricRoutes(router.metrics).add(to: guarded)
    router.metrics.describe(GatewayMetrics.descriptions)
    router.metrics.collect { GatewayMetrics.samples(hub: hub, redis: redis) }
    if let archiver {
        router.metrics.describe(ArchiveMetrics.descriptions)
        router.metrics.collect { ArchiveMetrics.samples(archiver.counts.current) }
    }
    let admission = ViewerAdmission(configuration)
    let archiveAccess = ArchiveAccess(archive: archive, logger: logger.sparing)
    let viewGuard = ViewGuard(redis: redis, prefix: service.streamPrefix, archive: archiveAccess)
    StreamRoutes(configuration: configuration, hub: hub, redis: redis, admission: admission, viewGuard: viewGuard)
        .add(to: guarded)
    let removal = RunRemoval(redis: redis, prefix: service.streamPrefix)
    let pictures = RunPictures(redis: liveRedis, prefix: service.streamPrefix, archive: archiveAccess)
    ArchivedLogRoutes(access: archiveAccess, viewGuard: viewGuard, removal: removal, pictures: pictures)
        .add(to: guarded)
    SearchRoutes(access: archiveAccess).add(to: guarded)
    ImportRoute(access: archiveAccess).add(to: guarded)
    LiveViewRoutes(
        hub: live,
        viewGuard: viewGuard,
        maximumViewers: configuration.maximumViewers,
        admission: admission
    )
    .add(to: guarded)
    ChangeRoutes(configuration: configuration, feed: changes, hub: hub, admission: admission).add(to: guarded)
    agentAPI.add(to: guarded, PictureAnswer(pictures: pictures, viewGuard: viewGuard))
    PageRoutes().add(to: router.unauthenticated)
    SessionRoutes(service, verifier: router.verifier, hasArchive: archive != nil).add(to: router.unauthenticated)
    router.addDocument()

    return router.application(
        service,
        services: [redis, heavyRedis, waitingRedis, liveRedis, liveSubscriber] + (subscriber.map { [$0] } ?? [])
            + [probe, changes, hub, live, agentAPI] + (archiver.map { [archiveRedis, $0] } ?? []),
        readiness: { await readiness.check() },
        logger: logger,
        onListening: onListening
    )
}
