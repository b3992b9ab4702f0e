//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import CoreMetrics
import Hosts
import Logging
import Redis
import ServiceKit
import ServiceLifecycle
import Synchronization
import Webhooks

/// Delivers webhooks. Each process takes what is due, and gives it back with the result.
struct WebhookService: Service {
    static let descriptions: [String: MetricRegistry.Description] = [
        "stepcast_webhook_deliveries_total": .init("Attempts to deliver webhooks, by what came of them.")
    ]

    /// How often it looks for deliveries that are due.
    private static let interval = Duration.milliseconds(500)

    /// How long a shutdown waits for attempts under way. Those that are cut off are repeated by another process.
    private static let farewell = Duration.seconds(3)

    let store: WebhookStore
    let settings: WebhookSettings
    let client: WebhookClient
    let metrics: any MetricsFactory
    let logger: Logger
    private let load = SharedLoad()

    init(
        store: WebhookStore,
        settings: WebhookSettings,
        client: WebhookClient,
        metrics: any MetricsFactory,
        logger: Logger
    ) {
        self.store = store
        self.settings = settings
        self.client = client
        self.metrics = metrics
        self.logger = logger
    }

    func run() async {
        let (claims, continuation) = AsyncStream.makeStream(of: WebhookStore.Claim.self)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await cancelWhenGracefulShutdown { await claimUntilCancelled(continuation) }
                continuation.finish()
            }
            for await claim in claims { group.addTask { await carryOut(claim) } }
            let deadline = ContinuousClock.now + Self.farewell
            while load.count > 0, .now < deadline, (try? await Task.sleep(for: .milliseconds(50))) != nil {}
            group.cancelAll()
        }
        await client.close()
    }

    private func claimUntilCancelled(_ claims: AsyncStream<WebhookStore.Claim>.Continuation) async {
        // Longer than an attempt, so that nothing is sent twice while its process is alive.
        let milliseconds = Int(settings.limits.total) * 1000 + 5000
        while !Task.isCancelled {
            do {
                let free = load.free
                if free > 0 {
                    for claim in try await store.claim(limit: free, milliseconds: milliseconds) { claims.yield(claim) }
                }
            } catch {
                logger.debug("could not look for webhooks", error: error)
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func carryOut(_ claim: WebhookStore.Claim) async {
        var claim = claim
        let (url, secret) =
            switch claim.delivery.target {
            case .run: (claim.url, WebhookSecret(claim.secret) ?? settings.secret)
            case .service: (settings.url ?? "", settings.secret)
            }
        guard let origin = WebOrigin(url: url) else {
            // Another process may have a WEBHOOK_URL.
            let reason = "the process that was to deliver it has no WEBHOOK_URL"
            return await settle(&claim, claim.delivery.target == .run ? .refused("no URL") : .failed(reason))
        }
        guard load.begin(origin) else { return await postpone(claim) }
        defer { load.end(origin) }
        let result = await client.post(
            claim.delivery.payload(claim.data),
            of: claim.delivery,
            to: url,
            secret: secret,
            seconds: Timestamp.now().milliseconds / 1000
        )
        // An attempt that the shutdown has cut off is due again when the claim expires.
        guard !Task.isCancelled else { return }
        await settle(&claim, result)
    }

    private func settle(_ claim: inout WebhookStore.Claim, _ result: WebhookDelivery.Result) async {
        let pause = claim.delivery.record(
            result,
            at: Timestamp.now().milliseconds,
            schedule: settings.schedule,
            spread: .random(in: 0...1)
        )
        let outcome = pause == nil ? claim.delivery.status?.rawValue ?? "" : "retried"
        Counter(label: "stepcast_webhook_deliveries_total", dimensions: [("outcome", outcome)], factory: metrics)
            .increment()
        if claim.delivery.status != .delivered {
            logger.notice(
                "a webhook was not delivered",
                metadata: [
                    "request_id": "\(claim.requestID)", "delivery": "\(claim.delivery.id)", "outcome": "\(outcome)",
                    "status": "\(claim.delivery.lastStatus.map(String.init) ?? "none")",
                    "reason": "\(claim.delivery.lastError ?? "")",
                ]
            )
        }
        do {
            try await store.settle(claim, pause: pause)
        } catch {
            // It is due again when the claim expires.
            logger.debug("could not store the result of a webhook", error: error)
        }
    }

    /// Leaves room for other receivers: this one has as many deliveries under way as it may.
    private func postpone(_ claim: WebhookStore.Claim) async {
        do {
            try await store.settle(claim, pause: 1000)
        } catch {
            logger.debug("could not postpone a webhook", error: error)
        }
    }
}

/// The load of this process.
private final class SharedLoad: Sendable {
    private let state = Mutex(WebhookLoad())

    var free: Int { state.withLock(\.free) }
    var count: Int { state.withLock(\.count) }
    func begin(_ origin: WebOrigin) -> Bool { state.withLock { $0.begin(origin) } }
    func end(_ origin: WebOrigin) { state.withLock { $0.end(origin) } }
}
