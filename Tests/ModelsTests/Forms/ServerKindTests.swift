//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import TestSupport
import Testing

@testable import Models

/// A kind of server, by the forms that it enforces and what it does with the others.
struct ServerKind: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The forms that make its model answer well.
    var enforced: Set<String>
    /// The forms that it answers with an error, and the error.
    var refused: [String: String] = [:]
    /// What its model says where nothing is enforced, or else.
    var chatter = "Sure, I can help you with that!"
    /// How its model writes an answer that is enforced, around the object.
    var wrapping: @Sendable (String) -> String = { $0 }
    /// The form that is used in the end.
    var settlesOn: AnswerForm

    static let all = [
        ServerKind(testDescription: "enforces schemas", enforced: ["json_schema"], settlesOn: .schema),
        ServerKind(testDescription: "ignores schemas, knows tools", enforced: ["tool"], settlesOn: .tool),
        ServerKind(
            testDescription: "ignores schemas and tools, takes an object with a schema",
            enforced: ["json_object with a schema"],
            settlesOn: .objectBySchema
        ),
        ServerKind(testDescription: "takes a grammar alone", enforced: ["grammar"], settlesOn: .grammar),
        ServerKind(
            testDescription: "refuses schemas and tools, knows objects",
            enforced: ["json_object"],
            refused: [
                "json_schema": "response_format.type must be text or json_object",
                "tool": "tools are not supported by this model",
                "json_object with a schema": "response_format: unknown parameter schema",
                "grammar": "unknown parameter: grammar",
            ],
            settlesOn: .object
        ),
        ServerKind(testDescription: "enforces nothing", enforced: ["words"], settlesOn: .words),
        ServerKind(
            testDescription: "answers an empty text where it knows nothing",
            enforced: ["words"],
            chatter: "",
            settlesOn: .words
        ),
        ServerKind(
            testDescription: "answers another object where it knows nothing",
            enforced: ["tool"],
            chatter: #"{"result": 1}"#,
            settlesOn: .tool
        ),
        ServerKind(
            testDescription: "writes code fences",
            enforced: ["words"],
            wrapping: { "Here you are:\n```json\n\($0)\n```\nAnything else?" },
            settlesOn: .words
        ),
        ServerKind(
            testDescription: "thinks aloud",
            enforced: ["words"],
            wrapping: { "<think>I could say {\"text\": \"no\"}.</think>\n\($0)" },
            settlesOn: .words
        ),
        ServerKind(
            testDescription: "adds another object behind the answer",
            enforced: ["words"],
            wrapping: { "\($0)\nConfidence: {\"score\": 1}" },
            settlesOn: .words
        ),
        ServerKind(
            testDescription: "writes the call of a tool as text",
            enforced: ["tool"],
            wrapping: { "<tool_call>{\"name\": \"answer\", \"arguments\": \($0)}</tool_call>" },
            settlesOn: .tool
        ),
    ]

    func answer(_ turn: ModelTurn) -> ModelReply {
        let hasSchema = turn.body["response_format"]?["schema"] != nil
        let form = hasSchema ? "json_object with a schema" : turn.form
        if let refusal = refused[form] { return .failure(400, refusal) }
        return .answer(enforced.contains(form) ? wrapping(#"{"text":"a form"}"#) : chatter)
    }
}

@Suite("Servers of every kind")
struct ServerKindTests {
    @Test("What enforces the schema is found, and remembered", arguments: ServerKind.all)
    func settles(_ kind: ServerKind) async throws {
        try await ScriptedModelServer.with { turn in
            kind.answer(turn)
        } body: { server in
            let client = ModelFixture.client(.openAI, at: server.url)
            var answers = 0
            var isNew = true
            while isNew {
                answers += 1
                let answer = try await client.answer(ModelFixture.request)
                let isValid = answer.text == #"{"text":"a form"}"#
                isNew = client.judge(answer, to: ModelFixture.request, isValid: isValid)
                guard !isValid else { break }
            }
            #expect(client.answerForm(for: .own) == kind.settlesOn)
            let before = server.turns.count
            for _ in 1...3 {
                let answer = try await client.answer(ModelFixture.request)
                #expect(answer.text == #"{"text":"a form"}"#)
                #expect(answer.form == kind.settlesOn)
                _ = client.judge(answer, to: ModelFixture.request, isValid: true)
            }
            #expect(server.turns.count == before + 3)
            // The forms of users' schemas are learnt by themselves.
            #expect(client.answerForm(for: .user(fitsStrictMode: false)) == .schema)
        }
    }

    @Test("A call of the tool counts, whatever the model says beside it")
    func callWithText() async throws {
        for arguments in [#""{\"text\":\"a form\"}""#, #"{"text":"a form"}"#] {
            let call = #"{"type":"function","function":{"name":"answer","arguments":\#(arguments)}}"#
            let body = #"{"choices":[{"message":{"content":"I use {\"text\":1}.","tool_calls":[\#(call)]}}]}"#
            try await ScriptedModelServer.with { _ in
                .raw(body)
            } body: { server in
                let answer = try await ModelFixture.client(.openAI, at: server.url).answer(ModelFixture.request)
                #expect(answer.text == #"{"text":"a form"}"#)
            }
        }
    }

    @Test("An answer that follows the schema says nothing about the form")
    func blamesForms() async throws {
        try await ScriptedModelServer.with { _ in
            .answer(#"{"text":"nonsense"}"#)
        } body: { server in
            let client = ModelFixture.client(.openAI, at: server.url)
            let answer = try await client.answer(ModelFixture.request)
            #expect(!client.judge(answer, to: ModelFixture.request, isValid: false))
            #expect(client.answerForm(for: .own) == .schema)
        }
    }

    @Test("An error in every form is not remembered")
    func errors() async throws {
        try await ScriptedModelServer.with { _ in
            .failure(400, "this format is bad")
        } body: { server in
            let client = ModelFixture.client(.openAI, at: server.url)
            let error = await #expect(throws: ModelError.self) { try await client.answer(ModelFixture.request) }
            #expect(error?.message.hasSuffix("this format is bad") == true)
            #expect(server.turns.count == AnswerForm.allCases.count)
            #expect(client.answerForm(for: .own) == .schema)
        }
    }
}
