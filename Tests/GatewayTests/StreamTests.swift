//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// Protocol, section 3, with records of another publisher: `XADD` and `PUBLISH` by redis-cli.
@Suite("A run's stream")
struct StreamTests {
    private static let key = "browser_use_logs:r1"

    private func add(_ texts: [String], to redis: RedisServer) async throws -> [String] {
        var ids: [String] = []
        for text in texts { ids.append(try await redis.cli("XADD", Self.key, "*", "msg", text)) }
        return ids
    }

    @Test("Starts with the history, continues live, and resumes after the last event id")
    func historyThenLive() async throws {
        try await withRedisAndGateway { redis, gateway in
            let ids = try await add(["one", "two"], to: redis)
            let lastID = try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the history") { $0.messages == ["one", "two"] }
                #expect(viewer.rawEvents.compactMap(\.id) == ids)
                _ = try await add(["three"], to: redis)
                try await viewer.waits(for: "the live record") { $0.messages == ["one", "two", "three"] }
                return viewer.lastEventID
            }
            _ = try await add(["four"], to: redis)
            try await gateway.withViewer(of: "r1", lastEventID: lastID) { viewer in
                try await viewer.waits(for: "what was missed") { $0.messages == ["four"] }
            }
            try await gateway.withViewer(of: "r1", query: "?last_event_id=\(ids[0])") { viewer in
                try await viewer.waits(for: "what follows") { $0.messages == ["two", "three", "four"] }
            }
            // The header overrides the query.
            try await gateway.withViewer(of: "r1", query: "?from=start", lastEventID: lastID) { viewer in
                try await viewer.waits(for: "what was missed") { $0.messages == ["four"] }
            }
        }
    }

    @Test("Can be requested from now, from an id, from the last few records, and from a level")
    func queries() async throws {
        try await withRedisAndGateway { redis, gateway in
            let ids = try await add(["one", "two", "three"], to: redis)
            _ = try await redis.cli("XADD", Self.key, "*", "msg", "bad", "level", "ERROR")
            try await gateway.withViewer(of: "r1", query: "?tail=2") { viewer in
                try await viewer.waits(for: "the tail") { $0.messages == ["three", "bad"] }
            }
            try await gateway.withViewer(of: "r1", query: "?from=\(ids[1])") { viewer in
                try await viewer.waits(for: "what follows") { $0.messages == ["three", "bad"] }
            }
            try await gateway.withViewer(of: "r1", query: "?level=warning") { viewer in
                try await viewer.waits(for: "the severe") { $0.messages == ["bad"] }
            }
            try await gateway.withViewer(of: "r1", query: "?from=now") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                // It is connected, so it must receive everything added from here on.
                _ = try await add(["next"], to: redis)
                try await viewer.waits(for: "what is new") { $0.messages == ["next"] }
            }
        }
    }

    @Test("With from=now it sends connected once its position is known, so that nothing added later is missed")
    func fromNow() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await add(["old"], to: redis)
            redis.suspend()
            try await gateway.withViewer(of: "r1", query: "?from=now") { viewer in
                try await gateway.withViewer(of: "r1") { other in
                    try await other.waits(for: "the other to be connected") { !$0.events.isEmpty }
                    #expect(viewer.events.isEmpty)
                    redis.resume()
                    try await viewer.waits(for: "the connected event") { !$0.events.isEmpty }
                    _ = try await add(["new"], to: redis)
                    try await viewer.waits(for: "what is new") { $0.messages == ["new"] }
                    try await other.waits(for: "all") { $0.messages == ["old", "new"] }
                }
            }
        }
    }

    @Test("Ends with the end event, and a viewer that resumes there gets 204")
    func end() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await add(["one"], to: redis)
            try await gateway.withViewer(of: "r1", query: "?level=critical") { viewer in
                let data = #"{"status":"completed","result":"done","steps":4}"#
                let id = try await redis.cli("XADD", Self.key, "*", "msg", "over", "kind", "end", "data", data)
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.end?.outcome == RunOutcome(status: .completed, result: "done", steps: 4))
                #expect(viewer.lastEventID == id)
                let text = try #require(viewer.rawEvents.last?.data)
                #expect(
                    text.hasPrefix(
                        """
                        {"type":"end","data":{"request_id":"r1","status":"completed","result":"done","steps":4},"timestamp":
                        """
                    )
                )
                let again = HTTPClient.Request(gateway.streamURL("r1"), headers: ["Last-Event-ID": id])
                #expect(try await gateway.client.request(again).status == 204)
            }
            // A new viewer still gets all of it.
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.messages == ["one"])
                #expect(viewer.end != nil)
            }
        }
    }

    @Test("Shows heartbeats, and unsubscribes when the last viewer leaves")
    func heartbeats() async throws {
        try await withRedisAndGateway(settings: ["HEARTBEAT_SECONDS": "0.1"]) { redis, gateway in
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "two heartbeats") { viewer in
                    viewer.events.filter { if case .heartbeat = $0 { true } else { false } }.count >= 2
                }
                // Heartbeats are sent whether Redis has responded or not.
                try await eventually("the subscription") {
                    try await redis.cli("PUBSUB", "CHANNELS", "browser_use_logs:*") == Self.key
                }
                #expect(viewer.rawEvents.allSatisfy { $0.id == nil })
            }
            try await eventually("the channel to be left") {
                try await redis.cli("PUBSUB", "CHANNELS", "browser_use_logs:*").isEmpty
            }
        }
    }

    @Test("A message without an entry is one event without an id; with an entry it is one event with the entry's id")
    func foreignMessages() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                try await eventually("the subscription") {
                    try await redis.cli("PUBSUB", "NUMSUB", Self.key).hasSuffix("1")
                }
                _ = try await redis.cli("PUBLISH", Self.key, "plain")
                try await viewer.waits(for: "the plain text") { $0.messages == ["plain"] }
                let id = try await add(["both"], to: redis)[0]
                let payload = #"{"agent_name":"My Agent","msg":"both","request_id":"r1","timestamp":1695307200.123}"#
                _ = try await redis.cli("PUBLISH", Self.key, payload)
                try await viewer.waits(for: "the record") { $0.messages == ["plain", "both"] }
                let both = try #require(viewer.rawEvents.last { $0.data.contains("both") })
                #expect(both.id == id)
                _ = try await redis.cli("PUBLISH", Self.key, #"{"msg": broken"#)
                try await viewer.waits(for: "the broken text") { $0.messages.last == #"{"msg": broken"# }
                #expect(viewer.messages == ["plain", "both", #"{"msg": broken"#])
            }
        }
    }

    @Test("Invalid requests are rejected, naming the parameter and what is allowed")
    func refusals() async throws {
        try await withRedisAndGateway { _, gateway in
            for (query, field) in [
                ("?level=loud", "level"), ("?from=yesterday", "from"), ("?tail=0", "tail"), ("?tail=x", "tail"),
                ("?last_event_id=x", "last_event_id"),
            ] {
                let answer = try await gateway.client.request(.init(gateway.streamURL("r1", query: query)))
                #expect(answer.status == 422)
                #expect(answer.headers["Content-Type"] == "application/problem+json")
                #expect(answer.text.contains("\"field\":\"\(field)\""), "\(answer.text)")
            }
            for id in ["a%0Ab", "a%20b", String(repeating: "a", count: 129)] {
                let answer = try await gateway.client.request(.init(gateway.streamURL(id)))
                #expect(answer.status == 422, "\(answer.text)")
            }
            let encoded = try await gateway.client.stream(.init(gateway.streamURL("a%3Ab")))
            #expect(encoded.status == 200)
        }
    }

    @Test("A viewer beyond the limit is rejected with 429")
    func viewerLimit() async throws {
        try await withRedisAndGateway(settings: ["MAX_VIEWERS": "1"]) { _, gateway in
            try await gateway.withViewer(of: "r1") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                let answer = try await gateway.client.request(.init(gateway.streamURL("r2")))
                #expect(answer.status == 429)
                #expect(answer.headers["Retry-After"] != nil)
            }
            try await eventually("the place to be free") {
                let response = try await gateway.client.stream(.init(gateway.streamURL("r2")))
                return response.status == 200
            }
        }
    }
}
