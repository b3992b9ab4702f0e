//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// A model with a chat completions API, as offered by OpenAI, Ollama, vLLM, OpenRouter and many others.
///
/// It requests an answer by JSON schema. If the server does not support that, it requests any JSON object, and
/// otherwise asks for JSON in the prompt. What worked is remembered, separately for users' schemas, whose errors say
/// nothing about ours.
package final class OpenAIClient: ModelClient {
    private let configuration: ModelConfiguration
    private let transport: ModelTransport
    private let formats = Mutex<[ModelRequest.SchemaOrigin: AnswerFormat]>([:])

    /// Creates a client without connecting.
    package init(_ configuration: ModelConfiguration, over connections: ModelConnections) {
        self.configuration = configuration
        let key = configuration.apiKey
        transport = ModelTransport(
            configuration,
            over: connections,
            headers: key.map { [(name: "Authorization", value: HiddenText("Bearer \($0.exposed)"))] } ?? []
        )
    }

    package var name: String { configuration.model }

    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        let origin = request.schemaOrigin
        var format = formats.withLock { $0[origin] } ?? .schema
        var firstError: ModelError?
        while true {
            do {
                let body = OpenAIWire.body(request, model: configuration.model, format: format)
                let answer = try await transport.post("/chat/completions", body, read: OpenAIWire.answer)
                let working = format
                formats.withLock { $0[origin] = max($0[origin] ?? .schema, working) }
                return answer
            } catch let error as ModelError {
                guard let next = format.next, format.mayBeUnsupported(after: error) else { throw firstError ?? error }
                firstError = firstError ?? error
                format = next
            }
        }
    }
}

/// How to make a server answer in JSON, the most reliable first.
enum AnswerFormat: Int, Sendable, Comparable, CaseIterable {
    /// The answer must follow a schema.
    case schema
    /// The answer must be some JSON object.
    case object
    /// The prompt asks for JSON.
    case words

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    var next: Self? { Self(rawValue: rawValue + 1) }

    /// Whether the error suggests that the server does not support the format, or rejects this schema.
    func mayBeUnsupported(after error: ModelError) -> Bool {
        guard self != .words, error.code != .tooLong, let status = error.status,
            [400, 415, 422, 500, 501].contains(status)
        else {
            return false
        }
        let said = error.message.lowercased()
        let words = [
            "response_format", "json_schema", "json_object", "schema", "grammar", "structured output", "format",
        ]
        if words.contains(where: said.contains) { return true }
        // A bad request without a reason.
        return status < 500 && !said.contains(": ")
    }
}
