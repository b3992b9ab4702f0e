//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What happens to runs whose process is killed or frozen, with the real program.
@Suite("The runs of a process", .serialized)
struct LostWorkerTests {
    /// Short, to keep the tests short, but long enough for a busy machine to renew it in time.
    private static let quickLease = ["AGENT_LEASE_SECONDS": "6"]

    private struct Scene {
        let redis: RedisServer
        let site: DemoSiteServer
        let directory: TemporaryDirectory
        let client: HTTPClient

        func agentAPI(spool: String = "spool", settings: [String: String] = [:]) async throws -> AgentAPIProcess {
            let own = LostWorkerTests.quickLease.merging(["SPOOL_DIRECTORY": directory.file(spool)]) { $1 }
            return try await AgentAPIProcess(
                redis: redis,
                directory: directory,
                settings: own.merging(settings) { _, given in given },
                client: client
            )
        }

        /// A run that logs a line every second for that many seconds.
        func start(_ requestID: String, seconds: Int, on api: RunningAgentAPI) async throws {
            let waits = (0..<seconds).map { _ in "wait 1 second" }.joined(separator: " and ")
            let body = #"{"task":"go to \#(site.url("/links")) and \#(waits)","request_id":"\#(requestID)"}"#
            #expect(try await api.post(body).status == 200)
        }

        /// How often a process has written to its spool. What it wrote before an outage may be in Redis too.
        func spooled(by process: AgentAPIProcess) -> Int {
            process.process.output.split(separator: "\n").count { $0.contains("records were written to the spool") }
        }

        func untilStep(_ step: Int, of requestID: String) async throws {
            try await eventually("step \(step) of \(requestID)") {
                try await RunStream(redis, requestID).messages.contains { $0.contains("Step \(step):") }
            }
        }

        /// Waits for the `end` of a run and checks that nothing is missing, repeated or after it.
        func endedStream(_ requestID: String) async throws -> RunStream {
            try await eventually("the end of \(requestID)") {
                try await RunStream(redis, requestID).ends > 0
            }
            let stream = try await RunStream(redis, requestID)
            #expect(stream.isWholeAndEnded, "\(stream.entries)")
            return stream
        }

        func expectWorkerLost(_ requestID: String, api: RunningAgentAPI) async throws {
            let stream = try await endedStream(requestID)
            #expect(stream.messages.last == "🏁 Run failed: worker lost")
            let run = try await api.run(requestID)
            #expect(run.status == .failed)
            #expect(run.error == "worker lost")
            #expect(run.finishedAt != nil)
            try await eventually("the index to forget \(requestID)") {
                try await redis.cli("ZSCORE", "{browser_use_logs}:unfinished", requestID).isEmpty
            }
        }
    }

    private func withScene(redisOptions: [String] = [], _ body: (Scene) async throws -> Void) async throws {
        try await withSurroundings(redisOptions: redisOptions) { redis, site, directory, client in
            try await body(Scene(redis: redis, site: site, directory: directory, client: client))
        }
    }

    enum Outage: CaseIterable {
        case frozen
        case killed
    }

    @Test(
        "That is killed while Redis is unavailable are delivered by the next start, completely, once and in order",
        arguments: Outage.allCases
    )
    func killedWhileRedisIsAway(_ outage: Outage) async throws {
        let options = ["--appendonly", "yes", "--appendfsync", "always"]
        try await withScene(redisOptions: outage == .killed ? options : []) { scene in
            let first = try await scene.agentAPI()
            try await scene.start("r1", seconds: 30, on: first.api)
            try await scene.untilStep(2, of: "r1")
            switch outage {
            case .frozen: scene.redis.suspend()
            case .killed: try await scene.redis.kill()
            }
            let before = scene.spooled(by: first)
            // Some of them may be ones that Redis accepted just before the outage.
            try await eventually("records in the spool") {
                scene.spooled(by: first) >= before + 5
            }
            try await first.process.killGroup()
            switch outage {
            case .frozen: scene.redis.resume()
            case .killed: try await scene.redis.start()
            }
            let atKill = try await RunStream(scene.redis, "r1").entries.count

            let second = try await scene.agentAPI()
            try await scene.expectWorkerLost("r1", api: second.api)
            let stream = try await RunStream(scene.redis, "r1")
            // The records that Redis did not have, and the end. One may have been in flight when Redis stopped.
            #expect(stream.entries.count >= atKill + 3)
            try await eventually("the spool to be empty") {
                try FileManager.default.contentsOfDirectory(atPath: scene.directory.file("spool")).isEmpty
            }
        }
    }

    @Test(
        "That is killed are delivered and ended by another with the same directory, long before the lease expires"
    )
    func adoptedByNeighbour() async throws {
        try await withScene(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) { scene in
            let first = try await scene.agentAPI(settings: ["AGENT_LEASE_SECONDS": "300", "AGENT_CONCURRENCY": "1"])
            try await scene.start("r1", seconds: 45, on: first.api)
            try await scene.untilStep(2, of: "r1")
            // Both take from one queue. The first has its run and no free slot, so the next goes to the second.
            let second = try await scene.agentAPI()
            try await scene.start("r2", seconds: 10, on: second.api)
            try await scene.untilStep(1, of: "r2")
            try await scene.redis.kill()
            let before = [first, second].map { scene.spooled(by: $0) }
            try await eventually("both to write to the spool") {
                zip([first, second], before).allSatisfy { scene.spooled(by: $0) >= $1 + 2 }
            }
            try await first.process.killGroup()
            try await scene.redis.start()
            #expect(try await scene.endedStream("r1").messages.last == "🏁 Run failed: worker lost")
            // The spool of the live one was left to it.
            #expect(try await second.api.finishedRun("r2").status == .completed)
            _ = try await scene.endedStream("r2")
        }
    }

    @Test("That are killed one after the other, at any moment, end once each and with nothing missing")
    func killedAgainAndAgain() async throws {
        try await withScene { scene in
            var delays: [Int] = []
            for round in 1...4 {
                let process = try await scene.agentAPI()
                try await scene.start("r\(round)", seconds: 20, on: process.api)
                let delay = Int.random(in: 0...1500)
                delays.append(delay)
                // The random moment is the point, so nothing is waited for.
                try await Task.sleep(for: .milliseconds(delay))
                try await process.process.killGroup()
            }
            let last = try await scene.agentAPI()
            for round in 1...4 {
                try await eventually("the end of r\(round), killed after \(delays) ms") {
                    try await RunStream(scene.redis, "r\(round)").ends > 0
                }
            }
            for round in 1...4 {
                _ = try await scene.endedStream("r\(round)")
                // A run that had not started was executed by a later process, if that lived long enough.
                let run = try await last.api.run("r\(round)")
                #expect(run.status == .completed || run.error == "worker lost", "\(run) after \(delays) ms")
            }
        }
    }

    @Test("That is killed are ended by another within 30 s; those that were waiting are executed by it")
    func takenOver() async throws {
        try await withScene { scene in
            let first = try await scene.agentAPI(spool: "a", settings: ["AGENT_CONCURRENCY": "1"])
            try await scene.start("r1", seconds: 30, on: first.api)
            try await scene.untilStep(2, of: "r1")
            let second = try await scene.agentAPI(spool: "b", settings: ["AGENT_CONCURRENCY": "1"])
            // It must keep running until everything else is done, and is cancelled then.
            try await scene.start("r2", seconds: 45, on: first.api)
            try await scene.untilStep(1, of: "r2")
            try await scene.start("r3", seconds: 2, on: first.api)
            try await first.process.killGroup()
            let third = try await scene.agentAPI(spool: "c")
            try await scene.expectWorkerLost("r1", api: second.api)
            #expect(try await second.api.run("r1").steps >= 2)
            #expect(try await third.api.finishedRun("r3").status == .completed)
            _ = try await scene.endedStream("r3")
            #expect(try await third.api.get("/api/agents/r2", method: "DELETE").status == 202)
            #expect(try await third.api.finishedRun("r2").status == .cancelled)
        }
    }

    @Test("That is killed while Redis is unavailable keep their batch: it has every record once, in order, and one end")
    func batchOfKilled() async throws {
        try await withScene(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) { scene in
            let first = try await scene.agentAPI()
            let waits = (0..<30).map { _ in "wait 1 second" }.joined(separator: " and ")
            let task = #"{"task":"go to \#(scene.site.url("/links")) and \#(waits)"}"#
            let body = #"{"batch_id":"b","tasks":[\#(task),\#(task),{"task":"dance"}]}"#
            #expect(try await first.api.post(body, to: "/api/agents/batch").status == 200)
            for run in ["b.1", "b.2"] { try await scene.untilStep(2, of: run) }
            try await scene.redis.kill()
            let before = scene.spooled(by: first)
            try await eventually("records in the spool") { scene.spooled(by: first) >= before + 4 }
            try await first.process.killGroup()
            try await scene.redis.start()

            let second = try await scene.agentAPI()
            let batch = try await second.api.finishedBatch("b")
            // Two have lost their process. The third was waiting and is executed by the second, which does not
            // understand it.
            #expect(batch.runs.map(\.error).prefix(2) == ["worker lost", "worker lost"])
            #expect(batch.runs.last?.error?.contains("dance") == true)
            let entries = try await RunStream(scene.redis, key: "{browser_use_logs:b}:batch").entries
            #expect(entries.compactMap { $0["batch_seq"].flatMap { Int($0) } } == Array(1...entries.count))
            #expect(entries.last?["kind"] == "batch_end")
            for run in ["b.1", "b.2", "b.3"] {
                let stream = try await scene.endedStream(run)
                #expect(
                    entries.filter { $0["request_id"] == run }.map { $0["seq"] } == stream.entries.map { $0["seq"] }
                )
            }
        }
    }

    @Test("That is frozen for longer than its lease are ended by another; it writes nothing more, and serves again")
    func frozen() async throws {
        try await withScene { scene in
            let first = try await scene.agentAPI(spool: "a")
            try await scene.start("r1", seconds: 60, on: first.api)
            try await scene.untilStep(2, of: "r1")
            // Not earlier, since both take from one queue and the run must go to the first.
            let second = try await scene.agentAPI(spool: "b")
            first.process.signal(SIGSTOP)
            try await scene.expectWorkerLost("r1", api: second.api)
            first.process.signal(SIGCONT)
            try await eventually("the first to give up") {
                first.process.output.contains("run ended request_id=r1")
            }
            try await scene.expectWorkerLost("r1", api: first.api)

            try await scene.start("r2", seconds: 1, on: first.api)
            #expect(try await first.api.finishedRun("r2").status == .completed)
            #expect(try await scene.endedStream("r2").entries.count > 5)
        }
    }

    @Test("Are not taken for lost if Redis was unavailable for longer than their lease")
    func outageLongerThanLease() async throws {
        try await withScene { scene in
            let first = try await scene.agentAPI(spool: "a")
            let second = try await scene.agentAPI(spool: "b")
            try await scene.start("r1", seconds: 12, on: first.api)
            try await scene.untilStep(2, of: "r1")
            scene.redis.suspend()
            // This waits for no event: the outage must be longer than the lease of 6 s.
            try await Task.sleep(for: .seconds(8))
            scene.redis.resume()
            #expect(try await second.api.finishedRun("r1").status == .completed)
            _ = try await scene.endedStream("r1")
        }
    }

    @Test("That is shut down while Redis is unavailable are delivered by the next start, with their end")
    func stoppedWhileRedisIsAway() async throws {
        try await withScene(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) { scene in
            // With the default lease: no other process may end the run before the next start does.
            let first = try await scene.agentAPI(settings: ["AGENT_LEASE_SECONDS": "60"])
            try await scene.start("r1", seconds: 60, on: first.api)
            try await scene.untilStep(2, of: "r1")
            try await scene.redis.kill()
            first.process.signal(SIGTERM)
            #expect(try await first.process.waitForExit(timeout: .seconds(120)) == .exited(0))
            try await scene.redis.start()
            let second = try await scene.agentAPI()
            let stream = try await scene.endedStream("r1")
            #expect(stream.messages.last == "🏁 Run cancelled")
            #expect(try await second.api.run("r1").status == .cancelled)
        }
    }
}
