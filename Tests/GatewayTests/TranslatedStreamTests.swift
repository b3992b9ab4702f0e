//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

extension TestViewer {
    /// The events of another protocol.
    fileprivate var translated: [JSONValue] { rawEvents.compactMap { try? JSONValue(parsing: $0.data.utf8) } }

    fileprivate var deltas: [String] { translated.compactMap { $0["delta"]?.string } }

    fileprivate var types: [String] { translated.compactMap { $0["type"]?.string } }
}

/// Protocol, section 3, "The terms of other protocols".
@Suite("A viewer in the terms of another protocol")
struct TranslatedStreamTests {
    private static let key = "browser_use_logs:r1"

    private static func add(_ text: String, _ fields: String..., to redis: RedisServer) async throws -> String {
        try await redis.cli(["XADD", key, "*", "msg", text] + fields)
    }

    /// How many commands Redis has carried out that read streams.
    private static func reads(_ redis: RedisServer) async throws -> Int {
        let counted = try await redis.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
        return counted.reduce(0) { sum, line in
            guard line.hasPrefix("cmdstat_xrange:") || line.hasPrefix("cmdstat_xrevrange:"),
                let calls = line.split(separator: "=").dropFirst().first?.prefix(while: \.isNumber)
            else { return sum }
            return sum + (Int(calls) ?? 0)
        }
    }

    @Test("Costs Redis nothing while nothing happens, and sees a record when it comes")
    func noPolling() async throws {
        try await withRedisAndGateway { redis, gateway in
            _ = try await Self.add("one", to: redis)
            let url = gateway.streamURL("r1", query: "?format=ag-ui")
            try await gateway.withViewer(url: url) { first in
                try await gateway.withViewer(url: url) { second in
                    try await gateway.withViewer(url: url) { third in
                        let viewers = [first, second, third]
                        for viewer in viewers { try await viewer.waits(for: "the past") { $0.deltas == ["one"] } }
                        let before = try await Self.reads(redis)
                        // Each would have looked five times meanwhile. What does not happen can only be waited for.
                        try await Task.sleep(for: .seconds(1))
                        let asked = try await Self.reads(redis) - before
                        #expect(asked < 5, "\(asked) commands in a second, with three viewers")
                        _ = try await Self.add("two", to: redis)
                        for viewer in viewers {
                            try await viewer.waits(for: "the record") { $0.deltas == ["one", "two"] }
                        }
                    }
                }
            }
        }
    }

    @Test("Is told of a gap, resumes by id, and gets messages that are in no stream without one")
    func gapsAndIDs() async throws {
        try await withRedisAndGateway { redis, gateway in
            let first = try await Self.add("one", "seq", "1", "step", "1", to: redis)
            let fourth = try await Self.add("four", "seq", "4", "step", "2", to: redis)
            let url = gateway.streamURL("r1", query: "?format=ag-ui")
            try await gateway.withViewer(url: url) { viewer in
                try await viewer.waits(for: "both") { $0.deltas == ["one", "four"] }
                let gaps = viewer.translated.filter { $0["name"]?.string == "stepcast.gap" }
                #expect(gaps.map { $0["value"]?["missed"] } == [.integer(2)])
                #expect(viewer.lastEventID == fourth)
                _ = try await redis.cli("PUBLISH", Self.key, "unstored")
                try await viewer.waits(for: "the message") { $0.deltas.last == "unstored" }
                #expect(viewer.lastEventID == fourth)
                let messages = viewer.translated.filter { $0["type"]?.string == "TEXT_MESSAGE_START" }
                #expect(Set(messages.map { $0["messageId"]?.string }).count == 3)
            }
            try await gateway.withViewer(url: url, lastEventID: first) { viewer in
                try await viewer.waits(for: "the rest") { $0.deltas == ["four"] }
                #expect(viewer.types.first != "RUN_STARTED")
                // Step 1 went on when the viewer was cut off.
                let steps = viewer.translated.compactMap { $0["stepName"]?.string }
                #expect(steps == ["Step 1", "Step 2"])
                _ = try await Self.add("over", "seq", "5", "kind", "end", "data", #"{"status":"completed"}"#, to: redis)
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.types.last == "RUN_FINISHED")
            }
        }
    }

    @Test("Sees more than fits at once, in order, though it reads late")
    func manyRecords() async throws {
        try await withRedisAndGateway { redis, gateway in
            let text = String(repeating: "x", count: 2000)
            let script = """
                for number = 1, 1500 do
                    redis.call('XADD', KEYS[1], '*', 'msg', number .. ' ' .. ARGV[1], 'seq', number)
                end
                redis.call('XADD', KEYS[1], '*', 'msg', 'over', 'kind', 'end', 'data', '{"status":"completed"}')
                """
            _ = try await redis.cli("EVAL", script, "1", Self.key, text)
            let url = gateway.streamURL("r1", query: "?format=ai-sdk")
            try await gateway.withViewer(url: url) { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                #expect(viewer.deltas.map { $0.prefix { $0 != " " } } == (1...1500).map { "\($0)" })
                #expect(viewer.rawEvents.last?.data == "[DONE]")
            }
        }
    }

    @Test("Goes on after Redis was killed")
    func outage() async throws {
        try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                _ = try await Self.add("one", to: redis)
                let url = gateway.streamURL("r1", query: "?format=ag-ui")
                try await gateway.withViewer(url: url) { viewer in
                    try await viewer.waits(for: "the past") { $0.deltas == ["one"] }
                    try await redis.kill()
                    try await redis.start()
                    _ = try await Self.add("two", to: redis)
                    try await viewer.waits(for: "the record") { $0.deltas == ["one", "two"] }
                }
            }
        }
    }
}
