//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@Suite("The Python handler in threads, in forked processes, and at a program's end")
struct PythonProcessTests {
    private static let setUp = PythonProgramTests.setUp

    /// The texts in the stream, in order.
    private func texts(in redis: RedisServer, run: String = "r1") async throws -> [String] {
        try await Python(redis: redis).run(
            #"for _, fields in r.xrange("browser_use_logs:\#(run)"): print(fields[b"msg"].decode())"#
        ).split(separator: "\n").map(String.init)
    }

    @Test(
        "A forked process publishes what it logs itself, and leaves the end to the one that created the handler",
        arguments: [
            """
            child = os.fork()
            if not child:
                log.info("child")
                sys.exit(0)
            assert os.waitpid(child, 0)[1] == 0
            """,
            """
            import multiprocessing
            context = multiprocessing.get_context("fork")
            child = context.Process(target=log.info, args=["child"])
            child.start(); child.join()
            assert child.exitcode == 0
            """,
            """
            from concurrent.futures import ProcessPoolExecutor
            import multiprocessing
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
                pool.submit(log.info, "child").result()
            """,
        ]
    )
    func fork(program: String) async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis).run(
                Self.setUp + """
                    attached("r1"); log.info("before")
                    while not r.xlen(key): time.sleep(0.01)
                    \(program)
                    log.info("after")
                    """
            )
            #expect(try await texts(in: redis) == ["before", "child", "after", "Run completed"], "\(output)")
        }
    }

    @Test("The sending thread loads no modules, whose import locks a forked process would inherit")
    func modules() async throws {
        try await withRedisServer { redis in
            _ = try await Python(redis: redis).run(
                Self.setUp + """
                    attached("r1"); before = set(sys.modules)
                    log.info("text"); log.error("failed", extra={"data": {"a": 1}})
                    while r.xlen(key) < 2: time.sleep(0.01)
                    assert not set(sys.modules) - before, set(sys.modules) - before
                    """,
                environment: ["REDIS_URL": redis.url.replacing("127.0.0.1", with: "localhost")]
            )
        }
    }

    @Test("Processes that fork while threads log lose nothing and do not hang")
    func forksAndThreads() async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis).run(
                Self.setUp + """
                    handler = attached("r1")
                    done = threading.Event()
                    counts = [0] * 3
                    def talk(index):
                        while not done.is_set():
                            log.info("thread %d %d", index, counts[index]); counts[index] += 1
                            time.sleep(0.001)
                    threads = [threading.Thread(target=talk, args=[index]) for index in range(3)]
                    for thread in threads: thread.start()
                    for n in range(10):
                        child = os.fork()
                        if not child:
                            for m in range(5): log.info("child %d %d", n, m)
                            handler.close()
                            os._exit(0)
                        assert os.waitpid(child, 0)[1] == 0
                    done.set()
                    for thread in threads: thread.join()
                    handler.close()
                    texts = [fields[b"msg"].decode() for _, fields in r.xrange(key, count=100000)]
                    for n in range(10):
                        assert [t for t in texts if t.startswith(f"child {n} ")] == [f"child {n} {m}" for m in range(5)], n
                    for index in range(3):
                        assert [t for t in texts if t.startswith(f"thread {index} ")] == [
                            f"thread {index} {n}" for n in range(counts[index])]
                    assert texts[-1] == "Run completed" and texts.count("Run completed") == 1
                    """,
                environment: ["REDIS_STREAM_MAXLEN": "100000"]
            )
            #expect(!output.contains("stepcast:"), "\(output)")
        }
    }

    @Test("Records of threads and of atexit functions are in the stream before the end")
    func shutdown() async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis).run(
                Self.setUp + """
                    import atexit
                    attached("r1")
                    atexit.register(log.info, "at exit")
                    def late():
                        time.sleep(0.3)
                        for n in range(100): log.info("late %d", n)
                    threading.Thread(target=late).start()
                    log.info("main")
                    """
            )
            let expected = ["main"] + (0..<100).map { "late \($0)" } + ["at exit", "Run completed"]
            #expect(try await texts(in: redis) == expected, "\(output)")
        }
    }

    @Test("Records logged while sending go to no Stepcast handler")
    func ownRecords() async throws {
        try await withRedisServer { redis in
            try await Python(redis: redis).run(
                Self.setUp + """
                    class Talking(StepcastHandler):
                        def _send(self, *arguments):
                            logging.getLogger("sender").error("sending")
                            super()._send(*arguments)
                    logging.getLogger().setLevel(logging.DEBUG)
                    handlers = [Talking("r1", patience=60), Talking("r2", patience=60)]
                    for handler in handlers: logging.getLogger().addHandler(handler)
                    log.info("one")
                    for handler in handlers: handler.close()
                    """
            )
            #expect(try await texts(in: redis) == ["one", "Run completed"])
            #expect(try await texts(in: redis, run: "r2") == ["one", "Run completed"])
        }
    }

    @Test("The end has room when other records have none, and its loss is always reported")
    func endIsNotLost() async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis).run(
                Self.setUp + """
                    class Slow(StepcastHandler):
                        def _send(self, *arguments):
                            gate.wait()
                            super()._send(*arguments)
                    gate = threading.Event()
                    handler = Slow("r1", patience=60, capacity=3)
                    log.addHandler(handler)
                    for n in range(10): log.info("%d", n)
                    handler.end(result="done")
                    gate.set()
                    handler.close()
                    assert handler.lost == 7, handler.lost
                    """
            )
            #expect(try await texts(in: redis) == ["0", "1", "2", "Run completed"])
            #expect(output.contains("3 records are waiting"))

            let nowhere = try RefusingPort()
            let silent = try await Python(redis: redis).run(
                Self.setUp + """
                    logging.raiseExceptions = False
                    handler = StepcastHandler("r2", patience=0.2)
                    log.addHandler(handler); log.info("one")
                    handler.end("failed", error="boom")
                    handler.close()
                    StepcastHandler(patience=0.2).end()
                    assert handler.lost == 2
                    """,
                environment: ["REDIS_URL": "redis://127.0.0.1:\(nowhere.number)/0"]
            )
            withExtendedLifetime(nowhere) {}
            #expect(silent.contains("including the end of run r2"))
            #expect(silent.contains("there is no run to end"))
        }
    }

    @Test("The example reports in one line that its run has already ended, and fails")
    func sameRunTwice() async throws {
        try await withRedisServer { redis in
            let python = Python(redis: redis)
            let first = try python.start(["\(Python.folder)/example.py", "r1"])
            #expect(try await first.waitForExit() == .exited(0), "\(first.output)")
            let count = try await texts(in: redis).count
            let second = try python.start(["\(Python.folder)/example.py", "r1"])
            #expect(try await second.waitForExit() == .exited(1))
            #expect(second.output.contains("use a new request_id"))
            #expect(second.output.split(separator: "\n").count <= 4, "\(second.output)")
            #expect(try await texts(in: redis).count == count)
        }
    }

    @Test("Several handlers of one run end it once, without a message")
    func severalHandlers() async throws {
        try await withRedisServer { redis in
            let output = try await Python(redis: redis).run(
                Self.setUp + #"attached("r1"); attached("r1"); log.info("one"); log.info("two")"#
            )
            #expect(try await texts(in: redis).sorted() == ["Run completed", "one", "one", "two", "two"])
            #expect(!output.contains("stepcast:"), "\(output)")
        }
    }

    @Test("The package is clean under mypy --strict")
    func types() async throws {
        try await withRedisServer { redis in
            let arguments = ["-m", "mypy", "--strict", "--cache-dir", "/dev/null", "\(Python.folder)/stepcast_logging"]
            let mypy = try Python(redis: redis).start(arguments)
            #expect(try await mypy.waitForExit(timeout: .seconds(240)) == .exited(0), "\(mypy.output)")
            #expect(mypy.output.contains("no issues found in 4 source files"))
        }
    }
}
