//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import FoundationEssentials
import HTTPStream
import Redis
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

@Suite("The archiver")
struct ArchiverTests {
    private func withArchiver(
        _ database: TestDatabase,
        _ body: (RedisServer, RedisClient, RunningGateway, TestDatabasePlace) async throws -> Void
    ) async throws {
        try await database.withPlace { place in
            try await withRedisAndGateway(settings: place.settings) { redis, gateway in
                try await withRedisClient(of: redis) { client in try await body(redis, client, gateway, place) }
            }
        }
    }

    @Test(
        "Archives what is written, also what was there before it came, byte for byte as viewers get it",
        arguments: TestDatabase.allCases
    )
    func follow(_ database: TestDatabase) async throws {
        try await withArchiver(database) { _, client, gateway, place in
            let writer = try Writer(client, "mine")
            try await writer.write(1...50)
            try await writer.end(51)
            let records = try await place.waits(for: 51, of: writer.subject)
            #expect(records.map(\.place) == Array(1...51))
            #expect(records.dropLast().map(\.text) == (1...50).map { "line \($0)" })
            #expect(records.last?.kind == .end)
            try await gateway.withViewer(of: "mine") { viewer in
                try await viewer.waits(for: "the end") { $0.end != nil }
                let events = viewer.rawEvents.filter { $0.id != nil && !$0.data.isEmpty }
                #expect(events.map(\.data) == records.map(\.event))
                #expect(events.map(\.id) == records.map(\.id?.description))
            }
            let archive = try await place.open()
            let run = try #require(try await archive.run(writer.requestID))
            #expect(run.isOver)
            #expect(run.facts.status == .completed)
            #expect(run.facts.result == "done")
            await archive.close()
        }
    }

    @Test(
        "Archives runs of others: those that only store, those that only publish, and those that do both",
        arguments: TestDatabase.allCases
    )
    func foreign(_ database: TestDatabase) async throws {
        try await withArchiver(database) { redis, _, gateway, place in
            try await waitUntilArchiving(redis)
            for number in 1...20 {
                _ = try await redis.cli("XADD", "browser_use_logs:stored", "*", "msg", "line \(number)")
                _ = try await redis.cli("PUBLISH", "browser_use_logs:published", "line \(number)")
                _ = try await redis.cli("XADD", "browser_use_logs:both", "*", "msg", "line \(number)")
                _ = try await redis.cli(
                    "PUBLISH",
                    "browser_use_logs:both",
                    #"{"msg":"line \#(number)","level":"ERROR"}"#
                )
            }
            for name in ["stored", "published", "both"] {
                let records = try await place.waits(for: 20, of: .run(try Identifier(name)))
                #expect(records.map(\.text) == (1...20).map { "line \($0)" }, "\(name)")
                #expect(records.allSatisfy { ($0.id == nil) == (name == "published") }, "\(name)")
            }
            _ = gateway
        }
    }

    @Test("Records what was trimmed before it came as a gap", arguments: TestDatabase.allCases)
    func trimmed(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writer = try Writer(client, "r")
                    try await writer.write(1...30)
                    _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "10")
                    try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                        let records = try await place.waits(for: 11, of: writer.subject)
                        #expect(records.map(\.text) == ["gap 20"] + (21...30).map { "line \($0)" })
                    }
                }
            }
        }
    }

    @Test("Goes on in a new generation when a stream is deleted and begun anew", arguments: TestDatabase.allCases)
    func anew(_ database: TestDatabase) async throws {
        try await withArchiver(database) { redis, client, _, place in
            let writer = try Writer(client, "r")
            try await writer.write(1...3)
            _ = try await place.waits(for: 3, of: writer.subject)
            _ = try await redis.cli("DEL", "browser_use_logs:r")
            try await writer.write(1...2, text: "new")
            let records = try await eventually("the new records") {
                let records = try await place.records(of: writer.subject)
                return records.last?.text == "new 2" ? records : nil
            }
            #expect(records.filter { $0.kind != .gap }.map(\.text) == ["line 1", "line 2", "line 3", "new 1", "new 2"])
            #expect(records.last?.generation == 1)
        }
    }

    @Test("Archives what a run says that begins anew while its end waits for the database")
    func anewBehindTheEnd() async throws {
        try await withArchiver(.sqlite) { redis, client, gateway, place in
            let writer = try Writer(client, "r")
            try await writer.write(1...3)
            _ = try await place.waits(for: 3, of: writer.subject)
            let lock = try await DatabaseLock(place)
            try await writer.end(4)
            try await eventually("the end to wait") {
                let text = try await gateway.client.ask(gateway.url("/metrics"), nil).text
                return text.contains("stepcast_archive_lag_records 1")
            }
            _ = try await redis.cli("DEL", "browser_use_logs:r")
            try await writer.write(1...1, text: "new")
            try await gateway.withViewer(of: "r") { viewer in
                try await viewer.waits(for: "the new record") { !$0.sequence.isEmpty }
            }
            try await lock.release()
            let records = try await eventually("the new record") {
                let records = try await place.records(of: writer.subject)
                return records.last?.text == "new 1" ? records : nil
            }
            #expect(records.filter { $0.kind != .gap }.map(\.text) == ["line 1", "line 2", "line 3", "end", "new 1"])
        }
    }

    /// What was deleted by itself above hides that the stream is another one: the protocol says so.
    @Test(
        "Archives all of a stream that was begun anew while no archiver was there, though it has come further",
        arguments: [false, true]
    )
    func anewMeanwhile(isHigherDeleted: Bool) async throws {
        try await TestDatabase.sqlite.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writer = try Writer(client, "r")
                    try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                        try await writer.write(1...3)
                        _ = try await place.waits(for: 3, of: writer.subject)
                    }
                    _ = try await redis.cli("DEL", "browser_use_logs:r")
                    for number in 1...5 {
                        _ = try await redis.cli("XADD", "browser_use_logs:r", "1000-\(number)", "msg", "new \(number)")
                    }
                    let deleted = try await redis.cli("XADD", "browser_use_logs:r", "*", "msg", "deleted")
                    _ = try await redis.cli("XADD", "browser_use_logs:r", "*", "msg", "new 6")
                    if isHigherDeleted { _ = try await redis.cli("XDEL", "browser_use_logs:r", deleted) }
                    try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                        let records = try await eventually("the new records") {
                            let records = try await place.records(of: writer.subject)
                            return records.last?.text == "new 6" ? records : nil
                        }
                        let texts = records.filter { $0.kind != .gap }.map(\.text)
                        let new = isHigherDeleted ? [] : (1...5).map { "new \($0)" } + ["deleted"]
                        #expect(texts == (1...3).map { "line \($0)" } + new + ["new 6"])
                        #expect(records.contains { $0.kind == .gap })
                    }
                }
            }
        }
    }

    @Test(
        "Says that it is behind while the database is locked, and catches up; viewers notice nothing",
        arguments: TestDatabase.allCases
    )
    func locked(_ database: TestDatabase) async throws {
        try await withArchiver(database) { _, client, gateway, place in
            let writer = try Writer(client, "r")
            try await writer.write(1...3)
            _ = try await place.waits(for: 3, of: writer.subject)
            let lock = try await DatabaseLock(place)
            try await gateway.withViewer(of: "r") { viewer in
                try await writer.write(4...40)
                try await viewer.waits(for: "all records") { $0.sequence == Array(1...40) }
            }
            try await eventually("the metric") {
                let text = try await gateway.client.ask(gateway.url("/metrics"), nil).text
                return text.contains("stepcast_archive_lag_records 37")
            }
            #expect(try await place.records(of: writer.subject).count == 3)
            try await lock.release()
            let records = try await place.waits(for: 40, of: writer.subject)
            #expect(records.map(\.text) == (1...40).map { "line \($0)" })
        }
    }

    @Test("Goes on with a new database when its own was removed", arguments: TestDatabase.allCases)
    func removed(_ database: TestDatabase) async throws {
        try await withArchiver(database) { _, client, _, place in
            let writer = try Writer(client, "r")
            try await writer.write(1...3)
            _ = try await place.waits(for: 3, of: writer.subject)
            if let server = place.server {
                try await server.psql("DROP SCHEMA stepcast CASCADE", in: place.database)
            } else {
                for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: place.path + suffix) }
            }
            try await writer.write(4...6)
            let records = try await place.waits(for: 6, of: writer.subject)
            #expect(records.map(\.text) == (1...6).map { "line \($0)" })
        }
    }
}
