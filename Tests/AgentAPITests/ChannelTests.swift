//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// The effect of `LOG_PUBSUB` and `LOG_PUBSUB_JSON` on the channel. The stream is the same with each.
@Suite("A run's channel")
struct ChannelTests {
    /// Runs a task that logs a few lines without a browser, and returns the stream and the messages of the channel.
    private func run(_ settings: [String: String]) async throws -> (stream: RunStream, payloads: [String]) {
        try await withRedisServer { server in
            try await withTemporaryDirectory { directory in
                let output = directory.file("channel")
                let listener = try ChildProcess(
                    try Executable.path("redis-cli"),
                    ["-p", "\(server.port)", "--raw", "PSUBSCRIBE", "*"],
                    outputPath: output
                )
                try await eventually("redis-cli to subscribe") { listener.output.contains("psubscribe\n") }
                let own = ["BROWSER_PATH": "/nonexistent/chromium"].merging(settings) { _, given in given }
                let stream = try await withAgentAPI(redisURL: server.url, settings: own) { api in
                    #expect(try await api.post(#"{"task":"go to example.com","request_id":"r1"}"#).status == 200)
                    try await eventually("the end") { try await RunStream(server, "r1").ends == 1 }
                    return try await RunStream(server, "r1")
                }
                // Everything published before this message arrives before it.
                try await server.cli("PUBLISH", "test", "over")
                try await eventually("the last message") { listener.output.hasSuffix("\nover\n") }
                // Each message is four lines: `pmessage`, the pattern, the channel, the payload.
                let lines = listener.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                let payloads = lines.indices.dropLast(3).compactMap { index in
                    lines[index] == "pmessage" && lines[index + 2] == "browser_use_logs:r1" ? lines[index + 3] : nil
                }
                try await listener.killGroup()
                return (stream, payloads)
            }
        }
    }

    @Test("Carries each record as JSON with its entry's id")
    func json() async throws {
        let (stream, payloads) = try await run([:])
        #expect(stream.isWholeAndEnded)
        let requestID = try Identifier("r1")
        let records = payloads.map { LogRecord(payload: Array($0.utf8), requestID: requestID, receivedAt: .now()) }
        #expect(records.map(\.message) == stream.messages)
        #expect(records.compactMap(\.seq) == stream.numbers)
        #expect(records.allSatisfy { $0.id != nil })
    }

    @Test("Carries the bare text with LOG_PUBSUB_JSON=0")
    func text() async throws {
        let (stream, payloads) = try await run(["LOG_PUBSUB_JSON": "0"])
        #expect(stream.isWholeAndEnded)
        #expect(payloads == stream.messages)
        #expect(payloads.first == "🎯 Task: go to example.com")
    }

    @Test("Carries nothing with LOG_PUBSUB=0", arguments: ["1", "0"])
    func silence(_ json: String) async throws {
        let (stream, payloads) = try await run(["LOG_PUBSUB": "0", "LOG_PUBSUB_JSON": json])
        #expect(stream.isWholeAndEnded)
        #expect(stream.entries.count >= 3)
        #expect(payloads.isEmpty)
    }
}
