//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// What Redis knows of a run whose process is gone.
struct RunRemains: Sendable {
    /// The run, if Redis still knows it.
    var run: Run?

    /// The number that the next record would have, from 1 to 2^53; `nil` when there is none to come: the run has
    /// ended, or Redis knows nothing of it.
    var nextSeq: Int?

    /// How many steps were begun.
    var steps: Int

    /// Numbers that Redis may hold. Lua's and JSON's are exact up to 2^53, which leaves room for one more. What is outside of
    /// that is no number.
    static let numbers: ClosedRange<Int64> = 0...((1 << 53) - 1)
}

extension RunStore {
    /// What there is of a run whose process is gone.
    ///
    /// - Throws: `RedisError`.
    func remains(of requestID: Identifier) async throws(RedisError) -> RunRemains {
        let keys = self.keys(of: requestID)
        // The last entries tell the step that the run was in.
        let answers = try await redis.pipeline([
            RedisCommand("HGET", keys.run, "run"), RedisCommand("GET", keys.seq), RedisCommand("EXISTS", keys.ended),
            RedisCommand("XREVRANGE", keys.stream, "+", "-", "COUNT", 50),
        ])
        guard answers.count == 4 else { throw RedisError(.protocolError, "there are answers missing") }
        let run = try answers[0].get().string.flatMap { try? Run(json: $0.utf8) }
        let counter = try answers[1].get()
        let entries = try answers[3].get().array ?? []
        let hasEnded = try answers[2].get().integer == 1 || run?.status.isFinal == true
        let isKnown = run != nil || !counter.isNull
        return RunRemains(
            run: run,
            nextSeq: isKnown && !hasEnded ? Self.number(after: counter, entries) : nil,
            steps: Self.last("step", in: entries) ?? 0
        )
    }

    /// The number that follows what the counter says. Where it says nothing that can be a number, the records themselves tell.
    private static func number(after counter: RESPValue, _ entries: [RESPValue]) -> Int {
        if counter.isNull { return 1 }
        if let last = counter.integer, RunRemains.numbers.contains(last) { return Int(last) + 1 }
        return (last("seq", in: entries) ?? 0) + 1
    }

    /// The number of that name of the latest entry that has one.
    private static func last(_ name: String, in entries: [RESPValue]) -> Int? {
        for entry in entries {
            guard let parts = entry.array, parts.count == 2, let fields = parts[1].array else { continue }
            for index in stride(from: 0, to: fields.count - 1, by: 2) where fields[index].string == name {
                if let number = fields[index + 1].integer, RunRemains.numbers.contains(number) { return Int(number) }
            }
        }
        return nil
    }
}
