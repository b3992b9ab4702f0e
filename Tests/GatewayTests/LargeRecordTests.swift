//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

@Suite("Records that are too large")
struct LargeRecordTests {
    private static let key = "browser_use_logs:r1"
    private static let leftOut = "(a text that is too large is left out)"

    private func withBoth(
        redisOptions: [String] = [],
        _ body: (RedisServer, RunningGateway) async throws -> Void
    ) async throws {
        try await withRedisAndGateway(redisOptions: redisOptions, largestValue: 64 << 10, body)
    }

    @discardableResult
    private func add(_ fields: String..., to redis: RedisServer) async throws -> String {
        try await redis.cli(["XADD", Self.key, "*"] + fields)
    }

    /// Adds an entry with a text of that size in bytes.
    @discardableResult
    private func addLarge(_ bytes: Int, _ fields: String..., to redis: RedisServer) async throws -> String {
        let script = "return redis.call('XADD', KEYS[1], '*', 'msg', string.rep('x', ARGV[1]), unpack(ARGV, 2))"
        return try await redis.cli(["EVAL", script, "1", Self.key, "\(bytes)"] + fields)
    }

    private func logs(_ viewer: TestViewer) -> [LogRecord] {
        viewer.events.compactMap { if case .log(let log, _) = $0 { log } else { nil } }
    }

    private func gaps(_ viewer: TestViewer) -> [StreamEvent.Gap] {
        viewer.events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    private func sentBytes(_ redis: RedisServer) async throws -> Int {
        let line = try await redis.cli("INFO", "stats").split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("total_net_output_bytes:") }
        return try #require(line?.split(separator: ":").last.flatMap { Int($0) })
    }

    @Test("Each has its place, number and level, live and in the history, and says how large it is")
    func inOrder() async throws {
        try await withBoth { redis, gateway in
            var ids: [String] = []
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                ids.append(try await add("msg", "one", "seq", "1", to: redis))
                ids.append(try await addLarge(1 << 20, "seq", "2", "level", "ERROR", to: redis))
                ids.append(try await add("msg", "three", "seq", "3", to: redis))
                ids.append(try await addLarge(2 << 20, "seq", "4", to: redis))
                ids.append(try await add("msg", "five", "seq", "5", to: redis))
                try await viewer.waits(for: "all records") { $0.sequence.count == 5 }
                #expect(viewer.messages == ["one", Self.leftOut, "three", Self.leftOut, "five"])
            }
            for query in ["", "?tail=5", "?tail=10000"] {
                try await gateway.withViewer(of: "r1", query: query) { viewer in
                    try await viewer.waits(for: "all records") { $0.sequence.count == 5 }
                    #expect(viewer.sequence == [1, 2, 3, 4, 5])
                    #expect(viewer.rawEvents.compactMap(\.id) == ids)
                    let logs = self.logs(viewer)
                    #expect(logs[1].message == Self.leftOut)
                    #expect(logs[1].level == .error)
                    #expect(logs[1].data?["left_out"]?["msg"]?.integer == 1 << 20)
                    #expect(logs[3].data?["left_out"]?["msg"]?.integer == 2 << 20)
                    #expect(gaps(viewer).isEmpty)
                }
            }
            try await gateway.withViewer(of: "r1", query: "?tail=2") { viewer in
                try await viewer.waits(for: "the last two") { $0.sequence == [4, 5] }
            }
            try await gateway.withViewer(of: "r1", lastEventID: ids[1]) { viewer in
                try await viewer.waits(for: "what follows") { $0.sequence == [3, 4, 5] }
                #expect(gaps(viewer).isEmpty)
            }
        }
    }

    @Test(
        "A gateway that finds them in the history shows them all in order, and records just below the limit completely"
    )
    func history() async throws {
        try await withBoth { redis, gateway in
            try await addLarge(1 << 20, "seq", "1", to: redis)
            for seq in 2...300 {
                if seq % 50 == 0 {
                    try await addLarge(seq << 12, "seq", "\(seq)", to: redis)
                } else {
                    try await addLarge(seq % 7 == 0 ? 60_000 : 100, "seq", "\(seq)", to: redis)
                }
            }
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "all records") { $0.sequence.count >= 300 }
                #expect(viewer.sequence == Array(1...300))
                #expect(gaps(viewer).isEmpty)
                for log in logs(viewer) {
                    let seq = try #require(log.seq)
                    let isLarge = seq == 1 || seq % 50 == 0
                    let length = isLarge ? Self.leftOut.utf8.count : seq % 7 == 0 ? 60_000 : 100
                    #expect(log.message.utf8.count == length)
                }
                try await add("msg", "next", "seq", "301", to: redis)
                try await viewer.waits(for: "the next record") { $0.sequence.last == 301 }
            }
            try await gateway.withViewer(of: "r1", query: "?tail=250") { viewer in
                try await viewer.waits(for: "the last records") { $0.sequence.count >= 250 }
                #expect(viewer.sequence == Array(52...301))
            }
        }
    }

    @Test(
        "The fields of a record count together, whichever way it is read, and a record just below the limit is complete"
    )
    func manyFields() async throws {
        try await withBoth { redis, gateway in
            let some = String(repeating: "y", count: 30_000)
            try await addLarge(30_000, "data", "\"\(some)\"", "level", "ERROR", to: redis)
            try await addLarge(50_000, "data", "\"\(some)\"", "level", "ERROR", to: redis)
            for addsMore in [false, true] {
                // The stream becomes heavy.
                if addsMore { try await addLarge(1 << 20, to: redis) }
                try await gateway.withViewer(of: "r1", query: "?from=0-1") { viewer in
                    try await viewer.waits(for: "the records") { $0.messages.count == (addsMore ? 3 : 2) }
                    let logs = self.logs(viewer)
                    #expect(logs[0].message.utf8.count == 30_000)
                    #expect(logs[0].data == .string(some))
                    #expect(logs[1].message == Self.leftOut)
                    #expect(logs[1].level == .error)
                    #expect(
                        logs[1].data
                            == .object(["left_out": .object(["msg": .integer(50_000), "data": .integer(30_002)])])
                    )
                }
            }
        }
    }

    @Test("They are omitted even if Redis does not report the memory of a stream")
    func withoutMemory() async throws {
        try await withBoth { redis, gateway in
            _ = try await redis.cli("ACL", "SETUSER", "default", "-memory")
            try await add("msg", "one", to: redis)
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first record") { $0.messages == ["one"] }
                try await addLarge(1 << 20, to: redis)
                try await add("msg", "three", to: redis)
                try await viewer.waits(for: "all records") { $0.messages == ["one", Self.leftOut, "three"] }
            }
            try await gateway.withViewer(of: "r1", query: "?from=0-1") { viewer in
                try await viewer.waits(for: "all records") { $0.messages == ["one", Self.leftOut, "three"] }
            }
        }
    }

    @Test("Each is read from Redis once, however many viewers there are and however long they stay")
    func askedOnce() async throws {
        try await withBoth { redis, gateway in
            try await add("msg", "one", to: redis)
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first record") { $0.messages == ["one"] }
                try await addLarge(32 << 20, to: redis)
                try await viewer.waits(for: "the large record") { $0.messages == ["one", Self.leftOut] }
                let before = try await sentBytes(redis)
                for _ in 0..<5 {
                    try await gateway.withViewer(of: "r1", query: "?tail=2") { other in
                        try await other.waits(for: "both records") { $0.messages == ["one", Self.leftOut] }
                    }
                }
                // Longer than one sweep over all streams.
                try await Task.sleep(for: .seconds(2))
                try await add("msg", "three", to: redis)
                try await viewer.waits(for: "the next record") { $0.messages == ["one", Self.leftOut, "three"] }
                #expect(try await sentBytes(redis) - before < 1 << 20)
            }
        }
    }

    @Test("A large text that was only published is shown as omitted, and one that was also stored is one record")
    func published() async throws {
        try await withBoth(redisOptions: ["--client-output-buffer-limit", "pubsub 0 0 0"]) { redis, gateway in
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                let publish = "redis.call('PUBLISH', KEYS[1], string.rep('x', ARGV[1]))"
                _ = try await redis.cli("EVAL", publish, "1", Self.key, "1000000")
                try await viewer.waits(for: "the message") { $0.messages == [Self.leftOut] }
                let both = "redis.call('XADD', KEYS[1], '*', 'msg', string.rep('y', ARGV[1])) " + publish
                _ = try await redis.cli("EVAL", both, "1", Self.key, "1000000")
                try await add("msg", "after", to: redis)
                try await viewer.waits(for: "the record after it") { $0.messages.last == "after" }
                #expect(viewer.messages == [Self.leftOut, Self.leftOut, "after"])
                #expect(logs(viewer)[0].data?["left_out"]?["message"]?.integer == 1_000_000)
            }
        }
    }

    @Test("A deleted one is not shown any more, and one trimmed before it was seen is a gap")
    func gone() async throws {
        try await withBoth { redis, gateway in
            let first = try await add("msg", "one", "seq", "1", to: redis)
            let large = try await addLarge(1 << 20, "seq", "2", to: redis)
            try await add("msg", "three", "seq", "3", to: redis)
            try await addLarge(1 << 20, "seq", "4", to: redis)
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "all records") { $0.sequence == [1, 2, 3, 4] }
                _ = try await redis.cli("XDEL", Self.key, large)
                // Starts from an id that the stream does not have, so that the stream is read again.
                try await gateway.withViewer(of: "r1", query: "?from=0-1") { other in
                    try await other.waits(for: "what is left") { $0.sequence == [1, 3, 4] }
                    #expect(gaps(other).map(\.missed) == [nil, 1])
                }
                _ = try await redis.cli("XTRIM", Self.key, "MAXLEN", "1")
                try await gateway.withViewer(of: "r1", lastEventID: first) { other in
                    try await other.waits(for: "what is left") { $0.sequence == [4] }
                    #expect(gaps(other).count == 1)
                }
            }
        }
    }

    @Test("A heavy stream that is deleted and recreated is followed from its new start")
    func begunAnew() async throws {
        try await withBoth { redis, gateway in
            try await add("msg", "one", to: redis)
            try await addLarge(1 << 20, to: redis)
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "both records") { $0.messages == ["one", Self.leftOut] }
                _ = try await redis.cli("DEL", Self.key)
                try await addLarge(2 << 20, to: redis)
                try await add("msg", "anew", to: redis)
                try await viewer.waits(for: "the new records") {
                    $0.messages == ["one", Self.leftOut, Self.leftOut, "anew"]
                }
            }
        }
    }

    @Test("A record of 300 MB costs the gateway at most 32 MiB")
    func memory() async throws {
        try await withRedisServer { redis in
            try await GatewayProcess.with(redisURL: redis.url) { process in
                let gateway = RunningGateway(port: process.port)
                defer { Task { await gateway.client.shutdown() } }
                try await gateway.withViewer(of: "r1") { viewer in
                    try await add("msg", "one", to: redis)
                    try await viewer.waits(for: "the first record") { $0.messages == ["one"] }
                    let before = try process.residentBytes
                    let measuring = Task {
                        var most = 0
                        while !Task.isCancelled {
                            most = max(most, try process.residentBytes)
                            try? await Task.sleep(for: .milliseconds(5))
                        }
                        return most
                    }
                    defer { measuring.cancel() }
                    try await addLarge(314_572_800, to: redis)
                    try await add("msg", "three", to: redis)
                    try await viewer.waits(for: "all records") { $0.messages == ["one", Self.leftOut, "three"] }
                    try await gateway.withViewer(of: "r1") { other in
                        try await other.waits(for: "all records") { $0.messages == ["one", Self.leftOut, "three"] }
                    }
                    measuring.cancel()
                    let most = try await measuring.value
                    #expect(most - before < 32 << 20)
                }
            }
        }
    }
}
