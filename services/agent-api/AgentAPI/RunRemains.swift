//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis

/// What Redis knows of a run whose process is gone.
struct RunRemains: Sendable {
    /// The run, if Redis still knows it.
    var run: Run?

    /// The number that the next record would have; `nil` when there is none to come: the run has ended, or Redis knows
    /// nothing of it.
    var nextSeq: Int?

    /// How many steps were begun.
    var steps: Int
}

extension RunStore {
    /// What there is of a run whose process is gone.
    ///
    /// - Throws: `RedisError`.
    func remains(of requestID: Identifier) async throws(RedisError) -> RunRemains {
        let keys = self.keys(of: requestID)
        // The last entries tell the step that the run was in.
        let answers = try await self.redis.pipeline([
            RedisCommand("HGET", keys.run, "run"), RedisCommand("GET", keys.seq), RedisCommand("EXISTS", keys.ended),
            RedisCommand("XREVRANGE", keys.stream, "+", "-", "COUNT", 50),
        ])
        guard answers.count == 4 else { throw RedisError(.protocolError, "there are answers missing") }
        let run = try answers[0].get().string.flatMap { try? Run(json: $0.utf8) }
        let seq = try answers[1].get().integer
        let hasEnded = try answers[2].get().integer == 1 || run?.status.isFinal == true
        let steps = try answers[3].get().array.map { Self.steps(in: $0) } ?? 0
        let isKnown = run != nil || seq != nil
        return RunRemains(run: run, nextSeq: isKnown && !hasEnded ? Int(seq ?? 0) + 1 : nil, steps: steps)
    }

    private static func steps(in entries: [RESPValue]) -> Int {
        for entry in entries {
            guard let parts = entry.array, parts.count == 2, let fields = parts[1].array else { continue }
            for index in stride(from: 0, to: fields.count - 1, by: 2) where fields[index].string == "step" {
                if let step = fields[index + 1].integer { return Int(clamping: step) }
            }
        }
        return 0
    }
}
