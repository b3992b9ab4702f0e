//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Models
import TestSupport
import Testing

@Suite("A model's client")
struct ConversationTests {
    @Test("Both protocols carry the question, the schema and an image, and return the answer and tokens")
    func carriesBothWays() async throws {
        for provider in ModelConfiguration.Provider.allCases {
            try await ScriptedModelServer.with { _ in
                .answer(#"{"text":"a form"}"#)
            } body: { server in
                var request = ModelFixture.request
                request.messages[0].images = [[0xFF, 0xD8, 0xFF]]
                request.messages.append(ModelMessage(.assistant, "{}"))
                request.messages.append(ModelMessage(.user, "Say more."))
                let answer = try await ModelFixture.client(provider, at: server.url).answer(request)
                #expect(answer.text == #"{"text":"a form"}"#)
                #expect(!answer.isCutOff)
                #expect(answer.tokens.input == 100)
                #expect(answer.tokens.output == 10)
                #expect(answer.tokens.cachedInput == (provider == .anthropic ? 60 : 0))
                let turn = try #require(server.turns.first)
                #expect(turn.instructions == "Be brief.")
                #expect(turn.messages.map(\.role) == ["user", "assistant", "user"])
                #expect(turn.messages.map(\.text) == ["What is on the page?", "{}", "Say more."])
                #expect(turn.messages.map(\.images) == [1, 0, 0])
                #expect(turn.schema == request.schema)
                #expect(turn.body["model"] == "test-model")
                #expect(turn.body.text.contains("/9j/"))
            }
        }
    }

    @Test("Each protocol has its own way to send the key")
    func sendsKey() async throws {
        try await ScriptedModelServer.with { _ in
            .answer("{}")
        } body: { server in
            _ = try await ModelFixture.client(.openAI, at: server.url).answer(ModelFixture.request)
            let anthropic = String(server.url.dropLast("/v1".count)) + "/"
            _ = try await ModelFixture.client(.anthropic, at: anthropic).answer(ModelFixture.request)
            #expect(server.turns[0].headers["authorization"] == "Bearer \(ModelFixture.key)")
            #expect(server.turns[1].headers["x-api-key"] == ModelFixture.key)
            #expect(server.turns[1].headers["anthropic-version"] == "2023-06-01")
            #expect(server.turns[1].headers["authorization"] == nil)
            #expect(server.turns[1].body["tool_choice"] == ["type": "tool", "name": "answer"])
        }
    }

    @Test("A truncated answer is marked")
    func tellsCutOff() async throws {
        for provider in ModelConfiguration.Provider.allCases {
            try await ScriptedModelServer.with { _ in
                .cutOff(#"{"text":"a fo"#)
            } body: { server in
                let answer = try await ModelFixture.client(provider, at: server.url).answer(ModelFixture.request)
                #expect(answer.isCutOff)
                #expect(answer.text == #"{"text":"a fo"#)
            }
        }
    }

    @Test(
        "A request that fails for another reason is not repeated in other forms",
        arguments: [
            ("temperature must not be negative", ModelError.Code.invalidRequest),
            ("maximum context length exceeded: shorten the schema", .tooLong),
        ]
    )
    func keepsFormat(_ message: String, _ code: ModelError.Code) async throws {
        let policy: ScriptedModelServer.Policy = { _ in .failure(400, message) }
        try await ScriptedModelServer.with(policy) { server in
            let error = await #expect(throws: ModelError.self) {
                try await ModelFixture.client(.openAI, at: server.url).answer(ModelFixture.request)
            }
            #expect(error?.code == code)
            #expect(server.turns.count == 1)
        }
    }

    @Test("A refusal is a separate error, however it is reported")
    func tellsRefusal() async throws {
        let refusals: [(ModelConfiguration.Provider, String)] = [
            (.openAI, #"{"choices":[{"message":{"content":null,"refusal":"I cannot help"}}]}"#),
            (.anthropic, #"{"content":[],"stop_reason":"refusal"}"#),
        ]
        for (provider, body) in refusals {
            try await ScriptedModelServer.with { _ in
                .raw(body)
            } body: { server in
                let error = await #expect(throws: ModelError.self) {
                    try await ModelFixture.client(provider, at: server.url).answer(ModelFixture.request)
                }
                #expect(error?.code == .refused)
                #expect(server.turns.count == 1)
            }
        }
    }
}
