//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// What Redis knows of a run that is to be ended in place of its process.
struct OpenRun: Sendable {
    /// The run, if Redis still knows it.
    var run: Run?

    /// The number that the next record would have, from 1 to 2^53; `nil` when there is none to come: the run has
    /// ended, or Redis knows nothing of it.
    var nextSeq: Int?

    /// How many steps were begun.
    var steps: Int

    /// Numbers that Redis may hold. Lua's and JSON's are exact up to 2^53, which leaves room for one more. What is outside of
    /// that is no number.
    static let numbers: ClosedRange<Int> = 0...((1 << 53) - 1)
}

extension RunStore {
    /// How far a run is by what Redis knows.
    ///
    /// - Throws: `RedisError`.
    func openRun(_ requestID: Identifier) async throws(RedisError) -> OpenRun {
        let keys = self.keys(of: requestID)
        // The last entries tell the step that the run was in.
        let answers = try await redis.pipeline([
            RedisCommand("HGET", keys.run, "run"), RedisCommand("GET", keys.seq), RedisCommand("EXISTS", keys.ended),
            RedisCommand("XREVRANGE", keys.stream, "+", "-", "COUNT", 50),
        ])
        let run = try answers[0].get().as(String?.self).flatMap { try? Run(json: $0.utf8) }
        let counter = try answers[1].get().as(String?.self)
        let entries = try answers[3].get().as([RedisStreamEntry].self)
        let hasEnded = try answers[2].get().as(Bool.self) || run?.status.isFinal == true
        let isKnown = run != nil || counter != nil
        return OpenRun(
            run: run,
            nextSeq: isKnown && !hasEnded ? Self.number(after: counter, entries) : nil,
            steps: Self.last("step", in: entries) ?? 0
        )
    }

    /// The number that follows what the counter says. Where it says nothing that can be a number, the records themselves tell.
    private static func number(after counter: String?, _ entries: [RedisStreamEntry]) -> Int {
        guard let counter else { return 1 }
        if let last = Int(counter), OpenRun.numbers.contains(last) { return last + 1 }
        return (last("seq", in: entries) ?? 0) + 1
    }

    /// The number of that name of the latest entry that has one.
    private static func last(_ name: String, in entries: [RedisStreamEntry]) -> Int? {
        entries.lazy.compactMap { $0[name].flatMap { Int($0) } }.first(where: OpenRun.numbers.contains)
    }
}
