//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Models

/// A model's server may say anything.
@Suite("A model's server that says anything")
struct HostileServerTests {
    /// Ways in which a server may repeat the key that it received.
    private static let echoes: [String] = {
        let key = ModelFixture.key
        let hex = key.utf8.map { String($0, radix: 16) }.joined()
        return [
            key, "Bearer \(key)", key.uppercased(), Data("Bearer \(key)".utf8).base64EncodedString(),
            Data(key.utf8).base64EncodedString(), hex, key.replacing("-", with: "%2D"),
            key.replacing("-", with: "&#45;"),
            key.replacing("-", with: #"\u002d"#), key.replacing("-", with: #"\\u002d"#), String(key.prefix(20)) + "…",
        ]
    }()

    /// Responses with a text in each part of the protocol.
    private static func replies(_ said: String) -> [(ModelConfiguration.Provider, ModelReply)] {
        let text = JSONValue.string(said)
        let failures: [(ModelConfiguration.Provider, ModelReply)] = [400, 401, 404, 429, 500].flatMap { status in
            ModelConfiguration.Provider.allCases.map { ($0, ModelReply.failure(status, said)) }
        }
        let answers: [(ModelConfiguration.Provider, ModelReply)] = [
            (.openAI, .raw(json(["error": ["message": text]]))),
            (.openAI, .raw(json(["error": text]))),
            (.openAI, .raw(json(["error": ["why": [text]]]))),
            (.openAI, .raw(json(["choices": [["message": ["refusal": text]]]]))),
            (.openAI, .raw("not JSON \(said)")), (.anthropic, .raw("not JSON \(said)")),
            (.openAI, .answer(said)), (.anthropic, .answer(said)),
            (.openAI, .answer(json(["memory": text]))), (.anthropic, .answer(json(["memory": text]))),
            (.openAI, .cutOff(#"{"memory":"\#(said)"#)),
        ]
        return answers + failures
    }

    private static func json(_ value: JSONValue) -> String { value.text }

    /// The client's result for a reply: the answer or the error, as text.
    private func heard(_ reply: ModelReply, _ provider: ModelConfiguration.Provider) async throws -> String {
        try await ScriptedModelServer.with { _ in
            reply
        } body: { server in
            do {
                return try await ModelFixture.client(provider, at: server.url, attempts: 1)
                    .answer(ModelFixture.request).text
            } catch let error as ModelError {
                #expect(error.message.count <= 400, "\(error)")
                return error.message
            }
        }
    }

    @Test("The key is in no answer and no error, however it is encoded", arguments: echoes)
    func hidesKey(echo: String) async throws {
        for (provider, reply) in Self.replies("You sent \(echo)") {
            let heard = try await heard(reply, provider)
            #expect(!heard.lowercased().contains(echo.lowercased()), "\(reply)")
            #expect(!heard.contains("very-secret"), "\(reply)")
            #expect(heard.contains("••••"), "\(reply): \(heard)")
        }
    }

    @Test(
        "No part of the key is left where the server's message is cut off",
        arguments: Array(stride(from: 270, through: 400, by: 5))
    )
    func hidesKeyThatIsCut(length: Int) async throws {
        for (provider, reply) in Self.replies(String(repeating: "x", count: length) + ModelFixture.key) {
            let heard = try await heard(reply, provider)
            #expect(!heard.contains("sk-v"), "\(reply)")
        }
    }

    @Test("A word that equals a placeholder key stays in an answer")
    func keepsPlaceholder() async throws {
        try await ScriptedModelServer.with { _ in
            .answer(#"{"text":"ollama is a program"}"#)
        } body: { server in
            let configuration = ModelConfiguration(
                .openAI,
                apiKey: HiddenText("ollama"),
                baseURL: server.url,
                model: "m"
            )
            let connections = ModelConnections()
            let answer = try await configuration.makeClient(over: connections).answer(ModelFixture.request)
            #expect(answer.text == #"{"text":"ollama is a program"}"#)
            await connections.shutdown()
        }
    }

    @Test("A server's error message is shortened, however long it is")
    func boundsErrors() async throws {
        for (provider, reply) in Self.replies(String(repeating: "five megabytes ", count: 200_000)) {
            if case .answer = reply { continue }
            if case .cutOff = reply { continue }
            let heard = try await heard(reply, provider)
            #expect(heard.contains("five megabytes"), "\(reply)")
        }
    }

    @Test("The status of a failure is reported even if its body does not end")
    func readsBeginningOfFailure() async throws {
        let said = String(repeating: "a", count: 8 << 20)
        let heard = try await heard(.failure(503, said), .openAI)
        #expect(heard.contains("HTTP status 503: "))
    }

    @Test("An answer that is too large is an error")
    func boundsAnswers() async throws {
        let heard = try await heard(.raw(String(repeating: " ", count: 5 << 20)), .openAI)
        #expect(heard.hasSuffix("answered with more than 4 MiB"))
    }

    @Test(
        "Counts of tokens are bounded, whatever a server reports",
        arguments: [
            ("9223372036854775807", TokenUsage.largestCount), ("-9223372036854775808", 0), ("-1", 0), ("1.5", 1),
            ("1e300", TokenUsage.largestCount), ("-1e300", 0), ("\"7\"", 0), ("null", 0), ("true", 0), ("[1]", 0),
            ("9007199254740993", TokenUsage.largestCount), ("7", 7), ("7.0", 7),
        ]
    )
    func boundsTokens(told: String, counted: Int) async throws {
        let usage = """
            {"prompt_tokens":\(told),"completion_tokens":\(told),"prompt_tokens_details":{"cached_tokens":\(told)},
            "input_tokens":\(told),"cache_read_input_tokens":\(told),"cache_creation_input_tokens":\(told),
            "output_tokens":\(told)}
            """
        let bodies: [(ModelConfiguration.Provider, String)] = [
            (.openAI, #"{"choices":[{"message":{"content":"{}"}}],"usage":\#(usage)}"#),
            (.anthropic, #"{"content":[{"type":"text","text":"{}"}],"usage":\#(usage)}"#),
        ]
        for (provider, body) in bodies {
            try await ScriptedModelServer.with { _ in
                .raw(body)
            } body: { server in
                let model = MeteredModel(ModelFixture.client(provider, at: server.url))
                for _ in 1...3 { _ = try await model.answer(ModelFixture.request) }
                #expect(model.usage.output == min(3 * counted, TokenUsage.largestCount))
                #expect(model.usage.cachedInput == min(3 * counted, TokenUsage.largestCount))
                let inputs = provider == .anthropic ? 9 : 3
                #expect(model.usage.input == min(inputs * counted, TokenUsage.largestCount))
            }
        }
    }
}
