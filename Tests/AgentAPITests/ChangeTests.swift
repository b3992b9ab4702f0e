//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis
import ServiceTesting
import TestSupport
import Testing

@testable import AgentAPI

/// What the scripts write into the stream of changes of all runs, below HTTP and without a browser.
@Suite("Changes of runs")
struct ChangeTests {
    private struct Scene {
        let redis: RedisClient
        let database: RunDatabase
        let owner = "a"

        var store: RunStore { RunStore(database: database) }
        var publisher: RecordPublisher { RecordPublisher(database, maximumLength: 1000, payload: .json) }
        var leases: RunLeases { RunLeases(database, owner: owner, seconds: 60) }

        var queue: RunQueue {
            RunQueue(database, blocking: redis, limits: .init(concurrency: 2, waiting: 10), leases: leases)
        }

        /// Adds a run and begins it.
        func begunRun(_ request: RunRequest) async throws -> Run {
            var run = Run(request, channel: "c", createdAt: .now())
            #expect(try await queue.add(run, request: request) == .added)
            let entry = try await eventually("the run in the queue") { try await queue.next().first }
            _ = try await queue.begin(entry)
            run.status = .running
            run.startedAt = .now()
            #expect(try await store.update(run.json, of: run.requestID, owner: owner) == .written)
            return run
        }

        func publish(_ seq: Int, step: Int? = nil, of run: Run, state: Run? = nil) async throws {
            var record = LogRecord(message: "line \(seq)", requestID: run.requestID, timestamp: .now(), step: step)
            record.seq = seq
            #expect(try await publisher.publish(record, state: state?.json, owner: owner) == .written)
        }

        func changes() async throws -> [RunChange] {
            let reply = try await redis.send(RedisCommand("XRANGE", "{browser_use_logs}:changes", "-", "+"))
            return try reply.as([RedisStreamEntry].self).compactMap { entry in RunChange { entry[$0] } }
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withRedisClient(of: server) { redis in
                let database = RunDatabase(redis: redis, prefix: "browser_use_logs", timeToLive: 60)
                try await body(Scene(redis: redis, database: database))
            }
        }
    }

    @Test("Are told once each, with the status before, in the step that makes them")
    func statuses() async throws {
        try await withScene { scene in
            let task = "dance " + String(repeating: "ü", count: 500)
            let request = RunRequest(task: task, requestID: try Identifier("r1"), batchID: try Identifier("b1"))
            var run = try await scene.begunRun(request)
            // As after an answer that was lost.
            #expect(try await scene.store.update(run.json, of: run.requestID, owner: scene.owner) == .written)
            run.steps = 1
            try await scene.publish(1, step: 1, of: run, state: run)
            try await scene.publish(2, step: 1, of: run)
            run.finish(RunOutcome(status: .failed, error: "it rains", steps: 1), at: .now())
            var end = LogRecord.end(of: run.requestID, outcome: .init(status: .failed, steps: 1), at: .now())
            end.seq = 3
            end.batchID = run.batchID
            #expect(try await scene.publisher.publish(end, state: run.json, owner: scene.owner) == .written)
            #expect(try await scene.publisher.publish(end, state: run.json, owner: scene.owner) == .repeated)

            let changes = try await scene.changes()
            #expect(changes.map(\.status) == [.queued, .running, .running, .failed])
            #expect(changes.map(\.was) == [nil, .queued, nil, .running])
            #expect(changes.map(\.steps) == [0, 0, 1, 1])
            let last = try #require(changes.last)
            #expect(last.error == "it rains")
            #expect(last.batchID?.rawValue == "b1")
            #expect(last.sessionID.rawValue == "r1")
            #expect(last.createdAt == run.createdAt)
            #expect(last.finishedAt == run.finishedAt)
            // 400 bytes, and not half of a character.
            #expect(last.task == "dance " + String(repeating: "ü", count: 197) + "…")
            #expect(try await scene.redis.send(RedisCommand("TTL", "{browser_use_logs}:changes")).as(Int.self) > 0)
        }
    }

    @Test("A run with very many steps tells a few of them, and the last one with the next renewal of its lease")
    func manySteps() async throws {
        try await withScene { scene in
            let run = try await scene.begunRun(RunRequest(task: "dance", requestID: try Identifier("r1")))
            var state = run
            let clock = ContinuousClock()
            let began = clock.now
            for step in 1...500 {
                state.steps = step
                try await scene.publish(step, step: step, of: run, state: state)
            }
            let halves = Int(began.duration(to: clock.now) / .milliseconds(500))
            let told = try await scene.changes().map(\.steps)
            #expect(told.count >= 8)
            #expect(told.count <= 12 + halves)
            #expect(told == told.sorted())
            // The run is as far as it is, whatever was told.
            #expect(try await scene.store.run(run.requestID)?.steps == 500)
            try await eventually("the last step") {
                #expect(try await scene.leases.renew(run.requestID) == nil)
                return try await scene.changes().last?.steps == 500
            }
            let count = try await scene.changes().count
            #expect(try await scene.leases.renew(run.requestID) == nil)
            #expect(try await scene.changes().count == count)
        }
    }

    @Test("The stream is trimmed")
    func trimmed() async throws {
        try await withScene { scene in
            let fill = """
                for i = 1, 12000 do redis.call('XADD', KEYS[1], '*', 'request_id', 'x', 'status', 'queued') end
                """
            _ = try await scene.redis.send(RedisCommand("EVAL", fill, "1", "{browser_use_logs}:changes"))
            _ = try await scene.begunRun(RunRequest(task: "dance", requestID: try Identifier("r1")))
            let length = try await scene.redis.send(RedisCommand("XLEN", "{browser_use_logs}:changes")).as(Int.self)
            #expect((10_000...10_200).contains(length))
        }
    }
}
