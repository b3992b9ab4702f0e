//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Keys
import Redis

/// Reads what agent-api keeps of runs.
struct RunFactsReader: Sendable {
    let redis: RedisClient
    let keys: Keyspace

    /// What is known of some runs. Those that agent-api does not know are left out.
    ///
    /// - Throws: `RedisError`.
    func facts(of runs: [Identifier]) async throws(RedisError) -> [Identifier: RunFacts] {
        if runs.isEmpty { return [:] }
        var facts: [Identifier: RunFacts] = [:]
        let answers = try await redis.pipeline(runs.map { RedisCommand("HGET", keys.run($0).run, "run") })
        for (run, answer) in zip(runs, answers) {
            // A key of another type is nobody's state.
            guard let json = try? answer.get().as(String?.self), let state = try? Run(json: json.utf8) else { continue }
            facts[run] = RunFacts(state)
        }
        return facts
    }
}
