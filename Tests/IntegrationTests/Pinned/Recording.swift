//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport

/// The externally visible output of a run or a batch: the entries in Redis, the payloads on the channel, the bytes of a
/// viewer's stream, and the responses of agent-api.
struct Recording {
    let redis: RedisServer
    let gateway: RunningGateway
    let api: RunningAgentAPI

    struct Part {
        let title: String
        let text: String
    }

    /// Posts a run and records it until its end.
    func run(_ requestID: String, _ body: JSONValue) async throws -> [Part] {
        let key = "browser_use_logs:\(requestID)"
        return try await record(requestID, key: key, url: gateway.streamURL(requestID)) {
            let answer = try await api.post(body.text)
            _ = try await api.finishedRun(requestID)
            return [
                Part(title: "POST /api/agents", text: "\(answer.status) \(answer.text)"),
                Part(title: "GET /api/agents/\(requestID)", text: try await api.get("/api/agents/\(requestID)").text),
            ]
        }
    }

    /// Posts a batch and records it until its end.
    func batch(_ batchID: String, _ body: JSONValue) async throws -> [Part] {
        let key = "{browser_use_logs:\(batchID)}:batch"
        return try await record(batchID, key: key, url: gateway.batchURL(batchID)) {
            let answer = try await api.post(body.text, to: "/api/agents/batch")
            _ = try await api.finishedBatch(batchID)
            let path = "/api/agents/batch/\(batchID)"
            return [
                Part(title: "POST /api/agents/batch", text: "\(answer.status) \(answer.text)"),
                Part(title: "GET \(path)", text: try await api.get(path).text),
            ]
        }
    }

    private func record(
        _ name: String,
        key: String,
        url: String,
        _ carryOut: () async throws -> [Part]
    ) async throws -> [Part] {
        let channel = try ChannelRecorder(redis, channel: key)
        try await channel.waitUntilSubscribed()
        return try await gateway.withViewer(url: url) { viewer in
            try await viewer.waits(for: "the connected event") { !$0.events.isEmpty }
            let answers = try await carryOut()
            try await viewer.waits(for: "the end of \(name)", timeout: .seconds(120)) { $0.isOver }
            let entries = try await Self.entries(of: key, redis)
            try await channel.waitForPayloads(entries.count)
            return answers + [
                Part(title: "XRANGE \(key)", text: entries.joined(separator: "\n")),
                Part(title: "SUBSCRIBE \(key)", text: channel.payloads.joined(separator: "\n")),
                Part(title: "the viewer's stream of \(name)", text: viewer.text),
            ]
        }
    }

    /// The entries of a stream, each with a line for its id and one for each field.
    static func entries(of key: String, _ redis: RedisServer) async throws -> [String] {
        let lines = try await redis.cli("--raw", "XRANGE", key, "-", "+").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        var entries: [String] = []
        var index = 0
        while index < lines.count {
            if lines[index].contains("-"), EntryID(String(lines[index])) != nil {
                entries.append(String(lines[index]))
                index += 1
            } else if let last = entries.indices.last, index + 1 < lines.count {
                entries[last] += "\n\(lines[index]) = \(lines[index + 1])"
                index += 2
            } else {
                index += 1
            }
        }
        return entries
    }
}

extension [Recording.Part] {
    /// The recording as text for a file.
    var text: String {
        map { "=== \($0.title)\n\($0.text)\(($0.text.hasSuffix("\n") ? "" : "\n"))" }.joined(separator: "\n")
    }
}
