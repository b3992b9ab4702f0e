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

@Suite("A PostgreSQL that fails")
struct PostgresFaultTests {
    private func withServer(
        _ body: (PostgresServer, TestDatabasePlace, RedisServer, RedisClient) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.started()
        let place = try await TestDatabasePlace(in: server)
        defer { place.folder.remove() }
        try await withRedisServer { redis in
            try await withRedisClient(of: redis) { client in try await body(server, place, redis, client) }
        }
        try await server.kill()
    }

    /// Compares the archive with the stream, record by record.
    private func compare(_ records: [ArchivedRecord], _ writer: Writer, count: Int) async throws {
        let reply = try await writer.redis.send(
            RedisCommand("XRANGE", "browser_use_logs:\(writer.requestID)", "-", "+")
        )
        let entries = try reply.as([RedisStreamEntry].self)
        #expect(entries.count == count)
        #expect(records.map(\.place) == Array(1...count))
        #expect(records.map(\.id?.description) == entries.map(\.id))
        #expect(records.map(\.text) == (1...count).map { "line \($0)" })
        #expect(records.allSatisfy { $0.generation == 0 && $0.kind == .record })
    }

    @Test("Loses nothing and repeats nothing when it is killed in the middle of batches; viewers notice nothing")
    func killed() async throws {
        try await withServer { server, place, redis, client in
            let writers = try (1...4).map { try Writer(client, "run-\($0)") }
            let total = 1500
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await gateway.withViewer(of: "run-1") { viewer in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for writer in writers {
                            group.addTask {
                                for number in stride(from: 1, to: total, by: 10) {
                                    try await writer.write(number...(number + 9))
                                    try await Task.sleep(for: .milliseconds(50))
                                }
                            }
                        }
                        for _ in 1...4 {
                            try await Task.sleep(for: .milliseconds(.random(in: 300...1500)))
                            try await server.kill()
                            try await Task.sleep(for: .milliseconds(.random(in: 0...500)))
                            try await server.start()
                        }
                        try await group.waitForAll()
                    }
                    try await viewer.waits(for: "all records") { $0.sequence.count >= total }
                    #expect(viewer.sequence == Array(1...total))
                    #expect(viewer.gaps.isEmpty)
                }
                for writer in writers {
                    let records = try await place.waits(for: total, of: writer.subject)
                    try await compare(records, writer, count: total)
                }
            }
        }
    }

    @Test("Holds nobody up who watches when it does not answer, and gets all of it later")
    func suspended() async throws {
        try await withServer { server, place, redis, client in
            let writer = try Writer(client, "r")
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await writer.write(1...3)
                _ = try await place.waits(for: 3, of: writer.subject)
                server.suspend()
                try await gateway.withViewer(of: "r") { viewer in
                    try await writer.write(4...40)
                    try await viewer.waits(for: "all records") { $0.sequence == Array(1...40) }
                }
                try await eventually("the metric") {
                    let text = try await gateway.client.ask(gateway.url("/metrics"), nil).text
                    return text.contains("stepcast_archive_lag_records 37")
                }
                #expect(try await gateway.client.ask(gateway.url("/api/v1/runs"), nil).status == 503)
                server.resume()
                try await compare(try await place.waits(for: 40, of: writer.subject), writer, count: 40)
            }
        }
    }

    @Test("May be gone when the gateway begins, and may have no space left")
    func noSpace() async throws {
        try await withServer { server, place, redis, client in
            let writer = try Writer(client, "r")
            try await server.stop()
            try await withGateway(redisURL: redis.url, settings: place.settings) { gateway in
                try await writer.write(1...3)
                #expect(try await gateway.client.ask(gateway.url("/api/v1/runs"), nil).status == 503)
                try await server.start()
                _ = try await place.waits(for: 3, of: writer.subject)
                // As large as a file of its log.
                try await server.stop()
                try await server.start(largestFile: 16 << 20)
                for number in 4...600 {
                    // Nothing that could be compressed.
                    let padding = (0..<3000).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
                    try await writer.write("line \(number) \(padding)", number)
                }
                try await eventually("the failures to be counted") {
                    let text = try await gateway.client.ask(gateway.url("/metrics"), nil).text
                    return text.contains(/stepcast_archive_failures_total [1-9]/)
                }
                try await server.stop()
                try await server.start()
                let records = try await place.waits(for: 600, of: writer.subject)
                #expect(records.map(\.place) == Array(1...600))
                #expect(records.map(\.number) == Array(1...600))
            }
        }
    }
}
