//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServiceTesting
import TestSupport
import Testing

@Suite("The Python handler during an outage of Redis")
struct PythonOutageTests {
    private static let setUp = """
        from stepcast_logging import StepcastHandler
        log = logging.getLogger("agent")
        log.setLevel(logging.INFO)

        """

    @Test("Keeps records while Redis is unavailable, and then writes each once and in order")
    func outage() async throws {
        try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    let process = try Python(redis: redis).start(
                        [
                            "-c",
                            "import logging, time\n" + Self.setUp + """
                                with StepcastHandler("r1", patience=240) as handler:
                                    log.addHandler(handler)
                                    for number in range(3000):
                                        log.info("%d", number)
                                        if number % 1000 == 500:
                                            print("at", number, flush=True)
                                            time.sleep(0.5)
                                """,
                            // More than there are, so that nothing is trimmed before a busy gateway reads it.
                        ],
                        environment: ["REDIS_STREAM_MAXLEN": "10000"]
                    )
                    for number in [500, 1500] {
                        try await eventually("record \(number)") { process.output.contains("at \(number)\n") }
                        try await redis.kill()
                        try await redis.start()
                    }
                    // Redis syncs each record to disk before it responds, which may be slow on a busy machine.
                    let exit = try await process.waitForExit(timeout: .seconds(240))
                    #expect(exit == .exited(0), "\(process.output)")
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(viewer.messages == (0..<3000).map(String.init))
                    #expect(viewer.sequence == Array(1...3000))
                }
            }
        }
    }

    @Test("Writes a repeated record only once")
    func repetition() async throws {
        try await withRedisServer { redis in
            _ = try await Python(redis: redis).run(
                Self.setUp + """
                    class Doubtful(StepcastHandler):
                        def _send(self, number, fields, payload):
                            super()._send(number, fields, payload)
                            if not hasattr(self, "sent"): self.sent = set()
                            if number not in self.sent:
                                self.sent.add(number)
                                raise redis.TimeoutError("the answer is lost")
                    subscriber = r.pubsub(ignore_subscribe_messages=True)
                    subscriber.subscribe(key)
                    while not r.pubsub_numsub(key)[0][1]: time.sleep(0.01)
                    with Doubtful("r1", patience=60) as handler:
                        log.addHandler(handler)
                        log.info("one"); log.info("two")
                    assert [fields[b"msg"] for _, fields in r.xrange(key)] == [b"one", b"two", b"Run completed"]
                    assert [fields[b"seq"] for _, fields in r.xrange(key)] == [b"1", b"2", b"3"]
                    published = []
                    while len(published) < 3:
                        if message := subscriber.get_message(timeout=10): published.append(json.loads(message["data"]))
                    assert [record["id"].encode() for record in published] == [id for id, _ in r.xrange(key)]
                    assert subscriber.get_message(timeout=0.1) is None
                    """
            )
        }
    }

    @Test("Never raises into the agent or blocks it, and reports what was lost")
    func noRedis() async throws {
        try await withRedisServer { redis in
            let nowhere = try RefusingPort()
            let output = try await Python(redis: redis).run(
                Self.setUp + """
                    handler = StepcastHandler("r1", patience=0.2, capacity=10)
                    log.addHandler(handler)
                    began = time.monotonic()
                    for number in range(20): log.info("%d", number)
                    assert time.monotonic() - began < 8
                    """,
                environment: ["REDIS_URL": "redis://127.0.0.1:\(nowhere.number)/0"]
            )
            withExtendedLifetime(nowhere) {}
            #expect(output.contains("10 records are waiting"))
            #expect(output.contains("records did not reach Redis"))
        }
    }
}
