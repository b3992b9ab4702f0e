//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Keys
import Redis
import ServiceKit

/// Removes what Redis has of a run that is over.
struct RunRemoval: Sendable {
    let redis: RedisClient
    let prefix: String

    private var keys: Keyspace { Keyspace(prefix: prefix) }

    /// - Throws: `Problem` 409 for a run that goes on, 503 if Redis does not answer.
    func checkIsOver(_ requestID: Identifier) async throws {
        let json = try await ask {
            () throws(RedisError) in
            try await redis.send(RedisCommand("HGET", keys.run(requestID).run, "run")).as(String?.self)
        }
        guard let json, let run = try? Run(json: json.utf8), !run.status.isFinal else { return }
        throw Problem(.conflict, "The run \(requestID) goes on: it is \(run.status.rawValue). Cancel it first.")
    }

    /// - Returns: Whether there was anything.
    /// - Throws: `Problem` 503 if Redis does not answer.
    func remove(_ requestID: Identifier) async throws -> Bool {
        let run = keys.run(requestID)
        let own = [run.stream, run.seq, run.run, run.ended, run.secrets, run.screenshots]
        let reply = try await ask {
            () throws(RedisError) in
            try await redis.evaluate(
                Self.removing,
                keys: own + [keys.runs, keys.screenshotSizes, keys.screenshotTimes],
                arguments: [requestID.rawValue]
            )
            .as(Int.self)
        }
        return reply > 0
    }

    private func ask<Value>(_ body: () async throws(RedisError) -> Value) async throws -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw Problem(.serviceUnavailable, Readiness.Fault(error).summary, headers: [.retryAfter: "1"])
        }
    }

    private static let removing = RedisScript(Embedded.removeRunLua)
}
