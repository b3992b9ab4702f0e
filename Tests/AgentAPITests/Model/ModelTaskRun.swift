//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

/// A task that was posted to an agent-api, with a model that follows a policy on the pages of the demo site.
struct ModelTaskRun: Sendable {
    var run: Run
    var stream: RunStream
    var turns: [ModelTurn]

    var messages: [String] { stream.messages }

    /// Posts a task and waits for its end.
    ///
    /// - Parameters:
    ///   - wire: The model's protocol.
    ///   - fields: Additional members of the request.
    ///   - settings: Additional settings of the service.
    ///   - policy: The model's answers; it knows the site.
    static func post(
        _ task: String,
        _ wire: ModelTurn.Wire = .openAI,
        fields: [String: JSONValue] = [:],
        settings: [String: String] = [:],
        policy: @escaping @Sendable (DemoSiteServer, ModelTurn) async throws -> ModelReply
    ) async throws -> ModelTaskRun {
        try await withDemoSite { site in
            try await ScriptedModelServer.with { turn in
                try await policy(site, turn)
            } body: { server in
                try await withRedisServer { redis in
                    let settings = Self.settings(wire, at: server).merging(settings) { $1 }
                    return try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        let own: [String: JSONValue] = ["task": .string(task), "request_id": "r1"]
                        let answer = try await api.post(JSONValue.object(own.merging(fields) { $1 }).text)
                        guard answer.status == 200 else { throw TestFailure("the task was refused: \(answer.text)") }
                        let run = try await api.finishedRun("r1")
                        let stream = try await eventually("the end record") {
                            let stream = try await RunStream(redis, "r1")
                            return stream.ends > 0 ? stream : nil
                        }
                        return ModelTaskRun(run: run, stream: stream, turns: server.turns)
                    }
                }
            }
        }
    }

    /// The settings for a scripted model.
    static func settings(_ wire: ModelTurn.Wire, at server: ScriptedModelServer) -> [String: String] {
        let prefix = wire == .openAI ? "OPENAI" : "ANTHROPIC"
        return [
            "\(prefix)_BASE_URL": server.url, "\(prefix)_API_KEY": "sk-scripted-key-0001",
            "\(prefix)_MODEL": "scripted",
        ]
    }
}

extension ModelTurn.Wire {
    static var all: [Self] { [.openAI, .anthropic] }
}

extension ModelTurn {
    /// Whether it is a question about a page's text, rather than a step.
    var isReading: Bool { schema?["properties"]?["answer"] != nil || text.hasPrefix("Question: ") }

    /// A click on the first element whose line contains all the words.
    func clicking(_ words: String...) throws -> JSONValue {
        let index = try #require(
            text.split(separator: "\n").lazy
                .map { $0.drop { $0 == "\t" || $0 == "*" } }
                .first { line in line.hasPrefix("[") && words.allSatisfy(line.contains) }
                .flatMap { Int($0.dropFirst().prefix { $0 != "]" }) },
            "no element with \(words) in: \(text)"
        )
        return ["click": ["index": .integer(Int64(index))]]
    }
}

extension ModelReply {
    /// Makes the page show its recorded state, so that the next turn sees it.
    static var askForState: ModelReply { .decide(["evaluate": ["code": "document.body.dataset.state"]]) }
}
