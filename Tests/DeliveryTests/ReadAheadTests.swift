//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis
import TestSupport
import Testing

@testable import Delivery

@Suite("A page that is asked for ahead")
struct ReadAheadTests {
    private let ahead = ReadAhead()

    private func question(_ number: UInt64, epoch: Int = 0, read: UInt64 = 1000) throws -> ReadAhead.Question {
        let id = EntryID(milliseconds: number, sequence: 0)
        let read = EntryID(milliseconds: read, sequence: 0)
        return ReadAhead.Question(name: .run(try Identifier("r")), id: id, epoch: epoch, read: read)
    }

    private func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await ahead.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Asks as soon as somebody is there to ask.
    private func begin(
        _ question: ReadAhead.Question,
        _ ask: @escaping @Sendable () async throws(RedisError) -> RESPValue
    ) async throws {
        try await eventually("the question to be asked") {
            ahead.begin(question, ask)
            return await ahead.take(question) != nil
        }
        ahead.begin(question, ask)
    }

    @Test("Is given once, and to the same question only")
    func same() async throws {
        try await running {
            let asked = try question(1)
            try await begin(asked) { () throws(RedisError) in .integer(7) }
            for other in [try question(2), try question(1, epoch: 1), try question(1, read: 1001)] {
                #expect(await ahead.take(other) == nil)
            }
            // It is kept for a moment only.
            try await eventually("the answer") {
                ahead.begin(asked) { () throws(RedisError) in .integer(7) }
                return await ahead.take(asked) == .integer(7)
            }
            #expect(await ahead.take(asked) == nil)
        }
    }

    @Test("Is asked for again by itself where asking has failed")
    func failure() async throws {
        try await running {
            let asked = try question(1)
            try await begin(asked) { () throws(RedisError) in .integer(7) }
            _ = await ahead.take(asked)
            ahead.begin(asked) { () throws(RedisError) in throw RedisError(.unavailable, "Redis is away") }
            #expect(await ahead.take(asked) == nil)
        }
    }

    @Test("Is not waited for where nobody asks")
    func nobody() async throws {
        let asked = try question(1)
        ahead.begin(asked) { () throws(RedisError) in .integer(7) }
        #expect(await ahead.take(asked) == nil)
    }

    @Test("Is not waited for beyond the end of who waits, nor without room")
    func slow() async throws {
        try await running {
            let first = try question(0)
            try await begin(first) { () throws(RedisError) in .integer(7) }
            for number in 1...50 {
                ahead.begin(try question(UInt64(number))) { () throws(RedisError) in
                    try? await Task.sleep(for: .seconds(3600))
                    return .integer(7)
                }
            }
            #expect(await ahead.take(try question(50)) == nil)
            let waiting = Task { await ahead.take(try question(1)) }
            waiting.cancel()
            #expect(try await waiting.value == nil)
        }
    }
}
