//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

@Suite("A Python handler's run and agent-api")
struct PythonRunTests {
    @Test("The run is listed and shown while it runs and ends, its name is taken, and it learns of its cancellation")
    func listed() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let program = """
                    import logging, time
                    from stepcast_logging import StepcastHandler
                    log = logging.getLogger("agent")
                    log.setLevel(logging.INFO)
                    with StepcastHandler("r1", patience=60) as handler:
                        log.addHandler(handler)
                        log.info("🎯 Task: \\"look\\" / around")
                        while not handler.cancelled:
                            log.info("step")
                            time.sleep(0.05)
                        handler.end("cancelled", result={"seen": [1]}, error="asked to stop", steps=3)
                    """
                let process = try Python(redis: redis).start(["-c", program])
                try await eventually("the run to be known") { try await api.get("/api/agents/r1").status == 200 }
                let run = try await api.run("r1")
                #expect(run.task == "🎯 Task: \"look\" / around")
                #expect(run.status == .running)
                #expect(run.channel == "browser_use_logs:r1")
                #expect(run.startedAt == run.createdAt)
                let list = try JSONValue(parsing: try await api.get("/api/agents").body)
                #expect(list["runs"]?.array?.map { $0["request_id"]?.string } == ["r1"])
                #expect(try await api.post(#"{"task":"go to example.org","request_id":"r1"}"#).status == 409)

                #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
                #expect(try await process.waitForExit() == .exited(0), "\(process.output)")
                let over = try await api.run("r1")
                #expect(over.status == .cancelled)
                #expect(over.result == #"{"seen":[1]}"#)
                #expect(over.error == "asked to stop")
                #expect(over.steps == 3)
                #expect(over.task == run.task)
                #expect(try #require(over.finishedAt) >= run.createdAt)
                #expect(try await redis.cli("TTL", "{browser_use_logs:r1}:run") != "-1")
            }
        }
    }

    @Test("A run of agent-api stays its own if a handler writes to it")
    func otherRun() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let body = #"{"task":"wait for 1000 seconds","request_id":"r1"}"#
                #expect(try await api.post(body).status == 200)
                try await Python(redis: redis).run(
                    """
                    from stepcast_logging import StepcastHandler
                    handler = StepcastHandler("r1", patience=60)
                    handler.emit(logging.makeLogRecord({"msg": "beside", "levelno": 20}))
                    handler._is_ended = True
                    handler.close()
                    """
                )
                #expect(try await api.run("r1").task == "wait for 1000 seconds")
                #expect(try await redis.cli("HGET", "{browser_use_logs:r1}:run", "begun") != "python")
            }
        }
    }
}
