//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Keys
import Redis
import Webhooks

/// The deliveries of webhooks in Redis. The script that writes a run's end records them (`webhooks.lua`).
struct WebhookStore: Sendable {
    /// A delivery that this process has taken, for as long as an attempt may last.
    struct Claim: Sendable {
        var requestID: Identifier
        var delivery: WebhookDelivery
        /// What the event is about, as JSON text.
        var data: String
        /// The URL and the secret of the run's own webhook, if that is the target.
        var url: String
        var secret: String
        fileprivate var member: String
        fileprivate var taken: String
    }

    let database: RunDatabase

    private var redis: RedisClient { database.redis }

    /// Takes deliveries that are due.
    ///
    /// - Parameter milliseconds: After which another process may take them, unless they are settled before.
    /// - Throws: `RedisError`.
    func claim(limit: Int, milliseconds: Int) async throws(RedisError) -> [Claim] {
        let reply = try await redis.evaluate(
            Self.claiming,
            keys: [database.keys.webhooks],
            arguments: [database.keys.prefix, milliseconds, limit]
        )
        var claims: [Claim] = []
        for value in try reply.as([RESPValue].self) {
            let texts = try value.as([String].self)
            guard texts.count == 7, let requestID = Identifier(rawValue: texts[0]),
                let delivery = try? WebhookDelivery(json: texts[1].utf8)
            else { continue }
            claims.append(
                Claim(
                    requestID: requestID,
                    delivery: delivery,
                    data: texts[2],
                    url: texts[3],
                    secret: texts[4],
                    member: texts[5],
                    taken: texts[6]
                )
            )
        }
        return claims
    }

    /// Stores a delivery after an attempt, or gives it back.
    ///
    /// - Parameter pause: When it is due again, in milliseconds from now; `nil` for never.
    /// - Throws: `RedisError`.
    func settle(_ claim: Claim, pause: Int64?) async throws(RedisError) {
        let keys = database.keys.run(claim.requestID)
        let isDisabled = claim.delivery.status == .disabled && claim.delivery.target == .run
        _ = try await redis.evaluate(
            Self.settling,
            keys: [database.keys.webhooks, keys.webhooks, keys.run],
            arguments: [
                claim.member, claim.delivery.id, claim.taken, claim.delivery.json, pause.map { "\($0)" } ?? "",
                isDisabled ? 1 : 0,
            ]
        )
    }

    /// The deliveries of a run, the oldest first, and its URL.
    ///
    /// - Throws: `RedisError`.
    func deliveries(of requestID: Identifier) async throws(RedisError) -> (list: [WebhookDelivery], url: String?) {
        let reply = try await redis.send(RedisCommand("HGETALL", database.keys.run(requestID).webhooks))
        let texts = try reply.as([String].self)
        var list: [WebhookDelivery] = []
        var url: String?
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            if texts[index] == "url" { url = texts[index + 1] }
            guard texts[index].hasPrefix("msg_"), !texts[index].hasSuffix(":data") else { continue }
            if let delivery = try? WebhookDelivery(json: texts[index + 1].utf8) { list.append(delivery) }
        }
        return (list.sorted { ($0.createdMS, $0.id) < ($1.createdMS, $1.id) }, url)
    }

    /// Makes a delivery due now.
    ///
    /// - Returns: The delivery; `nil` if there is none with that id.
    /// - Throws: `RedisError`.
    func redeliver(_ id: String, of requestID: Identifier, at time: Int64) async throws(RedisError) -> WebhookDelivery?
    {
        let hash = database.keys.run(requestID).webhooks
        guard id.hasPrefix("msg_"), !id.hasSuffix(":data") else { return nil }
        while true {
            guard let before = try await redis.send(RedisCommand("HGET", hash, id)).as(String?.self),
                var delivery = try? WebhookDelivery(json: before.utf8)
            else { return nil }
            delivery.redeliver(at: time)
            let reply = try await redis.evaluate(
                Self.redelivering,
                keys: [database.keys.webhooks, hash],
                arguments: ["\(requestID) \(id)", id, before, delivery.json]
            )
            // An attempt may have been recorded in between.
            if try reply.as(Bool.self) { return delivery }
        }
    }

    private static let claiming = RedisScript(queue: Embedded.claimWebhooksLua)

    private static let settling = RedisScript(queue: Embedded.settleWebhookLua)

    private static let redelivering = RedisScript(queue: Embedded.redeliverWebhookLua)
}
