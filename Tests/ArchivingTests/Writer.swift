//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Redis
import ServiceTesting
import TestSupport

/// Writes numbered records of a run as agent-api does: stored and published in one step.
struct Writer: Sendable {
    let redis: RedisClient
    let requestID: Identifier
    var maximumLength = 100_000

    init(_ redis: RedisClient, _ name: String, maximumLength: Int = 100_000) throws {
        self.redis = redis
        requestID = try Identifier(name)
        self.maximumLength = maximumLength
    }

    var subject: Subject { .run(requestID) }

    private static let script = RedisScript(
        """
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        local previous = last[1] and last[1][1] or '0-0'
        local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], ARGV[8], 'msg', ARGV[2], 'agent_name', 'browser agent',
            'request_id', ARGV[3], 'timestamp', '1700000000.123', 'source', 'logger', 'level', ARGV[4], 'seq', ARGV[5],
            'kind', ARGV[6], 'data', ARGV[7])
        redis.call('PUBLISH', KEYS[1], '{"agent_name":"browser agent","msg":' .. cjson.encode(ARGV[2]) .. ',"request_id":"'
            .. ARGV[3] .. '","timestamp":1700000000.123,"source":"logger","level":"' .. ARGV[4] .. '","seq":' .. ARGV[5]
            .. ',"kind":"' .. ARGV[6] .. '","data":' .. ARGV[7] .. ',"prev":"' .. previous .. '","id":"' .. id .. '"}')
        return id
        """
    )

    @discardableResult
    func write(_ numbers: ClosedRange<Int>, level: String = "INFO", text: String = "line") async throws -> [String] {
        var ids: [String] = []
        for number in numbers { ids.append(try await write("\(text) \(number)", number, level: level)) }
        return ids
    }

    func end(_ number: Int) async throws {
        try await write("over", number, kind: "end", data: #"{"status":"completed","steps":1,"result":"done"}"#)
    }

    @discardableResult
    func write(
        _ text: String,
        _ number: Int,
        level: String = "INFO",
        kind: String = "log",
        data: String = "{}",
        id: String = "*"
    ) async throws -> String {
        let reply = try await redis.evaluate(
            Self.script,
            keys: ["browser_use_logs:\(requestID)"],
            arguments: [maximumLength, text, requestID.rawValue, level, number, kind, data, id]
        )
        return try reply.as(String.self)
    }
}

/// Waits until some gateway archives.
func waitUntilArchiving(_ redis: RedisServer) async throws {
    try await eventually("the archiver to listen") { try await redis.cli("PUBSUB", "NUMPAT") == "2" }
}

extension TestDatabasePlace {
    /// Opens the archive, as another process does.
    func open() async throws -> any ArchiveStore {
        guard let address = ArchiveAddress(url) else { throw TestFailure("\(url) is no address") }
        return try await OpenArchive(address).open()
    }

    /// All records of a log.
    func records(of subject: Subject) async throws -> [ArchivedRecord] {
        let archive = try await open()
        do {
            var records: [ArchivedRecord] = []
            while true {
                let query = LogPageQuery(after: records.last?.place ?? 0, limit: 1000)
                let page = try await archive.page(of: subject, query)
                if page.isEmpty { break }
                records += page
            }
            await archive.close()
            return records
        } catch {
            await archive.close()
            throw error
        }
    }

    /// Waits until the archive has so many records of a log.
    func waits(
        for count: Int,
        of subject: Subject,
        timeout: Duration = .seconds(60)
    ) async throws -> [ArchivedRecord] {
        try await eventually(timeout: timeout, "\(count) records of the \(subject) in the archive") {
            let records = try await self.records(of: subject)
            return records.count >= count ? records : nil
        }
    }
}

extension ArchivedRecord {
    var streamEvent: StreamEvent? { StreamEvent(json: event.utf8) }

    /// The text of a `log`, and the type of any other.
    var text: String {
        switch streamEvent {
        case .log(let record, _): record.message
        case .end: "end"
        case .gap(let gap): "gap \(gap.missed.map { "\($0)" } ?? "?")"
        default: event
        }
    }
}
