//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Archive
import HTTPStream
import JSON
import Redis
import ServiceTesting
import TestSupport
import Testing

@Suite("The routes of the archive")
struct ArchiveRouteTests {
    private func get(
        _ path: String,
        _ gateway: RunningGateway,
        _ token: String? = nil,
        method: String = "GET"
    ) async throws -> (status: Int, body: JSONValue, text: String) {
        let answer = try await gateway.client.ask(gateway.url(path), token, method: method)
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null, answer.text)
    }

    private func withRuns(
        _ database: TestDatabase,
        settings: [String: String] = [:],
        _ body: (RedisServer, RunningGateway, TestDatabasePlace) async throws -> Void
    ) async throws {
        try await database.withPlace { place in
            let settings = place.settings.merging(settings) { _, given in given }
            try await withRedisAndGateway(settings: settings) { redis, gateway in
                try await withRedisClient(of: redis) { client in
                    for name in ["nightly-1", "nightly-2", "daily"] {
                        let writer = try Writer(client, name)
                        try await writer.write(1...9, text: "needle of \(name)")
                        try await writer.write(10...10, level: "ERROR", text: "broken")
                        try await writer.end(11)
                        _ = try await place.waits(for: 11, of: writer.subject)
                    }
                }
                try await body(redis, gateway, place)
            }
        }
    }

    @Test("Give a log in pages, from either end, by place, id and level", arguments: TestDatabase.allCases)
    func pages(_ database: TestDatabase) async throws {
        try await withRuns(database) { _, gateway, place in
            let log = "/api/v1/logs/request/daily"
            func places(_ query: String) async throws -> ([Int], Int?) {
                let answer = try await get(log + query, gateway)
                #expect(answer.status == 200)
                return (
                    answer.body["records"]?.array?.compactMap { $0["place"]?.integer } ?? [],
                    answer.body["next"]?.integer
                )
            }
            #expect(try await places("?after=0&limit=4") == ([1, 2, 3, 4], 4))
            #expect(try await places("?after=4") == (Array(5...11), nil))
            #expect(try await places("?limit=3") == ([11, 10, 9], 9))
            #expect(try await places("?before=3") == ([2, 1], nil))
            #expect(try await places("?after=0&level=error") == ([10, 11], nil))
            let records = try await place.records(of: .run(try Identifier("daily")))
            let id = try #require(records[6].id)
            #expect(try await places("?after=\(id)") == ([8, 9, 10, 11], nil))
            #expect(try await places("?before=\(id)&limit=2") == ([6, 5], 5))
            let first = try await get(log + "?after=0&limit=1", gateway).body["records"]?.array?.first
            #expect(first?["id"]?.string == records[0].id?.description)
            #expect(first?["event"]?["data"]?["message"]?.string == "needle of daily 1")
            #expect(try await get("/api/v1/logs/request/none", gateway).status == 404)
            let wrong = try await get(log + "?after=x&before=-1&level=loud&limit=0", gateway)
            #expect(wrong.status == 422)
            #expect(
                wrong.body["errors"]?.array?.compactMap { $0["field"]?.string } == [
                    "after", "before", "level", "limit",
                ]
            )
        }
    }

    @Test("Find records of all runs, with a snippet and a link to the record", arguments: TestDatabase.allCases)
    func search(_ database: TestDatabase) async throws {
        try await withRuns(database) { _, gateway, _ in
            let answer = try await get("/api/v1/logs?q=needle&limit=5", gateway)
            #expect(answer.body["hits"]?.array?.count == 5)
            let next = try #require(answer.body["next"]?.string)
            let rest = try await get("/api/v1/logs?q=needle&limit=200&after=\(next)", gateway)
            #expect(rest.body["hits"]?.array?.count == 22)
            let hit = try #require(
                try await get("/api/v1/logs?q=%22nightly+1+3%22", gateway).body["hits"]?.array?.first
            )
            #expect(hit["request_id"]?.string == "nightly-1")
            #expect(hit["snippet"]?.array?.contains { $0["match"] == .bool(true) } == true)
            #expect(hit["link"]?.string == "/runs/nightly-1#r\(hit["id"]?.string ?? "")")
            for (query, count) in [
                ("level=ERROR&q=broken", 3), ("request_id=daily", 11), ("q=needle&sort=rank&request_id=daily", 9),
                ("q=needle&since=2099-01-01T00:00:00Z", 0), ("q=nee*&until=2099-01-01T00:00:00Z", 27), ("q=absent", 0),
                ("q=daily+needle", 9), ("q=%22daily+needle%22", 0),
            ] {
                let found = try await get("/api/v1/logs?limit=200&\(query)", gateway).body["hits"]?.array?.count
                #expect(found == count, "\(query)")
            }
            let wrong = try await get("/api/v1/logs?q=***&since=yesterday&sort=best&after=x&limit=9999", gateway)
            #expect(wrong.status == 422)
            #expect(wrong.body["errors"]?.array?.count == 5)
        }
    }

    @Test("List the archived runs, also those that Redis has forgotten", arguments: TestDatabase.allCases)
    func history(_ database: TestDatabase) async throws {
        try await withRuns(database) { redis, gateway, _ in
            _ = try await redis.cli("FLUSHALL")
            let answer = try await get("/api/v1/runs", gateway)
            let runs = answer.body["runs"]?.array ?? []
            #expect(Set(runs.compactMap { $0["request_id"]?.string }) == ["nightly-1", "nightly-2", "daily"])
            #expect(runs.allSatisfy { $0["status"]?.string == "completed" && $0["records"]?.integer == 11 })
            let failed = try await get("/api/v1/runs?status=failed,cancelled", gateway).body["runs"]?.array
            #expect(failed?.isEmpty == true)
            #expect(try await get("/api/v1/runs?status=odd", gateway).status == 422)
            let one = try await get("/api/v1/runs?request_id=daily", gateway).body["runs"]?.array
            #expect(one?.compactMap { $0["request_id"]?.string } == ["daily"])
        }
    }

    @Test("Export a run as lines of JSON", arguments: TestDatabase.allCases)
    func export(_ database: TestDatabase) async throws {
        try await withRuns(database) { _, gateway, place in
            let answer = try await gateway.client.ask(gateway.url("/api/v1/logs/request/daily/export"), nil)
            #expect(answer.headers["Content-Type"] == "application/x-ndjson")
            let lines = try answer.text.split(separator: "\n").map { try JSONValue(parsing: $0.utf8) }
            #expect(lines.count == 12)
            #expect(lines[0]["stepcast_export"]?.integer == 1)
            #expect(lines[0]["run"]?["request_id"]?.string == "daily")
            let records = try await place.records(of: .run(try Identifier("daily")))
            #expect(lines.dropFirst().map { $0["id"]?.string } == records.map(\.id?.description))
            #expect(try await get("/api/v1/logs/request/none/export", gateway).status == 404)
            #expect(try await get("/api/v1/logs/request/none/export?format=html", gateway).status == 404)
            let odd = try await get("/api/v1/logs/request/daily/export?format=pdf", gateway)
            #expect(odd.status == 422)
            #expect(odd.text.contains("must be ndjson or html"))
            let file = try await gateway.client.ask(gateway.url("/api/v1/logs/request/daily/export?format=html"), nil)
            #expect(file.text.hasSuffix("</html>\n"))
            #expect(file.text.matches(of: /<li class="rec/).count == 11)
        }
    }

    @Test("Import what was exported, byte for byte, and refuse what is no export", arguments: TestDatabase.allCases)
    func importing(_ database: TestDatabase) async throws {
        try await withRuns(database) { _, gateway, place in
            let log = "/api/v1/logs/request/daily"
            let exported = try await gateway.client.ask(gateway.url("\(log)/export"), nil).text
            func post(_ body: String, type: String = "application/x-ndjson") async throws -> (Int, String) {
                var request = HTTPClient.Request(
                    gateway.url("/api/v1/logs/import"),
                    method: "POST",
                    body: Array(body.utf8)
                )
                request.headers["Content-Type"] = type
                let answer = try await gateway.client.request(request)
                return (answer.status, answer.text)
            }
            #expect(try await post(exported).0 == 409)
            // The name stands in the first line; what viewers were told of the run stays as it is.
            let end = try #require(exported.firstIndex(of: "\n"))
            let head = exported[..<end].replacing("\"daily\"", with: "\"copy\"")
            let renamed = String(head) + String(exported[end...])
            let taken = try await post(renamed)
            #expect(taken == (201, #"{"request_id":"copy","records":11}"#))
            let copy = try await place.records(of: .run(try Identifier("copy")))
            let original = try await place.records(of: .run(try Identifier("daily")))
            for (record, other) in zip(copy, original) { #expect(record == other) }
            #expect(copy.count == original.count)
            let again = try await gateway.client.ask(gateway.url("/api/v1/logs/request/copy/export"), nil).text
            #expect(again == renamed)
            #expect(try await get("/api/v1/logs?q=needle&request_id=copy", gateway).body["hits"]?.array?.count == 9)
            try await gateway.withViewer(of: "copy") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.messages.count == 10)
            }

            let lines = renamed.split(separator: "\n").map(String.init)
            let other = lines[0].replacing("copy", with: "other")
            #expect(try await post("").0 == 400)
            #expect(try await post(renamed, type: "text/plain").0 == 415)
            for (body, line) in [
                ("{}", 1), ("no", 1), (other + "\n" + lines[2] + "\n" + lines[1], 3),
                (other + "\n" + lines[1] + "\n" + "{\"place\":2}", 3),
            ] {
                let refused = try await post(body)
                #expect(refused.0 == 422)
                #expect(refused.1.contains("line \(line)"), "\(refused.1)")
            }
            #expect(try await get("/api/v1/logs/request/other", gateway).status == 404, "nothing of it is left")
        }
    }

    @Test(
        "Remove a run that is over, from the archive and from Redis, and refuse one that goes on",
        arguments: TestDatabase.allCases
    )
    func removal(_ database: TestDatabase) async throws {
        try await withRuns(database) { redis, gateway, _ in
            let path = "/api/v1/logs/request/daily"
            let state =
                #"{"request_id":"daily","session_id":"s","task":"t","status":"running","steps":1,"channel":"c","#
                + #""stream_url":"u","created_at":"2025-09-21T10:30:00.000Z"}"#
            _ = try await redis.cli("HSET", "{browser_use_logs:daily}:run", "run", state)
            #expect(try await get(path, gateway, method: "DELETE").status == 409)
            _ = try await redis.cli("DEL", "{browser_use_logs:daily}:run")
            #expect(try await get(path, gateway, method: "DELETE").status == 204)
            #expect(try await get(path, gateway).status == 404)
            #expect(try await redis.cli("EXISTS", "browser_use_logs:daily") == "0")
            #expect(try await get("/api/v1/logs?q=needle&limit=200", gateway).body["hits"]?.array?.count == 18)
            #expect(try await get(path, gateway, method: "DELETE").status == 404)
        }
    }

    @Test("Show only what the token may view, whether there is more or not", arguments: TestDatabase.allCases)
    func access(_ database: TestDatabase) async throws {
        try await withRuns(database, settings: ["AUTH_JWT_SECRET": Tokens.secret]) { redis, gateway, _ in
            let nightly = try await Tokens().token(.init([.view], requestID: .init("nightly-*")))
            let nothing = try await Tokens().token(.init([.view], batchID: .init("b")))
            #expect(try await get("/api/v1/logs?q=needle", gateway).status == 401)
            let found = try await get("/api/v1/logs?q=needle&limit=200", gateway, nightly).body["hits"]?.array ?? []
            #expect(found.count == 18)
            #expect(Set(found.compactMap { $0["request_id"]?.string }) == ["nightly-1", "nightly-2"])
            let runs = try await get("/api/v1/runs", gateway, nightly).body["runs"]?.array ?? []
            #expect(runs.count == 2)
            #expect(try await get("/api/v1/logs?q=needle", gateway, nothing).body["hits"]?.array?.isEmpty == true)
            #expect(try await get("/api/v1/runs", gateway, nothing).body["runs"]?.array?.isEmpty == true)
            let hidden = try await get("/api/v1/logs/request/daily", gateway, nightly)
            let absent = try await get("/api/v1/logs/request/absent", gateway, nightly)
            #expect(hidden.status == 403)
            #expect(hidden.body["detail"]?.string?.replacing("daily", with: "absent") == absent.body["detail"]?.string)
            #expect(try await get("/api/v1/logs/request/daily/export", gateway, nightly).status == 403)
            #expect(try await get("/api/v1/logs/request/nightly-1", gateway, nightly).status == 200)
            #expect(try await get("/api/v1/logs/request/nightly-1", gateway, nightly, method: "DELETE").status == 403)
        }
    }

    @Test("Answer 404 where there is no archive, and 503 while it does not answer")
    func absent() async throws {
        try await withRedisAndGateway { _, gateway in
            for path in ["/api/v1/logs?q=a", "/api/v1/runs", "/api/v1/logs/request/r"] {
                let answer = try await get(path, gateway)
                #expect(answer.status == 404)
                #expect(answer.text.contains("ARCHIVE_URL"))
            }
        }
        let nobody = try RefusingPort()
        for url in ["sqlite:/proc/none/archive.sqlite", "postgres://a:b@127.0.0.1:\(nobody.number)/archive"] {
            try await withRedisAndGateway(settings: ["ARCHIVE_URL": url]) { redis, gateway in
                #expect(try await get("/api/v1/runs", gateway).status == 503)
                _ = try await redis.cli("XADD", "browser_use_logs:r", "*", "msg", "one")
                try await gateway.withViewer(of: "r") { viewer in
                    try await viewer.waits(for: "the record") { $0.messages == ["one"] }
                }
            }
        }
    }
}
