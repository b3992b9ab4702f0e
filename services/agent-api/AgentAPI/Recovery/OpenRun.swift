//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// What Redis stores of a run that is to be ended for its dead process.
struct OpenRun: Sendable {
    /// The run, if it is still in Redis.
    var run: Run?

    /// The number of the next record, from 1 to 2^53; `nil` if none can follow because the run has ended or is unknown
    /// to Redis.
    var nextSeq: Int?

    /// The number of steps begun.
    var steps: Int

    /// Valid numbers in Redis. Numbers in Lua and JSON are exact up to 2^53, which leaves room for one more.
    static let numbers: ClosedRange<Int> = 0...((1 << 53) - 1)
}

extension RunStore {
    /// The state of a run according to Redis.
    ///
    /// - Throws: `RedisError`.
    func openRun(_ requestID: Identifier) async throws(RedisError) -> OpenRun {
        let keys = self.keys(of: requestID)
        // The last entries give the run's current step.
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

    /// The number after the counter's. If the counter is invalid, the records give the number.
    private static func number(after counter: String?, _ entries: [RedisStreamEntry]) -> Int {
        guard let counter else { return 1 }
        if let last = Int(counter), OpenRun.numbers.contains(last) { return last + 1 }
        return (last("seq", in: entries) ?? 0) + 1
    }

    /// The number under that name in the latest entry that has one.
    private static func last(_ name: String, in entries: [RedisStreamEntry]) -> Int? {
        entries.lazy.compactMap { $0[name].flatMap { Int($0) } }.first(where: OpenRun.numbers.contains)
    }
}
