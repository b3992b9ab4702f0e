//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// `examples/python/stepcast_logging` as a viewer sees it.
@Suite("The Python handler")
struct PythonHandlerTests {
    private static let setUp = """
        import sys, threading
        from stepcast_logging import StepcastHandler, request_id
        log = logging.getLogger("agent")
        log.setLevel(logging.DEBUG)
        def attached(*arguments, **options):
            log.addHandler(StepcastHandler(*arguments, **options, patience=60))
            return log.handlers[-1]

        """

    private func logs(of viewer: TestViewer) -> [LogRecord] {
        viewer.events.compactMap { if case .log(let log, _) = $0 { log } else { nil } }
    }

    private func ids(_ redis: RedisServer, key: String = "browser_use_logs:r1") async throws -> [String] {
        let script =
            "local ids = {} for i, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do "
            + "ids[i] = entry[1] end return ids"
        return try await redis.cli("EVAL", script, "1", key).split(separator: "\n").map(String.init)
    }

    @Test("Shows the example's run live and in the history, numbered, with the entries' ids and its end")
    func example() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                let process = try python.start(["\(Python.folder)/example.py", "r1"])
                #expect(try await process.waitForExit() == .exited(0), "\(process.output)")
                #expect(process.output.split(separator: "\n").count == 1, "\(process.output)")
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.messages.first == "🎯 Task: Has the heading of example.org changed?")
                #expect(viewer.messages.contains("📍 Step 1: Navigate to example.org"))
                #expect(viewer.sequence == [1, 2, 3, 4, 5])
                #expect(viewer.recordIDs == (try await ids(python.redis)))
                #expect(viewer.end?.outcome == RunOutcome(status: .completed, result: "Example Domain", steps: 3))
                let last = try #require(logs(of: viewer).last)
                #expect(last.level == .warning)
                #expect(last.agentName == "python-agent")
                #expect(last.step == 3)
                #expect(last.data?["was"]?.string == "Example")
                let isRecord = { (event: ServerSentEvent) in
                    event.data.hasPrefix(#"{"type":"log""#) || event.data.hasPrefix(#"{"type":"end""#)
                }
                let records = viewer.rawEvents.filter(isRecord)
                try await gateway.withViewer(of: "r1") { later in
                    try await later.waits(for: "the end") { $0.isOver }
                    #expect(later.rawEvents.filter(isRecord) == records)
                }
            }
        }
    }

    @Test("Sets an expiry on every key of the run, and lists only the log under its name")
    func keys() async throws {
        try await withRedisServer { redis in
            let environment = ["REDIS_STREAM": "logs", "REDIS_STREAM_TTL_SECONDS": "100", "REDIS_STREAM_MAXLEN": "10"]
            _ = try await Python(redis: redis).run(
                Self.setUp + """
                    with attached("r1"):
                        for number in range(1000): log.info("%d", number)
                    assert r.keys("logs:*") == [b"logs:r1"], r.keys("*")
                    assert len(r.keys("*")) == 4 and all(90 < r.ttl(key) <= 100 for key in r.keys("*"))
                    assert 10 <= r.xlen("logs:r1") < 1000
                    """,
                environment: environment
            )
        }
    }

    @Test("Tells tasks' and threads' runs apart by the context variable, and ignores records without a run")
    func contextVariable() async throws {
        try await withPublisher { python, gateway in
            try await python.run(
                Self.setUp + """
                    import asyncio
                    handler = attached()
                    async def agent(run):
                        request_id.set(run)
                        for number in range(20):
                            log.info("%s %d", run, number)
                            await asyncio.sleep(0)
                        await asyncio.to_thread(log.info, "%s from a thread", run)
                        handler.end(result=run)
                    async def main(): await asyncio.gather(agent("r1"), agent("r2"))
                    log.info("nobody's")
                    asyncio.run(main())
                    log.info("nobody's")
                    """
            )
            for run in ["r1", "r2"] {
                try await gateway.withViewer(of: run) { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(viewer.messages == (0..<20).map { "\(run) \($0)" } + ["\(run) from a thread"])
                    #expect(viewer.sequence == Array(1...21))
                    #expect(viewer.end?.outcome.result == run)
                }
            }
        }
    }

    @Test("Accepts records of many threads and of several processes, each one's in order")
    func threadsAndProcesses() async throws {
        try await withPublisher { python, gateway in
            let snippet =
                Self.setUp + """
                    handler = attached()
                    def agent(name):
                        request_id.set("r1")
                        for number in range(50): log.info("%s %d", name, number)
                    threads = [threading.Thread(target=agent, args=[f"{os.environ['NAME']}{i}"]) for i in range(4)]
                    for thread in threads: thread.start()
                    for thread in threads: thread.join()
                    """
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                async let first = python.run(snippet, environment: ["NAME": "a"])
                async let second = python.run(snippet, environment: ["NAME": "b"])
                _ = try await (first, second)
                try await viewer.waits(for: "all records") { $0.messages.count >= 400 }
                #expect(viewer.sequence == Array(1...400))
                #expect(viewer.recordIDs == (try await ids(python.redis)))
                for name in ["a0", "a3", "b0", "b3"] {
                    let own = viewer.messages.filter { $0.hasPrefix("\(name) ") }
                    #expect(own == (0..<50).map { "\(name) \($0)" })
                }
            }
        }
    }

    @Test("Maps levels, and keeps tracebacks and any text")
    func levels() async throws {
        try await withPublisher { python, gateway in
            try await python.run(
                Self.setUp + #"""
                    with attached("r1"):
                        for level in [5, 10, 20, 25, 30, 35, 40, 50, 60]: log.log(level, "level %d", level)
                        log.setLevel(1); log.log(5, "level 5")
                        try: 1 / 0
                        except ZeroDivisionError: log.exception("it broke")
                        log.info("\udcff \0 \u2028 \"quoted\"\n\\", extra={"url": "https://example.org", "duration_ms": 7})
                        log.info("own object", extra={"data": {"path": object, "list": [1, None]}, "action": "click"})
                        log.info("text", extra={"data": "text"})
                    """#
            )
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                let logs = self.logs(of: viewer)
                #expect(
                    logs.prefix(9).map(\.level) == [
                        .debug, .info, .info, .warning, .warning, .error, .critical, .critical, .debug,
                    ]
                )
                let broken = try #require(logs.first { $0.message.hasPrefix("it broke") })
                #expect(broken.level == .error)
                #expect(broken.message.contains("Traceback") && broken.message.hasSuffix("division by zero"))
                let odd = try #require(logs.first { $0.durationMilliseconds == 7 })
                #expect(odd.message == "? \0 \u{2028} \"quoted\"\n\\")
                #expect(odd.url == "https://example.org")
                let own = try #require(logs.first { $0.action == "click" })
                #expect(own.data?["list"]?.text == "[1,null]")
                #expect(logs.last?.data?.string == "text")
                #expect(viewer.sequence == Array(1...logs.count))
            }
        }
    }

    @Test(
        "Ends the run as the program ends",
        arguments: [
            (#"attached("r1"); log.info("one")"#, 0, RunOutcome(status: .completed, steps: 0)),
            (#"attached("r1"); log.info("one"); [][0]"#, 1, .failed("IndexError: list index out of range")),
            (#"with attached("r1"): log.info("one"); [][0]"#, 1, .failed("IndexError: list index out of range")),
            (
                #"with attached("r1"): log.info("one"); raise KeyboardInterrupt("stop")"#, 130,
                RunOutcome(status: .cancelled, error: "KeyboardInterrupt: stop", steps: 0)
            ),
            (
                #"attached("r1").end("timed_out", error="too slow", steps=2) or log.handlers[0].close()"#, 0,
                RunOutcome(status: .timedOut, error: "too slow", steps: 2)
            ),
        ]
    )
    func ends(program: String, status: Int32, outcome: RunOutcome) async throws {
        try await withPublisher { python, gateway in
            let process = try python.start(["-c", "import logging, os\n" + Self.setUp + program])
            let exit = try await process.waitForExit()
            // If Python was interrupted, the signal itself ends it.
            #expect(exit == .exited(status) || status == 130 && exit == .signalled(2), "\(exit): \(process.output)")
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.end?.outcome == outcome)
            }
        }
    }

    @Test("Rejects records after the end, and reports it without raising")
    func afterTheEnd() async throws {
        try await withPublisher { python, gateway in
            let output = try await python.run(
                Self.setUp + """
                    handler = attached("r1")
                    handler.end(result="done")
                    log.info("too late")
                    handler.close()
                    log.info("closed")
                    try: StepcastHandler("no run")
                    except ValueError as error: print(error)
                    handler = attached()
                    request_id.set("no\\nrun")
                    log.info("nowhere")
                    logging.raiseExceptions = False
                    log.info("in silence")
                    """
            )
            #expect(output.contains("the run has ended"))
            #expect(output.contains("the handler is closed"))
            #expect(output.contains("request_id 'no run' must be 1 to 128 characters"))
            #expect(output.contains(#"request_id 'no\nrun' must be 1 to 128 characters"#))
            #expect(!output.contains("in silence"))
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.messages.isEmpty)
                #expect(viewer.end?.outcome.result == "done")
            }
        }
    }
}

extension RunOutcome {
    fileprivate static func failed(_ error: String) -> RunOutcome {
        RunOutcome(status: .failed, error: error, steps: 0)
    }
}
