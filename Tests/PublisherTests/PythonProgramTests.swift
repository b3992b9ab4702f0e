//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

/// Each program is a separate process.
@Suite("The Python handler and what Python programs do")
struct PythonProgramTests {
    static let setUp = """
        import logging.config, sys, threading
        from stepcast_logging import StepcastHandler, request_id
        log = logging.getLogger("agent")
        log.setLevel(logging.DEBUG)
        def attached(*arguments, **options):
            handler = StepcastHandler(*arguments, patience=60, **options)
            log.addHandler(handler)
            return handler

        """

    /// The content of the stream, one line per record: kind, level, text, data.
    private static let listing = """
        for _, fields in r.xrange(key):
            print(*(fields[name].decode() for name in (b"kind", b"level", b"msg", b"data") if name in fields))
        """

    /// Runs a program, then reads the stream.
    ///
    /// - Returns: The stream's records, and the program's output.
    private func records(
        of program: String,
        in redis: RedisServer,
        environment: [String: String?] = [:],
        expecting status: Int32 = 0
    ) async throws -> (records: [String], output: String) {
        let python = Python(redis: redis)
        let output = try await python.run(Self.setUp + program, environment: environment, expecting: status)
        let listing = try await python.run(Self.listing)
        return (listing.split(separator: "\n").map(String.init), output)
    }

    @Test(
        "Continues when logging is reconfigured, even before its first connection, and loses nothing",
        arguments: [
            #"logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})"#,
            "logging.basicConfig(force=True)",
            #"logging.basicConfig(force=True, handlers=[handler], format="%(message)s"); log.handlers = []"#,
            #"logging.config.fileConfig(io.StringIO(ini), disable_existing_loggers=False)"#,
        ]
    )
    func configuration(anew: String) async throws {
        try await withRedisServer { redis in
            let (records, output) = try await self.records(
                of: """
                    import io
                    ini = "[loggers]\\nkeys=root\\n[handlers]\\nkeys=\\n[formatters]\\nkeys=\\n[logger_root]\\nhandlers=\\n"
                    handler = attached("r1")
                    logging.getLogger().addHandler(handler); log.propagate = False
                    log.info("before")
                    began = time.monotonic()
                    \(anew)
                    assert time.monotonic() - began < 8
                    log.propagate = not log.handlers
                    log.error("after")
                    handler.end("failed", error="boom")
                    """,
                in: redis
            )
            let end = #"end ERROR Run failed {"status":"failed","error":"boom","steps":0}"#
            #expect(records == ["log INFO before", "log ERROR after", end], "\(output)")
            #expect(!output.contains("stepcast:"), "\(output)")
        }
    }

    @Test("Ends its run when the program exits, even if logging no longer knows the handler")
    func forgotten() async throws {
        try await withRedisServer { redis in
            let (records, _) = try await self.records(
                of: """
                    attached("r1"); log.info("before")
                    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
                    log.info("after")
                    raise KeyError("x")
                    """,
                in: redis,
                expecting: 1
            )
            let end = #"end ERROR Run failed {"status":"failed","error":"KeyError: 'x'","steps":0}"#
            #expect(records == ["log INFO before", "log INFO after", end])
        }
    }

    @Test("Keeps a record with a value that JSON or Redis cannot hold, and replaces the value")
    func values() async throws {
        try await withRedisServer { redis in
            let (records, output) = try await self.records(
                of: #"""
                    import collections, dataclasses, decimal, enum, fractions
                    class Silent:
                        def __str__(self): raise RuntimeError("no")
                        __repr__ = __str__
                    class Color(enum.Enum): RED = 1
                    loop = {}; loop["self"] = loop
                    deep = []
                    for _ in range(5000): deep = [deep]
                    values = {
                        "nan": float("nan"), "inf": [float("inf"), -float("inf")], "silent": Silent(), "loop": loop,
                        "bytes": b"a\xff", "set": {1}, "tuple": (1, 2), "huge": 10 ** 5000, "fraction": fractions.Fraction(1, 2),
                        "decimal": decimal.Decimal("0.1"), "color": Color.RED, "big": 2 ** 64, "surrogate": "a\ud800",
                        "keys": {None: 1, 2: 3, (4,): 5, "\udc00": 6}, "map": collections.ChainMap({"a": 1}), "none": None,
                    }
                    handler = attached("r1")
                    for name, value in values.items(): log.info(name, extra={"data": {"value": value}})
                    log.info("deep", extra={"data": deep})
                    log.info("numbers", extra={"step": "3", "duration_ms": 12.7, "action": Color.RED, "url": 5})
                    log.info("no numbers", extra={"step": float("nan"), "duration_ms": -1})
                    log.info("%d items", "no")
                    log.info(Silent())
                    log.handle(logging.makeLogRecord({"msg": "no time", "levelno": 20, "created": 1e30}))
                    handler.end("completed", result={"score": float("nan"), "list": (1, 2)}, steps="2")
                    """#,
                in: redis
            )
            let shown = [
                #"nan {"value":null}"#, #"inf {"value":[null,null]}"#, #"silent {"value":"<Silent>"}"#,
                #"loop {"value":{"self":"…"}}"#, #"bytes {"value":"a�"}"#, #"set {"value":[1]}"#,
                #"tuple {"value":[1,2]}"#,
                #"huge {"value":"<int>"}"#, #"fraction {"value":0.5}"#, #"decimal {"value":"0.1"}"#,
                #"color {"value":"Color.RED"}"#, #"big {"value":18446744073709551616}"#, #"surrogate {"value":"a?"}"#,
                #"keys {"value":{"null":1,"2":3,"[4]":5,"?":6}}"#, #"map {"value":{"a":1}}"#, #"none {"value":null}"#,
            ]
            #expect(records.count == shown.count + 7, "\(records) \(output)")
            #expect(records.prefix(shown.count) == shown.map { "log INFO \($0)" }[...])
            let rest = records.dropFirst(shown.count)
            #expect(rest.first?.hasPrefix("log INFO deep [[[[") == true && rest.first?.hasSuffix("]]]]") == true)
            let end = #"{\"score\":null,\"list\":[1,2]}"#
            #expect(
                rest.dropFirst() == [
                    "log INFO numbers", "log INFO no numbers", "log INFO %d items ('no',)", "log INFO <Silent>",
                    "log INFO no time",
                    #"end INFO Run completed {"status":"completed","result":"\#(end)","steps":2}"#,
                ]
            )
            let fields = try await Python(redis: redis).run(
                """
                for _, fields in r.xrange(key):
                    if fields[b"msg"] in (b"numbers", b"no numbers"):
                        print(*(fields.get(name) for name in (b"step", b"duration_ms", b"action", b"url")))
                """
            )
            #expect(fields == "b'3' b'13' b'Color.RED' b'5'\nNone None None None\n")
        }
    }

    @Test("Shows data as it was when it was logged, while a thread keeps changing it")
    func changingData() async throws {
        try await withRedisServer { redis in
            let (records, output) = try await self.records(
                of: """
                    class Slow(StepcastHandler):
                        def _send(self, *arguments):
                            gate.wait()
                            super()._send(*arguments)
                    gate = threading.Event()
                    data = {"n": 1, "list": [1]}
                    with Slow("r1", patience=60) as handler:
                        log.addHandler(handler)
                        log.info("one", extra={"data": data})
                        data["n"] = 2; data["list"].append(2)
                        log.info("two", extra={"data": data})
                        data.clear()
                        handler.end(result="done")
                        gate.set()
                    data = {}
                    done = False
                    def change():
                        while not done:
                            for n in range(100): data[n] = n
                            data.clear()
                    thread = threading.Thread(target=change); thread.start()
                    with StepcastHandler("other", patience=60) as handler:
                        log.handlers = [handler]
                        for _ in range(200): log.info("changing", extra={"data": data})
                    done = True
                    thread.join()
                    assert r.xlen("browser_use_logs:other") == 201
                    """,
                in: redis
            )
            #expect(records.prefix(2) == [#"log INFO one {"n":1,"list":[1]}"#, #"log INFO two {"n":2,"list":[1,2]}"#])
            #expect(records.count == 3, "\(records) \(output)")
        }
    }

    @Test(
        "Retries what Redis rejected temporarily, once each and in order",
        arguments: [
            (#"r.execute_command("REPLICAOF", "127.0.0.1", "1")"#, #"r.execute_command("REPLICAOF", "NO", "ONE")"#),
            (#"r.config_set("maxmemory", "1")"#, #"r.config_set("maxmemory", "0")"#),
            (#"r.config_set("min-replicas-to-write", "1")"#, #"r.config_set("min-replicas-to-write", "0")"#),
            (
                #"r.config_set("requirepass", "x")"#,
                #"redis.Redis.from_url(os.environ["REDIS_URL"], password="x").config_set("requirepass", "")"#
            ),
        ]
    )
    func passingErrors(begins: String, ends: String) async throws {
        try await withRedisServer { redis in
            let (records, output) = try await self.records(
                of: """
                    handler = attached("r1")
                    log.info("before")
                    while not r.xlen(key): time.sleep(0.01)
                    \(begins)
                    handler._client.connection_pool.disconnect()
                    for n in range(3): log.info("during %d", n)
                    while "Redis does not accept" not in "".join(handler._told): time.sleep(0.01)
                    \(ends)
                    log.info("after")
                    handler.end("failed", error="x")
                    """,
                in: redis
            )
            #expect(
                records == [
                    "log INFO before", "log INFO during 0", "log INFO during 1", "log INFO during 2", "log INFO after",
                    #"end ERROR Run failed {"status":"failed","error":"x","steps":0}"#,
                ],
                "\(output)"
            )
        }
    }

    @Test("Is not misled by an exception of another program in the same interpreter")
    func staleError() async throws {
        try await withRedisServer { redis in
            let (records, _) = try await self.records(
                of: """
                    sys.last_value = ValueError("of yesterday")
                    attached("r1"); log.info("one")
                    """,
                in: redis
            )
            #expect(records.last == #"end INFO Run completed {"status":"completed","steps":0}"#)
            let closed = try await self.records(
                of: """
                    handler = attached("r1-closed")
                    sys.last_value = ValueError("of the program that goes on")
                    handler.close()
                    print(r.xrange("browser_use_logs:r1-closed")[-1][1][b"msg"].decode())
                    """,
                in: redis
            )
            #expect(closed.output.contains("Run completed"))
        }
    }

    @Test(
        "Ends with the status of a program that calls sys.exit inside with",
        arguments: [("0", 0, "completed"), ("", 0, "completed"), ("3", 3, "failed"), (#""no""#, 1, "failed")]
    )
    func exits(argument: String, status: Int32, outcome: String) async throws {
        try await withRedisServer { redis in
            let (records, _) = try await self.records(
                of: #"with attached("r1"): sys.exit(\#(argument))"#,
                in: redis,
                expecting: status
            )
            #expect(records.count == 1)
            #expect(records.first?.contains("Run \(outcome)") == true)
        }
    }
}
