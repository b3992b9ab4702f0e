//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import HTTPStream
import Logging
import Redis
import ServiceTesting
import TestSupport
import Testing

@testable import AgentAPI

@Suite("Screenshots")
struct ScreenshotTests {
    @Test("A screenshot of each step is kept, announced in the log and served")
    func isServed() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                let settings = ["SCREENSHOTS": "1", "BROWSER_PATH": try Chromium.path]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let body = #"{"task":"go to \#(site.url("/links")) and click \"Link 3\"","request_id":"r"}"#
                    #expect(try await api.post(body).status == 200)
                    #expect(try await api.finishedRun("r").status == .completed)
                    let stream = try await RunStream(redis, "r")
                    #expect(stream.isWholeAndEnded)
                    let pictures = stream.entries.filter { $0["kind"] == "screenshot" }
                    #expect(pictures.compactMap { $0["step"] } == ["1", "2"])
                    #expect(pictures.first?["data"] == #"{"url":"/api/agents/r/screenshots/1"}"#)
                    #expect(pictures.last?["url"]?.hasSuffix("/links/3") == true)
                    for step in 1...2 {
                        let answer = try await api.get("/api/agents/r/screenshots/\(step)")
                        #expect(answer.status == 200)
                        #expect(answer.headers["content-type"] == "image/jpeg")
                        #expect(answer.body.prefix(3) == [0xFF, 0xD8, 0xFF])
                    }
                    #expect(try await api.get("/api/agents/r/screenshots/3").status == 404)
                    for step in ["0", "x", "201"] {
                        #expect(try await api.get("/api/agents/r/screenshots/\(step)").status == 422)
                    }
                    #expect(try await redis.cli("KEYS", "browser_use_logs:*") == "browser_use_logs:r")
                    let time = try await redis.cli("TTL", "{browser_use_logs:r}:screenshots")
                    #expect((1...86_400).contains(Int(time) ?? 0))
                }
            }
        }
    }

    @Test("One run may have pictures where others have none, and the other way round", arguments: [true, false])
    func ofOneRun(isOn: Bool) async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                let settings = ["SCREENSHOTS": isOn ? "1" : "0", "BROWSER_PATH": try Chromium.path]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let task = #"go to \#(site.url("/links")) and click \"Link 3\""#
                    for (run, field) in [("own", ""), ("other", #","screenshots":\#(!isOn)"#)] {
                        let answer = try await api.post(#"{"task":"\#(task)","request_id":"\#(run)"\#(field)}"#)
                        #expect(answer.status == 200)
                        #expect(try await api.finishedRun(run).status == .completed)
                        let entries = try await RunStream(redis, run).entries
                        let isPictured = field.isEmpty == isOn
                        #expect(entries.contains { $0["kind"] == "screenshot" } == isPictured)
                        #expect(
                            try await api.get("/api/agents/\(run)/screenshots/1").status == (isPictured ? 200 : 404)
                        )
                        // Where there are pictures, a click says where on them it was.
                        let click = try #require(entries.first { $0["msg"]?.contains("Clicked") == true })
                        let place = #/^\{"box":\[\d+,\d+,\d+,\d+\],"view":\[1280,800\]\}$/#
                        #expect(
                            (click["data"]?.wholeMatch(of: place) != nil) == isPictured,
                            "\(click["data"] ?? "none")"
                        )
                    }
                }
            }
        }
    }

    @Test("A run's log reports its downloads even without screenshots")
    func tellsOfDownloads() async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url, settings: ["BROWSER_PATH": try Chromium.path]) { api in
                    // Only a download that has started is known to be waited for.
                    let steps =
                        #"click \"Monthly report\" and wait for the download and click \"Export as JSON\" and "#
                        + "wait 3 seconds and wait for the download"
                    let body = #"{"task":"go to \#(site.url("/download")) and \#(steps)","request_id":"r"}"#
                    #expect(try await api.post(body).status == 200)
                    #expect(try await api.finishedRun("r").status == .completed)
                    let stream = try await RunStream(redis, "r")
                    let told = stream.entries.filter { $0["action"] == "download" }
                    #expect(
                        told.compactMap { $0["msg"] } == [
                            "📥 Downloaded report.csv (39 bytes)", "📥 Downloaded export.json (17 bytes)",
                        ]
                    )
                    #expect(told.first?["url"]?.hasSuffix("/download/report.csv") == true)
                    #expect(!stream.entries.contains { $0["kind"] == "screenshot" })
                    #expect(try await api.get("/api/agents/r/screenshots/1").status == 404)
                }
            }
        }
    }

    @Test("All screenshots together stay within the limit: those of the oldest runs are removed")
    func isBounded() async throws {
        try await withRedisServer { redis in
            try await withRedisClient(of: redis) { client in
                let store = ScreenshotStore(
                    RunDatabase(redis: client, prefix: "p", timeToLive: 100),
                    maximumBytes: 1000
                )
                let names = try ["a", "b", "c"].map { try Identifier($0) }
                func picture(_ index: Int, _ step: Int) async throws -> Int? {
                    try await store.get(names[index], step: step)?.count
                }
                for index in 0...2 {
                    // The time of the last screenshot has a resolution of one second; within it, names decide the
                    // order.
                    #expect(try await store.put(Array(repeating: 1, count: 300), of: names[index], step: 1))
                }
                #expect(try await picture(0, 1) == 300)
                #expect(try await store.put(Array(repeating: 2, count: 200), of: names[2], step: 2))
                #expect(try await picture(0, 1) == nil)
                #expect(try await picture(1, 1) == 300)
                #expect(try await picture(2, 1) == 300)
                #expect(try await picture(2, 2) == 200)
                #expect(try await store.put(Array(repeating: 3, count: 1001), of: names[0], step: 1) == false)
                #expect(try await store.put([1], of: names[0], step: 201) == false)
                #expect(try await redis.cli("HGET", "{p}:screenshot_sizes", "") == "800")
                // A single screenshot that fills the limit replaces all others.
                #expect(try await store.put(Array(repeating: 4, count: 1000), of: names[1], step: 2))
                #expect(try await picture(1, 2) == 1000)
                #expect(try await picture(2, 1) == nil)
            }
        }
    }
}
