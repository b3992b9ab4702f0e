//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis
import ServiceTesting
import TestSupport
import Testing

@testable import AgentAPI

/// Writing to a real Redis, without HTTP and a browser.
@Suite("Redis")
struct PublishingTests {
    private let runID: Identifier
    private let request: RunRequest

    init() throws {
        runID = try Identifier("r1")
        request = RunRequest(task: "dance", requestID: runID)
    }

    private struct Scene {
        let server: RedisServer
        let database: RunDatabase
        let store: RunStore
        let publisher: RecordPublisher

        func leases(owner: String, seconds: Int = 60) -> RunLeases {
            RunLeases(database, owner: owner, seconds: seconds)
        }

        func queue(owner: String) -> RunQueue {
            RunQueue(
                database,
                blocking: database.redis,
                limits: .init(concurrency: 2, waiting: 10),
                leases: leases(owner: owner)
            )
        }

        func orphanedRuns(owner: String) -> OrphanedRuns {
            let leases = self.leases(owner: owner)
            let logger = quietLogger("test")
            let keeper = LeaseKeeper(leases: leases, logger: logger)
            return OrphanedRuns(
                leases: leases,
                queue: queue(owner: owner),
                keeper: keeper,
                store: store,
                publisher: publisher,
                logger: logger
            )
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withRedisClient(of: server) { redis in
                let database = RunDatabase(redis: redis, prefix: "browser_use_logs", timeToLive: 60)
                try await body(
                    Scene(
                        server: server,
                        database: database,
                        store: RunStore(database: database),
                        publisher: RecordPublisher(database, maximumLength: 1000, payload: .json)
                    )
                )
            }
        }
    }

    private func record(_ seq: Int) -> LogRecord {
        var record = LogRecord(message: "line \(seq)", requestID: runID, timestamp: .now(), step: seq)
        record.seq = seq
        return record
    }

    private func end(_ seq: Int) -> LogRecord {
        let outcome = RunOutcome(status: .completed, result: "done", steps: seq)
        var record = LogRecord.end(of: runID, outcome: outcome, at: .now())
        record.seq = seq
        return record
    }

    private func addedRun(_ scene: Scene, owner: String) async throws -> Run {
        let run = Run(request, channel: "c", createdAt: .now())
        let queue = scene.queue(owner: owner)
        #expect(try await queue.add(run, request: request) == .added)
        let entry = try await eventually("the run in the queue") { try await queue.next().first }
        let begun = try await queue.begin(entry)
        #expect(begun?.request == request.json)
        return run
    }

    @Test("Accepts each record once, and nothing after the end")
    func fencing() async throws {
        try await withScene { scene in
            var run = try await addedRun(scene, owner: "a")
            #expect(try await scene.publisher.publish(self.record(1), owner: "a") == .written)
            #expect(try await scene.publisher.publish(self.record(1), owner: "a") == .repeated)
            run.finish(RunOutcome(status: .completed, steps: 1), at: .now())
            #expect(try await scene.publisher.publish(end(2), state: run.json, owner: "a") == .written)
            #expect(try await scene.store.run(runID) == run, "the state comes with the record")
            #expect(try await scene.publisher.publish(end(2), state: run.json, owner: "a") == .repeated)
            #expect(try await scene.publisher.publish(self.record(3), owner: "b") == .fenced)
            #expect(try await scene.store.update(run.json, of: runID, owner: "b") == .fenced)
            #expect(try await scene.leases(owner: "a").renew(runID) == "a", "there is nothing left to renew")
            let stream = try await RunStream(scene.server, "r1")
            #expect(stream.isWholeAndEnded)
            #expect(stream.entries.count == 2)
        }
    }

    @Test("Lets one of many processes end a lost run, and rejects later records of its own process")
    func oneTaker() async throws {
        try await withScene { scene in
            let run = try await addedRun(scene, owner: "a")
            #expect(try await scene.publisher.publish(record(1), owner: "a") == .written)
            #expect(try await scene.server.cli("DEL", "{browser_use_logs:r1}:lease") == "1")
            try await withThrowingDiscardingTaskGroup { group in
                for number in 1...16 {
                    group.addTask { try await scene.orphanedRuns(owner: "taker \(number)").end(runID, heldBy: nil) }
                }
            }
            #expect(try await RunStream(scene.server, "r1").isWholeAndEnded)
            #expect(try await scene.publisher.publish(record(2), owner: "a") == .fenced)
            #expect(try await scene.publisher.publish(end(3), state: run.json, owner: "a") == .fenced)
            #expect(try await scene.store.update(run.json, of: runID, owner: "a") == .fenced)
            #expect(try await scene.leases(owner: "a").renew(runID) != "a")
            let stream = try await RunStream(scene.server, "r1")
            #expect(stream.entries.count == 2)
            #expect(stream.messages.last == "🏁 Run failed: worker lost")
            #expect(try await scene.store.run(runID)?.error == "worker lost")
            #expect(try await scene.store.run(runID)?.steps == 1)
        }
    }

    @Test("Lets no process end a run that has a lease or has ended")
    func notLost() async throws {
        try await withScene { scene in
            _ = try await addedRun(scene, owner: "a")
            try await scene.orphanedRuns(owner: "b").end(runID, heldBy: nil)
            try await scene.orphanedRuns(owner: "b").end(runID, heldBy: "b")
            #expect(try await RunStream(scene.server, "r1").entries.isEmpty)
            #expect(try await scene.publisher.publish(end(1), owner: "a") == .written)
            try await scene.orphanedRuns(owner: "b").end(runID, heldBy: nil)
            #expect(try await RunStream(scene.server, "r1").entries.count == 1)
        }
    }

    @Test("Lists a run as overdue when its lease has expired, and its other keys are not streams")
    func overdue() async throws {
        try await withScene { scene in
            let long = scene.leases(owner: "a")
            let quick = scene.leases(owner: "a", seconds: 1)
            _ = try await addedRun(scene, owner: "a")
            #expect(try await long.overdue(limit: 10).isEmpty)
            #expect(try await quick.renew(runID) == nil)
            try await quick.announce([runID])
            try await eventually("the lease to end") {
                let isHeld = try await scene.store.hasLease(runID)
                let overdue = try await quick.overdue(limit: 10)
                return !isHeld && overdue == [runID]
            }
            #expect(try await long.renew(runID) == nil)
            try await long.announce([runID])
            #expect(try await long.overdue(limit: 10).isEmpty)
            #expect(try await scene.server.cli("KEYS", "browser_use_logs:*").isEmpty)
            #expect(try await scene.publisher.publish(record(1), owner: "a") == .written)
            #expect(try await scene.server.cli("KEYS", "browser_use_logs:*") == "browser_use_logs:r1")
        }
    }
}
