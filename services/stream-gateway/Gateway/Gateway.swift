//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery
import Hummingbird
import LiveView
package import Logging
import NIOCore
import Redis
import ServiceKit
package import ServiceLifecycle

/// The service `stream-gateway`, complete: HTTP, delivery, and its connections to Redis.
///
/// - Parameters:
///   - configuration: The settings.
///   - logger: For the service's own log.
///   - onListening: Is told the port, once the service listens; of use when the settings say 0.
package func buildGateway(
    configuration: GatewayConfiguration,
    logger: Logger,
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
) -> any Service {
    let service = configuration.service
    // A reply has pages of many streams, each with at most as much as a heavy stream takes.
    var settings = service.redis
    settings.largestReply = 4 * configuration.largestValue
    let redis = RedisClient(configuration: settings, logger: logger)
    settings.largestReply = configuration.largestValue
    let subscriber = service.publishes ? RedisSubscriber(configuration: settings, logger: logger.sparing) : nil
    // Hundreds of megabytes take their time.
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
    let hub = TopicHub(
        reader: reader,
        subscriber: subscriber,
        heartbeatInterval: configuration.heartbeatInterval,
        maximumViewers: configuration.maximumViewers,
        shutdownSpread: configuration.shutdownSpread,
        retry: configuration.retryMilliseconds
    )

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
        maximumViewers: configuration.maximumViewers
    )

    let readiness = Readiness(logger: logger) {
        if let fault = await Readiness.fault(of: redis, prefix: service.streamPrefix) { return fault }
        return await probe.check().map { Readiness.Fault("Redis does not deliver messages.", detail: $0) }
    }

    let readinessWatch = ReadinessWatch { await readiness.check() }

    let agentAPI = AgentAPIForwarder(
        to: configuration.agentAPI,
        timeToAnswer: configuration.agentAPITimeout,
        logger: logger.sparing
    )

    // Pages of other origins may read streams. What is forwarded is for the gateway's own page: others ask agent-api, which
    // has origins of its own.
    let router = ServiceRouter(
        service,
        origins: .loopback,
        below: "/api/v1/",
        outermost: ConnectionTakeoverMiddleware()
    )
    HealthRoutes { await readiness.check() }.add(to: router)
    let guarded = router.guarded
    StreamRoutes(configuration: configuration, hub: hub, redis: redis).add(to: guarded)
    LiveViewRoutes(hub: live, maximumViewers: configuration.maximumViewers).add(to: guarded)
    ChangeRoutes(configuration: configuration, feed: changes, hub: hub).add(to: guarded)
    agentAPI.add(to: guarded)
    PageRoutes().add(to: guarded)

    let connections = ConnectionTable(limits: service.connections)
    return Application(
        router: router,
        server: .service(connections),
        configuration: ApplicationConfiguration(service),
        // The last one is the server, which Hummingbird adds: it ends first, and with it the viewers.
        services: [redis, heavyRedis, waitingRedis, liveRedis, liveSubscriber] + (subscriber.map { [$0] } ?? [])
            + [probe, changes, hub, live, readinessWatch, agentAPI],
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
