//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema
import Synchronization

/// A model with a chat completions API, as offered by OpenAI, Ollama, vLLM, llama.cpp, OpenRouter and many others.
///
/// Servers differ in what makes an answer follow a schema, and some accept what they ignore. So the client learns which
/// ``AnswerForm`` works, from errors and from answers, separately for users' schemas, which say nothing about ours.
package final class OpenAIClient: ModelClient {
    private struct State {
        var forms: [ModelRequest.SchemaOrigin: AnswerForms] = [:]
        var contextLength: Int?
        var hasAskedForLength = false
    }

    private let configuration: ModelConfiguration
    private let transport: ModelTransport
    private let state: Mutex<State>

    /// Creates a client without connecting.
    package init(_ configuration: ModelConfiguration, over connections: ModelConnections) {
        self.configuration = configuration
        let key = configuration.apiKey
        transport = ModelTransport(
            configuration,
            over: connections,
            headers: key.map { [(name: "Authorization", value: HiddenText("Bearer \($0.exposed)"))] } ?? []
        )
        state = Mutex(State(contextLength: configuration.contextLength))
    }

    package var name: String { configuration.model }

    package func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm? {
        state.withLock { ($0.forms[origin] ?? AnswerForms(for: origin)).best }
    }

    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        let origin = request.schemaOrigin
        var forms = state.withLock { $0.forms[origin] } ?? AnswerForms(for: origin)
        var refused: [AnswerForm] = []
        var firstError: ModelError?
        while true {
            let form = forms.best
            do {
                let body = OpenAIWire.body(request, model: configuration.model, form: form)
                var answer = try await transport.post("/chat/completions", body) { response in
                    try OpenAIWire.answer(response, to: request)
                }
                answer.form = form
                let isNewlyRefused = refused
                state.withLock { state in
                    for form in isNewlyRefused { state.forms[origin, default: AnswerForms(for: origin)].refuse(form) }
                }
                return answer
            } catch let error as ModelError {
                if let length = error.contextLength {
                    state.withLock { $0.contextLength = min($0.contextLength ?? length, length) }
                }
                // An error in all forms is not about the form.
                guard form.mayBeUnsupported(after: error) else { throw firstError ?? error }
                firstError = firstError ?? error
                refused.append(form)
                forms.refuse(form)
            }
        }
    }

    package func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool {
        // An answer that follows the schema and is not valid says nothing about the form.
        guard let form = answer.form, isValid || Self.violates(request.schema, answer.text) else { return false }
        return state.withLock { state in
            var forms = state.forms[request.schemaOrigin] ?? AnswerForms(for: request.schemaOrigin)
            forms.count(form, isValid: isValid)
            state.forms[request.schemaOrigin] = forms
            return !forms.hasTried(forms.best)
        }
    }

    private static func violates(_ schema: JSONValue, _ text: String) -> Bool {
        guard let value = try? JSONValue(parsing: text.utf8) else { return true }
        guard let schema = try? JSONSchema(schema) else { return true }
        return !schema.problems(of: value).isEmpty
    }

    /// The configured length, or what the server has said: in an error, in its list of models, or as llama.cpp tells its
    /// properties.
    ///
    /// The models of the default server are large, and it does not say how large.
    package func contextLength() async throws -> Int? {
        let isAsked = state.withLock { state in
            guard state.contextLength == nil, !state.hasAskedForLength else { return false }
            state.hasAskedForLength = true
            return true
        }
        if isAsked, configuration.baseURL != configuration.provider.defaultBaseURL {
            let base = configuration.baseURL
            var length = try await transport.look(at: base + "/models").flatMap {
                ContextLength.ofModel(configuration.model, in: $0)
            }
            // What a server has set up may be less than what its model was trained for.
            if base.hasSuffix("/v1"), let properties = try await transport.look(at: base.dropLast(3) + "/props"),
                let own = ContextLength.inProperties(properties)
            {
                length = min(length ?? own, own)
            }
            let learnt = length
            state.withLock { state in
                guard let learnt else { return }
                state.contextLength = min(state.contextLength ?? learnt, learnt)
            }
        }
        return state.withLock(\.contextLength)
    }
}
