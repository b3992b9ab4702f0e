//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Redis
import ServiceTesting
import TestSupport
import Testing

@Suite("An archiver that is killed")
struct KilledArchiverTests {
    @Test(
        "Loses nothing and repeats nothing, wherever it was, and another one takes over",
        arguments: TestDatabase.allCases
    )
    func kill(_ database: TestDatabase) async throws {
        try await database.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writers = try (1...4).map { try Writer(client, "run-\($0)") }
                    let total = 1500
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for writer in writers {
                            group.addTask {
                                for number in stride(from: 1, to: total, by: 10) {
                                    try await writer.write(number...(number + 9))
                                    try await Task.sleep(for: .milliseconds(80))
                                }
                                try await writer.end(total + 1)
                            }
                        }
                        var count = 0
                        for round in 1...3 {
                            let settings = place.settings
                            try await GatewayProcess.with(redisURL: redis.url, settings: settings) { gateway in
                                let before = count
                                count = try await eventually("more records in round \(round)") {
                                    let count = try await place.records(of: writers[0].subject).count
                                    return count > before ? count : nil
                                }
                                gateway.process.signal(9)
                                _ = try await gateway.process.waitForExit()
                            }
                        }
                        // Two at once: one archives.
                        try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                            try await withGateway(redisURL: redis.url, settings: place.settings) { _ in
                                try await group.waitForAll()
                                for writer in writers {
                                    let records = try await place.waits(for: total + 1, of: writer.subject)
                                    try await compare(records, with: client, writer)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Compares the archive with the stream, record by record.
    private func compare(_ records: [ArchivedRecord], with client: RedisClient, _ writer: Writer) async throws {
        let reply = try await client.send(RedisCommand("XRANGE", "browser_use_logs:\(writer.requestID)", "-", "+"))
        let entries = try reply.as([RedisStreamEntry].self)
        #expect(records.map(\.place) == Array(1...entries.count))
        #expect(records.map(\.id?.description) == entries.map(\.id))
        #expect(records.allSatisfy { $0.generation == 0 && $0.kind != .gap })
        let texts = records.dropLast().map(\.text)
        #expect(texts == (1..<entries.count).map { "line \($0)" })
    }
}
