//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import Logging
import Redis
import ServiceTesting
import TestSupport
import Testing

/// Redis with replicas, of which Sentinel makes another one the master.
@Suite("A fail-over of Redis")
struct FailoverTests {
    private static let writing = RedisScript(
        """
        local id = redis.call('XADD', KEYS[1], '*', 'msg', 'line ' .. ARGV[1], 'request_id', 'r', 'seq', ARGV[1],
            'kind', ARGV[2], 'data', ARGV[3])
        redis.call('PUBLISH', KEYS[1], '{"msg":"line ' .. ARGV[1] .. '","request_id":"r","seq":' .. ARGV[1]
            .. ',"kind":"' .. ARGV[2] .. '","data":' .. ARGV[3] .. ',"id":"' .. id .. '"}')
        return id
        """
    )

    /// Writes records that the replica has too before the next one is written.
    private func write(_ numbers: ClosedRange<Int>, _ client: RedisClient, ends: Bool = false) async throws {
        for number in numbers {
            let isEnd = ends && number == numbers.upperBound
            let end = #"{"status":"completed","steps":1,"result":"done"}"#
            _ = try await client.evaluate(
                Self.writing,
                keys: ["browser_use_logs:r"],
                arguments: [number, isEnd ? "end" : "log", isEnd ? end : "{}"]
            )
            #expect(try await client.send(RedisCommand("WAIT", 1, 2000)).as(Int.self) >= (isEnd ? 0 : 1))
        }
    }

    /// Waits until a client has found the new master.
    private func untilWritable(_ client: RedisClient) async throws {
        try await eventually("a master that takes writes") {
            (try? await client.send(RedisCommand("SET", "probe", "1"))) != nil
        }
    }

    @Test("Loses nothing that the replica had, for viewers that stay and for new ones, when the master is killed")
    func killed() async throws {
        try await WatchedRedis.with { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await withRedisClient(url: redis.url) { client in
                    try await gateway.withViewer(of: "r") { viewer in
                        try await write(1...50, client)
                        try await viewer.waits(for: "50 records") { $0.sequence.count == 50 }
                        let former = try await redis.master()
                        try await former.kill()
                        try await untilWritable(client)
                        #expect(try await redis.master().port != former.port)
                        // It comes back as the replica of the new one, which WAIT needs.
                        try await former.start()
                        try await WatchedRedis.untilReplica(former)
                        try await write(51...101, client, ends: true)
                        try await viewer.waits(for: "the end") { $0.end != nil }
                        #expect(viewer.sequence == Array(1...100))
                        #expect(viewer.gaps.isEmpty)
                    }
                    try await gateway.withViewer(of: "r", query: "?from=start") { viewer in
                        try await viewer.waits(for: "the end") { $0.end != nil }
                        #expect(viewer.sequence == Array(1...100))
                    }
                }
            }
        }
    }

    @Test("A former master that goes on answering is left")
    func demoted() async throws {
        try await WatchedRedis.with { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await withRedisClient(url: redis.url) { client in
                    try await gateway.withViewer(of: "r") { viewer in
                        try await write(1...20, client)
                        let former = try await redis.master()
                        try await redis.askSentinel("SENTINEL", "FAILOVER", WatchedRedis.name)
                        try await eventually("another master") { try await redis.master().port != former.port }
                        try await WatchedRedis.untilReplica(former)
                        try await untilWritable(client)
                        try await write(21...41, client, ends: true)
                        try await viewer.waits(for: "the end") { $0.end != nil }
                        #expect(viewer.sequence == Array(1...40))
                        #expect(viewer.gaps.isEmpty)
                    }
                }
            }
        }
    }

    @Test("A run goes on through it, and its viewer sees each line once and in order")
    func run() async throws {
        try await WatchedRedis.with { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    try await withGateway(redisURL: redis.url) { gateway in
                        let pause = "wait 1 second"
                        let task = (["go to \(site.url("/links"))"] + Array(repeating: pause, count: 12))
                            .joined(separator: ", then ")
                        #expect(try await api.post(#"{"task":"\#(task)","request_id":"r"}"#).status == 200)
                        try await gateway.withViewer(of: "r") { viewer in
                            try await viewer.waits(for: "some records") { $0.sequence.count >= 6 }
                            try await redis.master().kill()
                            try await viewer.waits(for: "the end", timeout: .seconds(120)) { $0.end != nil }
                            #expect(viewer.end?.outcome.status == .completed)
                            let numbers = viewer.sequence
                            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
                            // What the replica did not have yet is told.
                            let isWhole = numbers == Array(1...(numbers.last ?? 0))
                            #expect(viewer.gaps.isEmpty == isWhole)
                        }
                        #expect(try await api.finishedRun("r").status == .completed)
                    }
                }
            }
        }
    }

    @Test("Sentinels that know no master, or are none, are named in the error")
    func unknown() async throws {
        try await WatchedRedis.with { redis in
            let url = redis.url.replacing("/stepcast/", with: "/other/")
            try await withRedisClient(url: url) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
                #expect(error?.description.contains("knows no such master") == true, "\(String(describing: error))")
            }
            let noSentinel = "redis+sentinel://127.0.0.1:\(redis.servers[0].port)/stepcast"
            try await withRedisClient(url: noSentinel) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand("PING")) }
                #expect(error?.description.contains("no sentinel says") == true, "\(String(describing: error))")
            }
        }
    }
}
