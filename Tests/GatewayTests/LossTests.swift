//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServiceTesting
import TestSupport
import Testing

/// Protocol, section 3: an id ahead of the stream is never silent.
@Suite("A viewer whose id the stream does not reach")
struct LossTests {
    private static let key = "browser_use_logs:r1"

    @Test("Gets one gap and new records if Redis has lost its latest entries")
    func lost() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                // Explicit ids, to show that the order of ids is not what matters.
                for number in 1...3 {
                    _ = try await redis.cli("XADD", Self.key, "*", "msg", "kept \(number)")
                }
                try await eventually("the gateway's note") {
                    try await redis.cli("EXISTS", "{browser_use_logs}:alive") == "1"
                }
                _ = try await redis.cli("SAVE")
                let lost = try await redis.cli("XADD", Self.key, "*", "msg", "lost")
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the record") { $0.messages.last == "lost" }
                }
                try await redis.kill()
                try await redis.start()
                try await gateway.withViewer(of: "r1", lastEventID: lost) { viewer in
                    try await viewer.waits(for: "a gap") { $0.gaps.count == 1 }
                    _ = try await redis.cli("XADD", Self.key, "*", "msg", "new")
                    try await viewer.waits(for: "what is new") { $0.messages.last == "new" }
                    #expect(viewer.messages == ["new"])
                    #expect(viewer.gaps.count == 1)
                }
            }
        }
    }

    @Test("Gets all records of a recreated stream where only the connections to Redis were lost")
    func connectionsLost() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await eventually("the gateway's note") {
                    try await redis.cli("EXISTS", "{browser_use_logs}:alive") == "1"
                }
                try await gateway.withViewer(of: "r1") { viewer in
                    _ = try await redis.cli("XADD", Self.key, "*", "msg", "old")
                    _ = try await redis.cli("CLIENT", "KILL", "TYPE", "normal")
                    let killed = try await redis.cli("TIME").split(separator: "\n").first.flatMap { Int($0) }
                    let milliseconds = try #require(killed) * 1000
                    try await viewer.waits(for: "the record") { $0.messages == ["old"] }
                    try await eventually("a note by a connection made since") {
                        let note = try await redis.cli("GET", "{browser_use_logs}:alive")
                        return note.split(separator: " ").first.flatMap { Int($0) }.map { $0 > milliseconds + 2000 }
                            ?? false
                    }
                    _ = try await redis.cli("DEL", Self.key)
                    _ = try await redis.cli("XADD", Self.key, "1-0", "msg", "anew")
                    try await viewer.waits(for: "the new stream") { $0.messages == ["old", "anew"] }
                }
                #expect(try await redis.cli("EXISTS", "{browser_use_logs}:losses") == "0")
            }
        }
    }

    @Test("Gets one gap and all records if the stream was recreated")
    func begunAnew() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                for number in 1...2 { _ = try await redis.cli("XADD", Self.key, "\(number)-0", "msg", "\(number)") }
                try await gateway.withViewer(of: "r1", lastEventID: "9999999999999-0") { viewer in
                    try await viewer.waits(for: "all") { $0.messages == ["1", "2"] }
                    _ = try await redis.cli("XADD", Self.key, "3-0", "msg", "3")
                    try await viewer.waits(for: "what is new") { $0.messages == ["1", "2", "3"] }
                    #expect(viewer.gaps.count == 1)
                    _ = try await redis.cli("DEL", Self.key)
                    _ = try await redis.cli("XADD", Self.key, "1-0", "msg", "anew")
                    try await viewer.waits(for: "the new stream") { $0.messages == ["1", "2", "3", "anew"] }
                    #expect(viewer.gaps.count == 2)
                }
            }
        }
    }

    @Test("Gets the gap at once if there is no stream, and then new records")
    func empty() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1", query: "?from=5-0") { viewer in
                    try await viewer.waits(for: "a gap") { $0.gaps.count == 1 }
                    _ = try await redis.cli("XADD", Self.key, "*", "msg", "thirteenth", "seq", "13")
                    try await viewer.waits(for: "the record") { $0.messages == ["thirteenth"] }
                    #expect(viewer.gaps.count == 1)
                }
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the record") { $0.messages == ["thirteenth"] }
                    #expect(viewer.gaps.map(\.missed) == [12])
                }
            }
        }
    }
}
