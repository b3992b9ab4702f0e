//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServiceTesting
import TestSupport
import Testing

@Suite("A long history")
struct LongHistoryTests {
    private static let key = "browser_use_logs:r"
    private static let count = 3000

    /// Entries of many sizes, as one page has few of the large ones.
    private static let filling = """
        for number = 1, tonumber(ARGV[1]) do
            local size = number % 7 == 0 and number * 37 % 20000 or number % 300
            redis.call('XADD', KEYS[1], '*', 'msg', number .. string.rep('x', size))
        end
        """

    private func numbers(_ viewer: TestViewer) -> [Int] {
        viewer.events.compactMap { event in
            guard case .log(let record, _) = event else { return nil }
            return Int(record.message.prefix { $0 != "x" })
        }
    }

    @Test("Comes whole and in order, and what is asked for ahead is used")
    func whole() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli(["EVAL", Self.filling, "1", Self.key, "\(Self.count)"])
            try await gateway.withViewer(of: "r") { viewer in
                try await viewer.waits(for: "the last") { numbers($0).last == Self.count }
                #expect(numbers(viewer) == Array(1...Self.count))
                #expect(viewer.gaps.isEmpty)
            }
            let transactions = try await calls(of: "exec", redis)
            let scripts = try await calls(of: "xinfo|stream", redis)
            // Every page has one look at the stream; the first ones are read by a script alone.
            #expect(transactions > scripts / 2, "\(transactions) of \(scripts)")
        }
    }

    @Test("Is read in large pages again behind a large entry")
    func large() async throws {
        try await withRedisAndGateway { redis, gateway in
            let script = """
                for number = 1, tonumber(ARGV[1]) do
                    redis.call('XADD', KEYS[1], '*', 'msg', number .. string.rep('x', number < 4 and 200000 or 10))
                end
                """
            _ = try await redis.cli(["EVAL", script, "1", Self.key, "\(Self.count)"])
            try await gateway.withViewer(of: "r") { viewer in
                try await viewer.waits(for: "the last") { numbers($0).last == Self.count }
                #expect(numbers(viewer) == Array(1...Self.count))
            }
            #expect(try await calls(of: "exec", redis) < 30)
        }
    }

    @Test("That is trimmed while it is read has a gap where entries are gone, and no entry twice")
    func trimmed() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await redis.cli(["EVAL", Self.filling, "1", Self.key, "\(Self.count)"])
            try await gateway.withViewer(of: "r") { viewer in
                try await viewer.waits(for: "some") { numbers($0).count > 200 }
                _ = try await redis.cli("XTRIM", Self.key, "MAXLEN", "=", "100")
                try await viewer.waits(for: "the last") { numbers($0).last == Self.count }
                let seen = numbers(viewer)
                #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
                let holes = zip(seen, seen.dropFirst()).count { $0 + 1 != $1 }
                #expect(holes <= 1)
                #expect(viewer.gaps.count == holes)
            }
        }
    }

    private func calls(of command: String, _ redis: RedisServer) async throws -> Int {
        let lines = try await redis.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
        let name = "cmdstat_\(command):calls="
        let line = lines.first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count).prefix { $0 != "," }) } ?? 0
    }
}
