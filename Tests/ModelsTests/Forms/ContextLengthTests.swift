//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import TestSupport
import Testing

@testable import Models

@Suite("How much a model can read")
struct ContextLengthTests {
    @Test(
        "Is read from the errors of servers",
        arguments: [
            ("This model's maximum context length is 4097 tokens. However, your messages resulted in 5000 tokens.", 4097),
            (
                "This model's maximum context length is 2048 tokens. However, you requested 9190 tokens (8190 in the messages, 1000 in the completion).",
                2048
            ),
            ("Requested tokens (5423) exceed context window of 4096", 4096),
            ("request (5432 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096),
            (#"{"error":{"message":"it exceeds the context size","n_prompt_tokens":5000,"n_ctx":8192}}"#, 8192),
            ("prompt is too long: 205000 tokens > 200000 maximum", 200_000),
            ("The input token count (40000) exceeds the maximum number of tokens allowed (32,768).", 32_768),
            ("Prompt contains 40000 tokens, too large for model with 32768 maximum context length", 32_768),
            ("the model is loaded with context length of only 4096 tokens", 4096),
        ]
    )
    func errors(_ message: String, _ length: Int) {
        #expect(ContextLength.stated(in: message) == length)
    }

    @Test(
        "Is not read from other numbers",
        arguments: [
            "the request is too long", "context length is 7", "maximum context length is exceeded",
            "context length is 99999999999999999999",
        ]
    )
    func otherNumbers(_ message: String) {
        #expect(ContextLength.stated(in: message) == nil)
    }

    @Test("Is read from what servers tell of their models")
    func lists() {
        let list: JSONValue = [
            "data": [
                ["id": "a", "max_model_len": 32_768], ["id": "b", "meta": ["n_ctx_train": 131_072, "n_ctx": 8192]],
                ["id": "c"],
            ]
        ]
        #expect(ContextLength.ofModel("a", in: list) == 32_768)
        #expect(ContextLength.ofModel("b", in: list) == 8192)
        #expect(ContextLength.ofModel("c", in: list) == nil)
        #expect(ContextLength.ofModel("d", in: list) == nil)
        #expect(ContextLength.ofModel("d", in: ["data": [["id": "x", "context_length": 4096]]]) == 4096)
        #expect(ContextLength.ofModel("d", in: ["data": [["id": "x", "context_length": "4096"]]]) == nil)
        #expect(ContextLength.inProperties(["default_generation_settings": ["n_ctx": 4096]]) == 4096)
    }

    @Test("Is asked of the server once, and a later error corrects it")
    func asksOnce() async throws {
        let pages: [String: JSONValue] = [
            "/v1/models": ["data": [["id": "test-model", "meta": ["n_ctx_train": 131_072]]]],
            "/props": ["default_generation_settings": ["n_ctx": 8192]],
        ]
        let policy: ScriptedModelServer.Policy = { _ in
            .failure(500, "Requested tokens (5423) exceed context window of 4096")
        }
        try await ScriptedModelServer.with(policy, pages: pages) { server in
            let client = ModelFixture.client(.openAI, at: server.url)
            for _ in 1...2 {
                let length = try await client.contextLength()
                #expect(length == 8192)
            }
            #expect(server.requests.map(\.target) == ["/v1/models", "/props"])
            let error = await #expect(throws: ModelError.self) { try await client.answer(ModelFixture.request) }
            #expect(error?.code == .tooLong)
            #expect(error?.contextLength == 4096)
            let corrected = try await client.contextLength()
            #expect(corrected == 4096)
            #expect(server.turns.count == 1)
        }
    }

    @Test("Is not known of a server that does not tell, which is no error")
    func unknown() async throws {
        try await ScriptedModelServer.with { _ in
            .answer("{}")
        } body: { server in
            let length = try await ModelFixture.client(.openAI, at: server.url).contextLength()
            #expect(length == nil)
        }
        let port = try RefusingPort()
        for provider in ModelConfiguration.Provider.allCases {
            let length = try await ModelFixture.client(provider, at: port.url).contextLength()
            #expect(length == nil)
        }
    }
}
