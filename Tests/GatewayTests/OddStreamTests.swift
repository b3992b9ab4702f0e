//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

@Suite("Unexpected data in Redis")
struct OddStreamTests {
    private static let key = "browser_use_logs:r1"

    @Test("Records with invalid numbers are shown like any other")
    func absurdNumbers() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await gateway.withViewer(of: "r1") { viewer in
                for (text, number) in [("a", "9223372036854775807"), ("b", "1"), ("c", "9007199254740992"), ("d", "2")]
                {
                    _ = try await redis.cli("XADD", Self.key, "*", "msg", text, "seq", number)
                    try await viewer.waits(for: text) { $0.messages.last == text }
                }
                #expect(viewer.messages == ["a", "b", "c", "d"])
            }
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "all of them again") { $0.messages == ["a", "b", "c", "d"] }
            }
        }
    }

    @Test("Invalid numbers do not indicate a gap to a viewer that resumes far behind")
    func absurdNumbersBehind() async throws {
        try await withRedisAndGateway { redis, gateway in
            let script = """
                for i = 1, 1300 do redis.call('XADD', KEYS[1], i .. '-1', 'msg', 'm' .. i, 'seq', '0') end
                return redis.call('XADD', KEYS[1], '*', 'msg', 'last', 'seq', '5')
                """
            _ = try await redis.cli("EVAL", script, "1", Self.key)
            try await gateway.withViewer(of: "r1", query: "?from=40-1") { viewer in
                try await viewer.waits(for: "the last") { $0.messages.last == "last" }
                #expect(viewer.messages.count == 1261)
                #expect(viewer.events.count { if case .gap = $0 { true } else { false } } == 0)
            }
        }
    }

    @Test("Numbered records that are gone from in front of where a viewer resumes are no gap behind it")
    func numbersBefore() async throws {
        try await withRedisAndGateway { redis, gateway in
            let script = """
                for i = 1, 3 do redis.call('XADD', KEYS[1], i .. '-1', 'msg', 'n' .. i, 'seq', i) end
                for i = 11, 1310 do redis.call('XADD', KEYS[1], i .. '-1', 'msg', 'm' .. i) end
                redis.call('XADD', KEYS[1], '2000-1', 'msg', 'n4', 'seq', '4')
                return redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', 1301)
                """
            _ = try await redis.cli("EVAL", script, "1", Self.key)
            try await gateway.withViewer(of: "r1", query: "?from=11-1") { viewer in
                try await viewer.waits(for: "the last") { $0.messages.last == "n4" }
                #expect(viewer.messages.count == 1300)
                #expect(viewer.gaps.isEmpty)
            }
        }
    }

    @Test("A stream that was recreated and has grown beyond is shown completely, after a gap")
    func overtaken() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli("XADD", Self.key, "500-1", "msg", "old")
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the old one") { $0.messages == ["old"] }
                let script = """
                    redis.call('DEL', KEYS[1])
                    redis.call('XADD', KEYS[1], '400-1', 'msg', 'below')
                    return redis.call('XADD', KEYS[1], '600-1', 'msg', 'above')
                    """
                _ = try await redis.cli("EVAL", script, "1", Self.key)
                try await viewer.waits(for: "the new ones") { $0.messages == ["old", "below", "above"] }
                #expect(viewer.events.count { if case .gap = $0 { true } else { false } } == 1)
            }
        }
    }

    @Test("So is the stream of a batch")
    func absurdBatchNumbers() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await gateway.withViewer(ofBatch: "b1") { viewer in
                for (text, number) in [("a", "9223372036854775807"), ("b", "1"), ("c", "-1")] {
                    _ = try await redis.cli(
                        "XADD",
                        "{browser_use_logs:b1}:batch",
                        "*",
                        "msg",
                        text,
                        "request_id",
                        "r1",
                        "batch_seq",
                        number
                    )
                    try await viewer.waits(for: text) { $0.messages.last == text }
                }
            }
        }
    }

    @Test("A stream whose counter was set to the largest number continues")
    func absurdCounter() async throws {
        try await withRedisAndGateway { redis, gateway in
            let script = "for i = 1, 1100 do redis.call('XADD', KEYS[1], '*', 'msg', 'm' .. i) end"
            _ = try await redis.cli("EVAL", script, "1", Self.key)
            let id = try await redis.cli("XADD", Self.key, "*", "msg", "last")
            try await gateway.withViewer(of: "r1", query: "?tail=1") { viewer in
                try await viewer.waits(for: "the last") { $0.messages == ["last"] }
                for counter in ["9223372036854774784", "9223372036854775807"] {
                    _ = try await redis.cli(
                        "XSETID",
                        Self.key,
                        id,
                        "ENTRIESADDED",
                        counter,
                        "MAXDELETEDID",
                        "0-0"
                    )
                    try await gateway.withViewer(of: "r1", query: "?tail=1") { other in
                        try await other.waits(for: "the last") { $0.messages == ["last"] }
                    }
                }
                _ = try await redis.cli("EVAL", script, "1", Self.key)
                try await viewer.waits(for: "what comes next") { $0.messages.last == "m1100" }
                #expect(viewer.messages.count == 1101)
            }
        }
    }

    @Test("A viewer whose position cannot be read affects no others, and is not retried endlessly")
    func greatestID() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli("XADD", Self.key, "*", "msg", "one")
            try await gateway.withViewer(of: "r1") { viewer in
                let greatest = "18446744073709551615-18446744073709551615"
                try await gateway.withViewer(of: "r1", lastEventID: greatest) { stranger in
                    for number in 1...3 {
                        _ = try await redis.cli("XADD", Self.key, "*", "msg", "\(number)")
                        try await viewer.waits(for: "record \(number)") { $0.messages.last == "\(number)" }
                    }
                    #expect(!viewer.text.contains(#""type":"error""#))
                    _ = stranger.head
                }
                let stats = try await redis.cli("INFO", "errorstats")
                let errors = stats.split(whereSeparator: \.isNewline).first { $0.hasPrefix("errorstat_ERR:count=") }
                let count = errors.flatMap { Int($0.drop { $0 != "=" }.dropFirst()) } ?? 0
                #expect(count < 20)
            }
        }
    }

    @Test("While a key is not a stream, published messages are sent, and once it is one, its records")
    func wrongType() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli("SET", Self.key, "no stream")
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the error") { $0.text.contains(#""type":"error""#) }
                _ = try await redis.cli("DEL", Self.key)
                _ = try await redis.cli("XADD", Self.key, "*", "msg", "zero")
                try await viewer.waits(for: "the record") { $0.messages == ["zero"] }
                _ = try await redis.cli("DEL", Self.key)
                _ = try await redis.cli("SET", Self.key, "no stream")
                let script = "for i = 1, 1500 do redis.call('PUBLISH', KEYS[1], 'm' .. i) end"
                _ = try await redis.cli("EVAL", script, "1", Self.key)
                try await viewer.waits(for: "all messages") { $0.messages.count == 1501 }
                #expect(viewer.messages.dropFirst() == (1...1500).map { "m\($0)" }[...])
            }
        }
    }

    @Test("Records after the end change nothing: 204 for viewers that have seen it, the end for new ones")
    func lateEntries() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli("XADD", Self.key, "*", "msg", "one")
            let end = try await redis.cli("XADD", Self.key, "*", "msg", "over", "kind", "end", "data", "{}")
            _ = try await redis.cli("PUBLISH", Self.key, "late")
            let late = try await redis.cli("XADD", Self.key, "*", "msg", "later")
            for id in [end, late] {
                let request = HTTPClient.Request(gateway.streamURL("r1"), headers: ["Last-Event-ID": id])
                #expect(try await gateway.client.request(request).status == 204)
            }
            try await gateway.withViewer(of: "r1", query: "?from=now") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.end != nil)
                #expect(viewer.messages == [])
            }
        }
    }

    @Test("The last 10,000 records of more are exactly those, and Redis counts no more than 500 of them at once")
    func longTail() async throws {
        try await withRedisAndGateway { redis, gateway in
            let script = "for i = 1, 12000 do redis.call('XADD', KEYS[1], '*', 'msg', 'm', 'seq', i) end"
            _ = try await redis.cli("EVAL", script, "1", Self.key)
            _ = try await redis.cli("CONFIG", "SET", "slowlog-max-len", "10000", "slowlog-log-slower-than", "0")
            try await gateway.withViewer(of: "r1", query: "?tail=10000") { viewer in
                try await viewer.waits(for: "the last record") { viewer in
                    viewer.rawEvents.count { $0.data.hasPrefix(#"{"type":"log""#) } >= 10_000
                }
                #expect(viewer.sequence == Array(2001...12_000))
                #expect(!viewer.text.contains(#""type":"gap""#))
            }
            let log = try await redis.cli("SLOWLOG", "GET", "-1").split(separator: "\n")
            // EVALSHA, the digest, 1, the key, where to begin, how many.
            let counts = log.indices.filter { log[$0] == "EVALSHA" && $0 + 5 < log.endIndex }
                .filter { log[$0 + 3] == Self.key && (log[$0 + 4] == "+" || log[$0 + 4].hasPrefix("(")) }
                .compactMap { Int(log[$0 + 5]) }
            #expect(counts.count >= 20)
            #expect(counts.allSatisfy { $0 <= 500 }, "\(counts)")
        }
    }
}
