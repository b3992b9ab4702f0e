//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import HTTPStream
import Redis
import ServiceTesting
import TestSupport
import Testing

@Suite("A clock that jumps")
struct ClockJumpTests {
    /// By how many days the clock is wrong, one after the other.
    private static let days = [0, 1, -2, 400, -400, 0]

    /// Gives ids as Redis does, by a clock that is wrong. (Redis itself does not start under libfaketime, which clashes with
    /// its allocator.)
    private struct RedisClock {
        private var last: (milliseconds: Int64, sequence: Int) = (0, 0)

        mutating func id(daysAhead days: Int) -> String {
            let now = Timestamp.now().milliseconds + Int64(days) * 86_400_000
            last = now > last.milliseconds ? (now, 0) : (last.milliseconds, last.sequence + 1)
            return "\(last.milliseconds)-\(last.sequence)"
        }
    }

    @Test("Loses no record and repeats none, in Redis and the gateway", arguments: TestDatabase.allCases)
    func everywhere(_ database: TestDatabase) async throws {
        try await jump(database, redisToo: true)
    }

    @Test("Loses no record and repeats none, in the gateway alone", arguments: TestDatabase.allCases)
    func gatewayAlone(_ database: TestDatabase) async throws {
        try await jump(database, redisToo: false)
    }

    private func jump(_ database: TestDatabase, redisToo: Bool) async throws {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let clock = try JumpingClock(in: directory)
        try await database.withPlace { place in
            try await withRedisServer { redis in
                let settings = place.settings.merging(clock.environment) { $1 }
                try await GatewayProcess.with(redisURL: redis.url, settings: settings) { process in
                    let gateway = RunningGateway(port: process.port)
                    try await withRedisClient(of: redis) { client in
                        try await follow(gateway, client, clock, place, redisToo: redisToo)
                    }
                    await gateway.client.shutdown()
                }
            }
        }
    }

    /// Writes a run while the clock jumps, with one viewer that stays and one that comes back after each jump.
    private func follow(
        _ gateway: RunningGateway,
        _ client: RedisClient,
        _ clock: JumpingClock,
        _ place: TestDatabasePlace,
        redisToo: Bool
    ) async throws {
        let writer = try Writer(client, "r")
        var ids = RedisClock()
        func write(_ numbers: ClosedRange<Int>, _ days: Int) async throws {
            for number in numbers {
                try await writer.write("line \(number)", number, id: ids.id(daysAhead: redisToo ? days : 0))
            }
        }
        let each = 40
        var returning: [Int] = []
        var lastEventID: String?
        try await gateway.withViewer(of: "r") { staying in
            for (round, days) in Self.days.enumerated() {
                try clock.jump(to: "\(days < 0 ? "" : "+")\(days)d")
                let seen = round * each
                try await write(seen + 1...seen + each / 2, days)
                // The other half comes while it watches.
                try await gateway.withViewer(of: "r", lastEventID: lastEventID) { viewer in
                    try await viewer.waits(for: "half of round \(round)") { $0.sequence.count >= each / 2 }
                    try await write(seen + each / 2 + 1...seen + each, days)
                    try await viewer.waits(for: "round \(round)") { $0.sequence.count >= each }
                    #expect(viewer.gaps.isEmpty)
                    returning += viewer.sequence
                    lastEventID = viewer.lastEventID
                }
            }
            let total = Self.days.count * each
            let end = #"{"status":"completed","steps":1,"result":"done"}"#
            try await writer.write("over", total + 1, kind: "end", data: end, id: ids.id(daysAhead: 0))
            try await staying.waits(for: "the end") { $0.end != nil }
            #expect(staying.sequence == Array(1...total))
            #expect(staying.gaps.isEmpty)
            #expect(returning == Array(1...total))
            let records = try await place.waits(for: total + 1, of: writer.subject)
            #expect(records.dropLast().map(\.text) == (1...total).map { "line \($0)" })
            #expect(records.allSatisfy { $0.generation == 0 && $0.kind != .gap })
        }
    }
}
