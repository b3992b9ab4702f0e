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

    /// Knows runs that Redis has forgotten.
    let archive: ArchiveAccess

    /// - Throws: `Problem` 403, whether there is such a run or not; 503 if Redis is needed and does not answer.
    func check(
        _ requestID: Identifier,
        _ context: ServiceContext,
        for permission: Permission = .view
    ) async throws {
        try await context.require(permission, onRun: requestID) {
            if let names = try await names(of: requestID) { return names }
            return await archive.names(of: requestID)
        }
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
