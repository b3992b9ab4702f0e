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

/// One queue and several processes of the real program.
@Suite("The queue", .serialized)
struct QueueTests {
    @Test("Is shared: runs accepted by one process are executed by another, each once")
    func shared() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            let second = try await scene.agentAPI("b")
            for number in 1...30 { try await scene.start("r\(number)", "dance \(number)", on: first) }
            for number in 1...30 {
                let run = try await second.api.finishedRun("r\(number)")
                #expect(run.task == "dance \(number)")
                #expect(run.error?.contains("dance") == true, "\(run.error ?? "no error")")
                try await scene.expectOnce("r\(number)")
            }
            try await scene.expectNothingLeft()
            func ended() -> [Int] {
                [first, second].map { process in
                    process.process.output.split(separator: "\n").count { $0.contains("run ended") }
                }
            }
            // The process that has waited longest gets a run, so a slow one may have missed all of them.
            var count = 30
            try await eventually("both to have carried out some") {
                if ended().allSatisfy({ $0 > 0 }) { return true }
                try await scene.start("r\(count + 1)", "dance \(count + 1)", on: first)
                count += 1
                return false
            }
            for number in 31..<(count + 1) { _ = try await first.api.finishedRun("r\(number)") }
            // Each logs it a moment after Redis has the end.
            try await eventually("the end of each run to be logged") { ended().reduce(0, +) >= count }
            #expect(ended().reduce(0, +) == count)
        }
    }

    @Test("Has room for the runs of all processes together, and then rejects with 429")
    func limit() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a", settings: ["AGENT_QUEUE_LIMIT": "1"])
            let second = try await scene.agentAPI("b", settings: ["AGENT_QUEUE_LIMIT": "1"])
            for number in 1...3 {
                try await scene.start("r\(number)", scene.endless, on: number == 2 ? second : first)
            }
            for process in [first, second] {
                let refused = try await process.api.post(#"{"task":"dance","request_id":"r4"}"#)
                #expect(refused.status == 429, "\(refused.text)")
                #expect(refused.headers["Retry-After"] != nil)
                #expect(refused.text.contains("3 runs"))
            }
            #expect(try await first.api.get("/api/agents/r4").status == 404)
            #expect(try await second.api.post(#"{"task":"\#(scene.endless)","request_id":"r1"}"#).status == 200)
        }
    }

    @Test("Survives the process that accepted the runs: others execute them, in order")
    func outlives() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            try await scene.start("busy", scene.endless, on: first)
            try await scene.untilRunning("busy", on: first)
            for number in 1...5 { try await scene.start("r\(number)", "dance", on: first) }
            try await first.process.killGroup()
            let second = try await scene.agentAPI("b")
            var began: [Timestamp] = []
            for number in 1...5 {
                let run = try await second.api.finishedRun("r\(number)")
                began.append(try #require(run.startedAt))
                try await scene.expectOnce("r\(number)")
            }
            #expect(began == began.sorted())
            #expect(try await second.api.finishedRun("busy").error == "worker lost")
            try await scene.expectNothingLeft()
        }
    }

    @Test("Is left at once by a process that shuts down; its running runs end as stopped")
    func stopped() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            try await scene.start("busy", scene.endless, on: first)
            try await scene.untilRunning("busy", on: first)
            let second = try await scene.agentAPI("b")
            try await scene.start("other", scene.endless, on: second)
            try await scene.untilRunning("other", on: second)
            for number in 1...3 { try await scene.start("r\(number)", "dance", on: first) }
            first.process.signal(SIGTERM)
            #expect(try await first.process.waitForExit(timeout: .seconds(60)) == .exited(0))
            #expect(try await second.api.run("busy").status == .cancelled)
            for number in 1...3 { #expect(try await second.api.run("r\(number)").status == .queued) }
            #expect(try await second.api.get("/api/agents/other", method: "DELETE").status == 202)
            for number in 1...3 { #expect(try await second.api.finishedRun("r\(number)").status == .failed) }
            try await scene.expectNothingLeft()
            #expect(try await scene.redis.cli("ZCARD", "{browser_use_logs}:workers") == "1")
        }
    }

    @Test("Starts the runs of one session one after the other, in order, across all processes")
    func sessions() async throws {
        try await QueueScene.with { scene in
            let processes = [
                try await scene.agentAPI("a", settings: ["AGENT_CONCURRENCY": "2"]),
                try await scene.agentAPI("b", settings: ["AGENT_CONCURRENCY": "2"]),
            ]
            // The first takes longer, so that the others are waiting when one of them is cancelled.
            for number in 1...6 {
                let task = scene.slow(number == 1 ? 4000 : 300)
                try await scene.start("s\(number)", task, session: "s", on: processes[number % 2])
            }
            try await scene.start("alone", scene.slow(300), on: processes[0])
            // A run that waits for its session can be cancelled, and the next does not wait for it.
            #expect(try await processes[0].api.get("/api/agents/s4", method: "DELETE").status == 202)
            let alone = try await processes[0].api.finishedRun("alone")
            var runs: [Run] = []
            for number in [1, 2, 3, 5, 6] { runs.append(try await processes[1].api.finishedRun("s\(number)")) }
            #expect(runs.allSatisfy { $0.status == .completed }, "\(runs.map(\.error))")
            for (run, next) in zip(runs, runs.dropFirst()) {
                let ended = try #require(run.finishedAt)
                let began = try #require(next.startedAt)
                #expect(ended <= began, "\(run.requestID) ended after \(next.requestID) had begun")
            }
            // All in the process that has the session's cookies.
            let places = processes.filter { process in
                [1, 2, 3, 5, 6].contains { process.process.output.contains("run ended request_id=s\($0)") }
            }
            #expect(places.count == 1)
            #expect(try #require(alone.startedAt) < #require(runs.last?.finishedAt))
            #expect(try await processes[1].api.run("s4").status == .cancelled)
            #expect(try await RunStream(scene.redis, "s4").entries.count == 1)
            try await scene.expectNothingLeft()
        }
    }

    @Test("Gives the runs of a session to the process with its cookies, whichever accepts them, and otherwise to any")
    func cookies() async throws {
        try await QueueScene.with { scene in
            let processes = [try await scene.agentAPI("a"), try await scene.agentAPI("b")]
            let login =
                "go to \(scene.site.url("/login")), type 'ada@example.com' into Email, "
                + "type 'correct horse' into Password and click 'Sign in'"
            try await scene.start("s1", login, session: "s", on: processes[0])
            #expect(try await processes[0].api.finishedRun("s1").status == .completed)
            let look = "go to \(scene.site.url("/account")) and wait for 'Welcome, Ada'"
            for number in 2...5 {
                try await scene.start("s\(number)", look, session: "s", on: processes[number % 2])
                let run = try await processes[0].api.finishedRun("s\(number)")
                #expect(run.status == .completed, "\(run)")
            }
            let home = try #require(processes.first { $0.process.output.contains("run ended request_id=s1") })
            let other = try #require(processes.first { $0 !== home })
            home.process.signal(SIGTERM)
            #expect(try await home.process.waitForExit(timeout: .seconds(60)) == .exited(0))
            try await scene.start("s6", "dance", session: "s", on: other)
            #expect(try await other.api.finishedRun("s6").status == .failed)
            try await scene.expectNothingLeft()
        }
    }

    @Test("Continues a session when the process of its first run is killed")
    func sessionOfKilled() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            try await scene.start("s1", scene.endless, session: "s", on: first)
            try await scene.untilRunning("s1", on: first)
            try await scene.start("s2", "dance", session: "s", on: first)
            let second = try await scene.agentAPI("b")
            try await first.process.killGroup()
            #expect(try await second.api.finishedRun("s2").error?.contains("dance") == true)
            #expect(try await second.api.run("s1").error == "worker lost")
            try await scene.expectNothingLeft()
        }
    }

    @Test("Cancels a run of any process within a second, during a page load and while it waits")
    func cancelledElsewhere() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            let load = "go to \(scene.site.url("/never/answers"))"
            try await scene.start("r1", load, on: first)
            try await scene.untilRunning("r1", on: first)
            try await scene.start("r2", "dance", on: first)
            let second = try await scene.agentAPI("b", settings: ["AGENT_CONCURRENCY": "1"])
            try await scene.start("r3", load, on: second)
            for id in ["r1", "r3"] {
                try await eventually("the page load of \(id)") {
                    try await RunStream(scene.redis, id).messages.contains { $0.contains("navigate: url") }
                }
            }
            let clock = ContinuousClock()
            let start = clock.now
            // Each through the other process.
            #expect(try await second.api.get("/api/agents/r1", method: "DELETE").status == 202)
            #expect(try await first.api.get("/api/agents/r3", method: "DELETE").status == 202)
            for id in ["r1", "r3"] {
                #expect(try await first.api.finishedRun(id).status == .cancelled)
                try await eventually("the end of \(id)") { try await RunStream(scene.redis, id).ends == 1 }
            }
            // One second is promised. It must not wait for the page, however busy the machine is.
            #expect(clock.now - start < .seconds(25))
            for id in ["r1", "r3"] { try await scene.expectOnce(id) }
            _ = try await first.api.finishedRun("r2")
            #expect(try await first.api.get("/api/agents/r1", method: "DELETE").status == 200)
            #expect(try await first.api.get("/api/agents/none", method: "DELETE").status == 404)
        }
    }

    @Test("Continues after Redis was killed, with nothing lost and nothing done twice")
    func redisKilled() async throws {
        try await QueueScene.with(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) { scene in
            let processes = [try await scene.agentAPI("a"), try await scene.agentAPI("b")]
            for number in 1...40 { try await scene.start("r\(number)", "dance", on: processes[number % 2]) }
            for _ in 1...2 {
                try await scene.redis.kill()
                try await scene.redis.start()
            }
            for number in 1...40 {
                #expect(try await processes[0].api.finishedRun("r\(number)").error?.contains("dance") == true)
                try await scene.expectOnce("r\(number)")
            }
            try await scene.expectNothingLeft()
        }
    }

    @Test("Ends every run once when processes are killed one after the other at any moment")
    func killedAgainAndAgain() async throws {
        try await QueueScene.with { scene in
            let survivor = try await scene.agentAPI("survivor")
            var delays: [Int] = []
            var count = 0
            for round in 1...3 {
                let process = try await scene.agentAPI("\(round)", settings: ["AGENT_CONCURRENCY": "4"])
                for _ in 1...20 {
                    count += 1
                    try await scene.start("r\(count)", "dance", on: process)
                }
                let delay = Int.random(in: 0...200)
                delays.append(delay)
                // The random moment is the point, so nothing is waited for.
                try await Task.sleep(for: .milliseconds(delay))
                try await process.process.killGroup()
            }
            for number in 1...count {
                let run = try await survivor.api.finishedRun("r\(number)")
                let isKnown = run.error == "worker lost" || run.error?.contains("dance") == true
                #expect(isKnown, "\(run) after \(delays) ms")
                try await scene.expectOnce("r\(number)")
            }
            try await scene.expectNothingLeft()
        }
    }

    @Test("Is repaired when one of its entries is lost")
    func healed() async throws {
        try await QueueScene.with { scene in
            let first = try await scene.agentAPI("a")
            try await scene.start("busy", scene.endless, on: first)
            try await scene.untilRunning("busy", on: first)
            try await scene.start("r1", "dance", session: "s", on: first)
            try await scene.start("r2", "dance", session: "s", on: first)
            #expect(try await scene.redis.cli("DEL", "{browser_use_logs}:queue") == "1")
            #expect(try await scene.redis.cli("DEL", "{browser_use_logs}:session:s") == "1")
            #expect(try await first.api.get("/api/agents/busy", method: "DELETE").status == 202)
            #expect(try await first.api.finishedRun("r1").status == .failed)
            #expect(try await first.api.finishedRun("r2").status == .failed)
            for id in ["r1", "r2"] { try await scene.expectOnce(id) }
        }
    }
}
