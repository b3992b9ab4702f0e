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

/// The operations of the queue on a real Redis, without HTTP and a browser.
@Suite("A run in the queue")
struct RunQueueTests {
    private struct Scene {
        let server: RedisServer
        let redis: RedisClient

        var database: RunDatabase { RunDatabase(redis: redis, prefix: "browser_use_logs", timeToLive: 60) }

        func queue(_ owner: String, leaseSeconds: Int = 60) -> RunQueue {
            RunQueue(
                database,
                blocking: redis,
                limits: .init(concurrency: 1, waiting: 10),
                leases: RunLeases(database, owner: owner, seconds: leaseSeconds)
            )
        }

        func closer(owner: String) -> RunCloser {
            RunCloser(
                store: RunStore(database: database),
                publisher: RecordPublisher(database, maximumLength: 1000, payload: .json),
                owner: owner
            )
        }

        func add(_ id: String, session: String? = nil, to queue: RunQueue) async throws {
            let session = try session.map { try Identifier($0) }
            let request = RunRequest(task: "dance", requestID: try Identifier(id), sessionID: session)
            let run = Run(request, channel: "c", createdAt: .now())
            #expect(try await queue.add(run, request: request) == .added)
        }

        func taken(by queue: RunQueue) async throws -> RunQueue.Entry {
            try await eventually("a run") { try await queue.next().first }
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withRedisClient(of: server) { redis in
                try await body(Scene(server: server, redis: redis))
            }
        }
    }

    @Test("Is started by one process, which may retry if it got no reply")
    func begun() async throws {
        try await withScene { scene in
            let (first, second) = (scene.queue("a"), scene.queue("b"))
            try await scene.add("r1", to: first)
            let entry = try await scene.taken(by: first)
            #expect(try await first.begin(entry) != nil)
            #expect(try await first.begin(entry) != nil)
            #expect(try await second.begin(entry) == nil)
            #expect(try await first.nextUnanswered() == nil)
            #expect(try await scene.server.cli("XLEN", "{browser_use_logs}:queue") == "0")
            #expect(try await scene.server.cli("GET", "{browser_use_logs:r1}:lease") == "a")
        }
    }

    @Test("That was in a lost reply is found by the process itself")
    func unanswered() async throws {
        try await withScene { scene in
            let queue = scene.queue("a")
            try await scene.add("r1", to: queue)
            let entry = try await scene.taken(by: queue)
            // The reply was lost.
            #expect(try await queue.nextUnanswered() == entry)
            #expect(try await queue.begin(entry) != nil)
            #expect(try await queue.nextUnanswered() == nil)
        }
    }

    @Test("That was taken and not started is taken by another after a lease, or at once if it is put back")
    func abandoned() async throws {
        try await withScene { scene in
            let (first, second) = (scene.queue("a", leaseSeconds: 1), scene.queue("b", leaseSeconds: 1))
            try await scene.add("r1", to: first)
            let entry = try await scene.taken(by: first)
            let claimed = try await eventually("the lease to be over") { try await second.nextIdle() }
            #expect(claimed == entry)
            let patient = scene.queue("c", leaseSeconds: 3600)
            #expect(try await patient.nextIdle() == nil)
            try await second.putBack(claimed)
            let again = try await scene.taken(by: patient)
            #expect(again.requestID == entry.requestID)
            #expect(try await patient.begin(again) != nil)
            try await second.putBack(claimed)
            #expect(try await scene.server.cli("XLEN", "{browser_use_logs}:queue") == "0")
        }
    }

    @Test("That was started and given back is available to others as before")
    func givenBack() async throws {
        try await withScene { scene in
            let (first, second) = (scene.queue("a"), scene.queue("b"))
            try await scene.add("r1", to: first)
            #expect(try await first.begin(try await scene.taken(by: first)) != nil)
            try await second.giveBack(try Identifier("r1"))
            #expect(try await second.next().isEmpty, "only who has it can give it back")
            try await first.giveBack(try Identifier("r1"))
            let again = try await scene.taken(by: second)
            #expect(try await second.begin(again) != nil)
        }
    }

    @Test("That is waiting ends when it is cancelled, and is not started, even if a process has taken it")
    func cancelled() async throws {
        try await withScene { scene in
            let queue = scene.queue("a")
            try await scene.add("r1", to: queue)
            let entry = try await scene.taken(by: queue)
            #expect(try await queue.cancel(entry.requestID) == .waits)
            let result = try await scene.closer(owner: "b").end(entry.requestID) { steps in
                RunOutcome(status: .cancelled, steps: steps)
            }
            #expect(result == .ended)
            #expect(try await queue.cancel(entry.requestID) == .isOver)
            #expect(try await queue.begin(entry) == nil)
            #expect(try await RunStream(scene.server, "r1").isWholeAndEnded)
            #expect(try await scene.server.cli("XPENDING", "{browser_use_logs}:queue", "agents").hasPrefix("0"))
        }
    }

    @Test("That is running is marked when it is cancelled, for its process to see")
    func marked() async throws {
        try await withScene { scene in
            let queue = scene.queue("a")
            try await scene.add("r1", to: queue)
            try await scene.add("r2", to: queue)
            for _ in 1...2 { #expect(try await queue.begin(try await scene.taken(by: queue)) != nil) }
            let runs = [try Identifier("r1"), try Identifier("r2")]
            #expect(try await queue.commands(of: runs).map(\.1) == [RunCommands(), RunCommands()])
            #expect(try await scene.queue("b").cancel(runs[1]) == .isAsked)
            #expect(try await queue.commands(of: runs).map(\.1.isCancelled) == [false, true])
            #expect(try await scene.queue("b").set(hold: "by ada", of: runs[0]) == .taken)
            #expect(try await queue.commands(of: runs).map(\.1.hold) == ["by ada", nil])
            #expect(try await queue.set(hold: nil, of: runs[0]) == .taken)
            #expect(try await queue.commands(of: runs).map(\.1.hold) == [nil, nil])
            #expect(try await queue.cancel(try Identifier("none")) == .isOver)
        }
    }

    @Test("Waits for earlier ones of its session, but not for expired ones")
    func session() async throws {
        try await withScene { scene in
            let queue = scene.queue("a")
            for id in ["s1", "s2", "s3"] { try await scene.add(id, session: "s", to: queue) }
            let first = try await scene.taken(by: queue)
            #expect(first.requestID.rawValue == "s1")
            #expect(try await queue.begin(first) != nil)
            #expect(try await queue.next().isEmpty)
            #expect(try await scene.server.cli("DEL", "{browser_use_logs:s2}:run") == "1")
            _ = try await scene.closer(owner: "a").end(first.requestID, heldBy: "a") { steps in
                RunOutcome(status: .completed, steps: steps)
            }
            #expect(try await scene.taken(by: queue).requestID.rawValue == "s3")
        }
    }

    @Test("Goes to the process that has the cookies of its session, and to any if that has ended")
    func home() async throws {
        try await withScene { scene in
            let (first, second) = (scene.queue("a"), scene.queue("b"))
            func end(_ entry: RunQueue.Entry, heldBy owner: String) async throws {
                let result = try await scene.closer(owner: owner).end(entry.requestID, heldBy: owner) { steps in
                    RunOutcome(status: .completed, steps: steps)
                }
                #expect(result == .ended)
            }
            try await first.register()
            try await second.register()
            try await scene.add("s1", session: "s", to: second)
            let one = try await scene.taken(by: first)
            #expect(try await first.begin(one) != nil)
            try await scene.add("s2", session: "s", to: second)
            try await end(one, heldBy: "a")
            #expect(try await second.next().isEmpty)
            let two = try await scene.taken(by: first)
            #expect(try await first.begin(two) != nil)
            try await end(two, heldBy: "a")

            try await scene.add("s3", session: "s", to: second)
            #expect(try await second.next().isEmpty)
            await first.retire()
            let three = try await scene.taken(by: second)
            #expect(three.requestID.rawValue == "s3")
            #expect(try await second.begin(three) != nil)
            try await end(three, heldBy: "b")

            // A killed process retires by its silence.
            try await scene.add("s4", session: "s", to: first)
            #expect(try await first.next().isEmpty)
            #expect(try await scene.server.cli("ZREM", "{browser_use_logs}:workers", "1:b") == "1")
            #expect(try await first.keep(try Identifier("s4")))
            #expect(try await scene.taken(by: first).requestID.rawValue == "s4")
        }
    }

    @Test("Is not lost if a process that has taken it leaves")
    func departed() async throws {
        try await withScene { scene in
            let (first, second) = (scene.queue("a"), scene.queue("b", leaseSeconds: 1))
            try await scene.add("r1", to: first)
            let entry = try await scene.taken(by: first)
            await first.retire()
            await first.leaveGroup()
            let claimed = try await eventually("the run to be claimed") { try await second.nextIdle() }
            #expect(claimed == entry)
        }
    }
}
