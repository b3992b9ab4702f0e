//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// A model behind chat completions, as OpenAI, Ollama, vLLM, OpenRouter and many others offer them.
///
/// It asks for an answer by JSON schema. A server that does not know that is asked for any JSON object, and one that does not
/// know that either in words; what worked is remembered, apart for schemas of users: what is wrong with one says nothing of ours.
package final class OpenAIClient: ModelClient {
    private let configuration: ModelConfiguration
    private let transport: ModelTransport
    private let formats = Mutex<[ModelRequest.SchemaOrigin: AnswerFormat]>([:])

    /// Makes a client. Nothing is sent yet.
    package init(_ configuration: ModelConfiguration, over connections: ModelConnections) {
        self.configuration = configuration
        let key = configuration.apiKey
        transport = ModelTransport(
            configuration,
            over: connections,
            headers: key.map { [(name: "Authorization", value: HiddenText("Bearer \($0.exposed)"))] } ?? []
        )
    }

    /// The model's name.
    package var name: String { configuration.model }

    /// Asks the model, see ``ModelClient/answer(_:)``.
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
                guard let next = format.next, format.isDoubted(by: error) else { throw firstError ?? error }
                firstError = firstError ?? error
                format = next
            }
        }
    }
}

/// How a server is made to answer in JSON, the surest first.
enum AnswerFormat: Int, Sendable, Comparable, CaseIterable {
    /// It follows a schema.
    case schema
    /// It writes some JSON object.
    case object
    /// It is told so in words.
    case words

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    var next: Self? { Self(rawValue: rawValue + 1) }

    /// Whether a request may have failed because the server does not know the format, or not that schema.
    func isDoubted(by error: ModelError) -> Bool {
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
        // It says nothing but that it was a bad request.
        return status < 500 && !said.contains(": ")
    }
}
