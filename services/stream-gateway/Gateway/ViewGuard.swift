//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import Keys
import Redis
import ServiceKit

/// Refuses requests for runs that the client may not view.
struct ViewGuard: Sendable {
    let redis: RedisClient
    let prefix: String

    /// - Throws: `Problem` 403, whether there is such a run or not; 503 if Redis is needed and does not answer.
    func check(_ requestID: Identifier, _ context: ServiceContext) async throws {
        try await context.require(.view, onRun: requestID) { try await names(of: requestID) }
    }

    /// The batch and session of a run that agent-api knows.
    private func names(of requestID: Identifier) async throws -> RunNames? {
        do {
            let key = Keyspace(prefix: prefix).run(requestID).run
            let json = try await redis.send(RedisCommand("HGET", key, "run")).as(String?.self)
            guard let json, let run = try? Run(json: json.utf8) else { return nil }
            return RunNames(requestID: requestID, batchID: run.batchID, sessionID: run.sessionID)
        } catch {
            throw Problem(
                .serviceUnavailable,
                "The batch and session of \(requestID) are unknown: \(Readiness.Fault(error).summary)",
                headers: [.retryAfter: "1"]
            )
        }
    }
}
