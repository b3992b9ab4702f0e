//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import HTTPStream
import Redis
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

@Suite("A viewer whose place Redis has forgotten")
struct OneCursorTests {
    private func withGatewayAndArchive(
        _ database: TestDatabase,
        _ body: (RedisServer, RedisClient, RunningGateway, TestDatabasePlace) async throws -> Void
    ) async throws {
        try await database.withPlace { place in
            try await withRedisAndGateway(settings: place.settings) { redis, gateway in
                try await waitUntilArchiving(redis)
                try await withRedisClient(of: redis) { client in try await body(redis, client, gateway, place) }
            }
        }
    }

    /// What the events are, in short.
    private func summary(_ viewer: TestViewer) -> [String] { summary(viewer.rawEvents) }

    private func summary(_ events: [ServerSentEvent]) -> [String] {
        events.compactMap { event in
            switch StreamEvent(json: event.data.utf8) {
            case .log(let record, _): record.seq.map { "\($0)" } ?? record.message
            case .end: "end"
            case .gap(let gap): "gap \(gap.missed.map { "\($0)" } ?? "?")"
            default: nil
            }
        }
    }

    private func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0)" } }

    @Test("Is served from the archive, then Redis, then live, without hole or repeat", arguments: TestDatabase.allCases)
    func trimmed(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, client, gateway, place in
            let writer = try Writer(client, "r")
            let ids = try await writer.write(1...1500)
            _ = try await place.waits(for: 1500, of: writer.subject)
            _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "20")
            // A gateway that has never seen the run, too.
            try await withGateway(redisURL: redis.url, settings: place.settings) { other in
                for gateway in [gateway, other] {
                    try await gateway.withViewer(of: "r") { viewer in
                        try await viewer.waits(for: "all of it") { $0.sequence.count >= 1500 }
                        #expect(summary(viewer) == numbers(1...1500))
                        #expect(viewer.rawEvents.compactMap(\.id) == ids)
                    }
                    try await gateway.withViewer(of: "r", lastEventID: ids[9]) { viewer in
                        try await viewer.waits(for: "what follows") { $0.sequence.count >= 1490 }
                        #expect(summary(viewer) == numbers(11...1500))
                    }
                }
                try await gateway.withViewer(of: "r", lastEventID: ids[1400]) { viewer in
                    try await viewer.waits(for: "what there is") { $0.sequence.last == 1500 }
                    try await writer.write(1501...1510)
                    try await viewer.waits(for: "what is live") { $0.sequence.last == 1510 }
                    #expect(summary(viewer) == numbers(1402...1510))
                }
                try await other.withViewer(of: "r", query: "?tail=5") { viewer in
                    try await viewer.waits(for: "the tail") { $0.sequence.last == 1510 }
                    #expect(summary(viewer) == numbers(1506...1510))
                }
            }
        }
    }

    @Test(
        "Gets the whole of a run that Redis has forgotten, with its end, and 204 behind it",
        arguments: TestDatabase.allCases
    )
    func forgotten(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, client, gateway, place in
            let writer = try Writer(client, "r")
            let ids = try await writer.write(1...30)
            try await writer.write(31...31, level: "ERROR")
            try await writer.end(32)
            let records = try await place.waits(for: 32, of: writer.subject)
            _ = try await redis.cli("FLUSHALL")
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                for query in ["", "?tail=100"] {
                    try await gateway.withViewer(of: "r", query: query) { viewer in
                        try await viewer.waits(for: "the end") { $0.isOver }
                        #expect(summary(viewer) == numbers(1...31) + ["end"])
                        #expect(
                            viewer.rawEvents.filter { !$0.data.isEmpty && $0.id != nil }.map(\.data)
                                == records.map(\.event)
                        )
                    }
                }
                try await gateway.withViewer(of: "r", lastEventID: ids[27]) { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(summary(viewer) == ["29", "30", "31", "end"])
                }
                try await gateway.withViewer(of: "r", query: "?level=ERROR") { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(summary(viewer) == ["31", "end"])
                    #expect(viewer.lastEventID == records.last?.id?.description)
                }
                let last = try #require(records.last?.id)
                try await gateway.withViewer(of: "r", lastEventID: "\(last)") { viewer in
                    #expect(viewer.head.status == 204)
                }
            }
        }
    }

    @Test(
        "Waits for a run of another publisher that Redis has forgotten, and sees it go on",
        arguments: TestDatabase.allCases
    )
    func goesOn(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, client, gateway, place in
            let writer = try Writer(client, "r")
            let ids = try await writer.write(1...5)
            _ = try await place.waits(for: 5, of: writer.subject)
            _ = try await redis.cli("DEL", "browser_use_logs:r")
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await gateway.withViewer(of: "r", lastEventID: ids[2]) { viewer in
                    try await viewer.waits(for: "what was archived") { $0.sequence == [4, 5] }
                    try await writer.write(6...7)
                    try await viewer.waits(for: "what is live") { $0.sequence == [4, 5, 6, 7] }
                    #expect(viewer.gaps.isEmpty)
                }
            }
        }
    }

    @Test("Is told a gap only for what the archive does not have either", arguments: TestDatabase.allCases)
    func neither(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writer = try Writer(client, "r")
                    let ids = try await writer.write(1...10)
                    _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "5")
                    try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                        _ = try await place.waits(for: 6, of: writer.subject)
                        try await writer.write(11...20)
                        _ = try await place.waits(for: 16, of: writer.subject)
                        _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "2")
                        try await gateway.withViewer(of: "r") { viewer in
                            try await viewer.waits(for: "all") { $0.sequence.last == 20 }
                            #expect(summary(viewer) == ["gap 5"] + numbers(6...20))
                        }
                        try await gateway.withViewer(of: "r", lastEventID: ids[1]) { viewer in
                            try await viewer.waits(for: "all") { $0.sequence.last == 20 }
                            #expect(summary(viewer).first?.hasPrefix("gap") == true)
                            #expect(summary(viewer).dropFirst() == numbers(6...20)[...])
                        }
                    }
                }
            }
        }
    }

    @Test("Is told a hole once, where the record behind it has no number", arguments: TestDatabase.allCases)
    func unnumbered(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writer = try Writer(client, "r")
                    try await writer.write(1...5)
                    _ = try await redis.cli("XADD", "browser_use_logs:r", "*", "msg", "another's")
                    try await writer.write(6...7)
                    _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "3")
                    try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                        _ = try await place.waits(for: 4, of: writer.subject)
                        _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "1")
                        try await gateway.withViewer(of: "r") { viewer in
                            try await viewer.waits(for: "all") { $0.sequence.last == 7 }
                            #expect(summary(viewer) == ["gap 5", "another's", "6", "7"])
                        }
                    }
                }
            }
        }
    }

    @Test(
        "Crosses from the archive to Redis again and again while the stream is trimmed at once",
        arguments: TestDatabase.allCases
    )
    func always(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, client, gateway, place in
            // Redis trims whole nodes: with one entry in each, it keeps what is asked for.
            _ = try await redis.cli("CONFIG", "SET", "stream-node-max-entries", "1")
            let writer = try Writer(client, "r", maximumLength: 5)
            let total = 800
            // From then on the archiver hears each record; what was trimmed before is gone.
            try await writer.write(1...1)
            _ = try await place.waits(for: 1, of: writer.subject)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 2...total {
                        try await writer.write(number...number)
                        if number % 10 == 0 { try await Task.sleep(for: .milliseconds(20)) }
                    }
                    try await writer.end(total + 1)
                }
                var seen: [String] = []
                var lastID: String?
                while seen.last != "end" {
                    try await gateway.withViewer(of: "r", lastEventID: lastID) { viewer in
                        let wanted = Int.random(in: 1...60)
                        try await viewer.waits(for: "some records") { $0.isOver || summary($0).count >= wanted }
                        let events = viewer.rawEvents
                        seen += summary(events)
                        lastID = events.last { $0.id != nil }?.id ?? lastID
                    }
                }
                try await group.waitForAll()
                let expected = numbers(1...total) + ["end"]
                let index = zip(seen, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
                #expect(seen == expected, "differs at \(index): \(seen.dropFirst(max(0, index - 3)).prefix(9))")
            }
        }
    }

    @Test(
        "Gets the rest of a former log though its id is behind the end of the latest one, archived or not",
        arguments: TestDatabase.allCases,
        [true, false]
    )
    func behindEnd(_ database: TestDatabase, isArchived: Bool) async throws {
        try await withGatewayAndArchive(database) { redis, client, _, place in
            let writer = try Writer(client, "r")
            for number in 1...10 { try await writer.write("line \(number)", number, id: "\(1000 + number)-0") }
            _ = try await place.waits(for: 10, of: writer.subject)
            _ = try await redis.cli("DEL", "browser_use_logs:r")
            for number in 1...3 { try await writer.write("line \(number)", number, id: "\(500 + number)-0") }
            let data = #"{"status":"completed","steps":1,"result":"done"}"#
            try await writer.write("over", 4, kind: "end", data: data, id: "504-0")
            _ = try await redis.cli("XADD", "browser_use_logs:r", "1020-0", "msg", "behind the end")
            if isArchived { _ = try await place.waits(for: 14, of: writer.subject) }
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await gateway.withViewer(of: "r", lastEventID: "1005-0") { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(summary(viewer) == numbers(6...10) + ["gap ?"] + numbers(1...3) + ["end"])
                }
                try await gateway.withViewer(of: "r", lastEventID: "504-0") { viewer in
                    #expect(viewer.head.status == 204)
                }
            }
        }
    }

    @Test(
        "Is not given a former log for an id that an archive does not have yet",
        arguments: TestDatabase.allCases
    )
    func formerLog(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, client, _, place in
            let writer = try Writer(client, "r")
            for number in 1...10 {
                try await writer.write("old \(number)", number, id: "\(1_700_000_002_000 + number)-0")
            }
            _ = try await place.waits(for: 10, of: writer.subject)
            let lock = try await DatabaseLock(place)
            _ = try await redis.cli("DEL", "browser_use_logs:r")
            for number in 1...10 {
                let time = 1_700_000_000_000 + (number < 9 ? 1000 : 3000) + number
                try await writer.write("new \(number)", number, id: "\(time)-0")
            }
            _ = try await redis.cli("XTRIM", "browser_use_logs:r", "MAXLEN", "=", "2")
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await gateway.withViewer(of: "r", lastEventID: "1700000001005-0") { viewer in
                    try await viewer.waits(for: "what Redis has") { $0.sequence.last == 10 }
                    #expect(summary(viewer) == ["gap ?", "9", "10"])
                }
            }
            try await lock.release()
        }
    }

    @Test("Gets the whole of a batch too", arguments: TestDatabase.allCases)
    func batch(_ database: TestDatabase) async throws {
        try await withGatewayAndArchive(database) { redis, _, _, place in
            let batchID = try Identifier("b")
            let key = "{browser_use_logs:b}:batch"
            for number in 1...20 {
                _ = try await redis.cli(
                    "XADD",
                    key,
                    "*",
                    "msg",
                    "line \(number)",
                    "request_id",
                    "b.\(number % 2 + 1)",
                    "seq",
                    "\((number + 1) / 2)",
                    "kind",
                    "log",
                    "batch_id",
                    "b",
                    "batch_seq",
                    "\(number)"
                )
            }
            let data = #"{"batch_id":"b","runs":2,"completed":2,"failed":0,"cancelled":0,"timed_out":0}"#
            _ = try await redis.cli(
                "XADD",
                key,
                "*",
                "msg",
                "over",
                "kind",
                "batch_end",
                "batch_id",
                "b",
                "batch_seq",
                "21",
                "data",
                data
            )
            let records = try await place.waits(for: 21, of: .batch(batchID))
            #expect(records.map(\.number) == Array(1...21))
            _ = try await redis.cli("FLUSHALL")
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                let third = try #require(records[2].id)
                try await gateway.withViewer(ofBatch: "b", lastEventID: "\(third)") { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(viewer.messages == (4...20).map { "line \($0)" })
                    #expect(viewer.batchEnd?.outcome.completed == 2)
                }
                try await gateway.withViewer(url: gateway.url("/api/v1/stream-logs/b?level=ERROR")) { viewer in
                    try await viewer.waits(for: "the end") { $0.isOver }
                    #expect(viewer.messages.isEmpty)
                    #expect(viewer.batchEnd != nil)
                }
            }
        }
    }
}
