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

@Suite("The pictures of runs")
struct ArchivedPictureTests {
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0] + (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }

    /// Announces the picture of a step as agent-api does, which has stored the picture before.
    private func announce(_ run: String, _ step: Int, _ redis: RedisServer) async throws {
        try await redis.cli(
            ["XADD", "browser_use_logs:\(run)", "*", "msg", "Screenshot", "request_id", run, "seq", "\(step)"]
                + ["kind", "screenshot", "level", "DEBUG", "step", "\(step)", "url", "http://site.test/"]
                + ["data", #"{"url":"/api/agents/\#(run)/screenshots/\#(step)"}"#]
        )
    }

    private func store(_ run: String, _ step: Int, _ redis: RedisClient) async throws {
        _ = try await redis.send(
            RedisCommand("HSET", "{browser_use_logs:\(run)}:screenshots", "\(step)", Self.jpeg)
        )
    }

    private func picture(_ run: String, _ step: String, _ gateway: RunningGateway) async throws -> HTTPClient.Response {
        try await gateway.client.ask(gateway.url("/api/agents/\(run)/screenshots/\(step)"), nil)
    }

    @Test("They are there when Redis has forgotten them, and go with the run", arguments: TestDatabase.allCases)
    func forgotten(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            let settings = place.settings.merging(["AGENT_API_URL": "none"]) { $1 }
            try await withRedisAndGateway(settings: settings) { redis, gateway in
                try await withRedisClient(of: redis) { client in
                    try await store("r", 1, client)
                    try await announce("r", 1, redis)
                    try await announce("r", 2, redis)
                    let early = try await picture("r", "1", gateway)
                    #expect(early.status == 200, "Redis has it")
                    _ = try await place.waits(for: 2, of: .run(try Identifier("r")))
                    let archive = try await place.open()
                    try await eventually("no picture is missing") {
                        try await archive.missingPictures(limit: 1).isEmpty
                    }
                    await archive.close()
                    try await redis.cli("FLUSHALL")
                    let late = try await picture("r", "1", gateway)
                    #expect(late.status == 200)
                    #expect(late.headers["content-type"] == "image/jpeg")
                    #expect(Array(late.body) == Self.jpeg)
                    #expect(try await picture("r", "2", gateway).status == 404, "there never was one")
                    for step in ["0", "x", "1/2"] {
                        #expect(try await picture("r", step, gateway).status == 404)
                    }
                    let removal = try await gateway.client.ask(
                        gateway.url("/api/v1/logs/request/r"),
                        nil,
                        method: "DELETE"
                    )
                    #expect(removal.status == 204)
                    #expect(try await picture("r", "1", gateway).status == 404)
                }
            }
        }
    }

    @Test("One that an archiver left behind is archived by the next one", arguments: TestDatabase.allCases)
    func leftBehind(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            try await withRedisServer { redis in
                let name = PictureName(of: try Identifier("r"), step: 1)
                let archive = try await place.open()
                let record = ArchivedRecord(
                    place: 1,
                    id: EntryID(milliseconds: 1, sequence: 0),
                    time: .now(),
                    event: #"{"type":"screenshot"}"#
                )
                var cursor = ArchiveCursor()
                (cursor.place, cursor.id) = (1, record.id)
                let entry = ArchiveEntry(.run(name.requestID), records: [record], cursor: cursor, pictures: [1])
                try await archive.write([entry], fence: try await archive.takeOver())
                try await withRedisClient(of: redis) { client in try await store("r", 1, client) }
                try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                    try await eventually("the picture to be archived") { try await archive.picture(name) != nil }
                }
                await archive.close()
            }
        }
    }

    @Test("Without room for them none are kept", arguments: [TestDatabase.sqlite])
    func none(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            let settings = place.settings.merging(["ARCHIVE_PICTURES_MAX_MIB": "0", "AGENT_API_URL": "none"]) { $1 }
            try await withRedisAndGateway(settings: settings) { redis, gateway in
                try await withRedisClient(of: redis) { client in try await store("r", 1, client) }
                try await announce("r", 1, redis)
                _ = try await place.waits(for: 1, of: .run(try Identifier("r")))
                let archive = try await place.open()
                #expect(try await archive.missingPictures(limit: 1).isEmpty)
                await archive.close()
                try await redis.cli("FLUSHALL")
                #expect(try await picture("r", "1", gateway).status == 404)
            }
        }
    }
}
