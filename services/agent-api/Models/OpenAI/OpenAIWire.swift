//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import JSON

/// Requests and responses of chat completions.
enum OpenAIWire {
    static func body(_ request: ModelRequest, model: String, form: AnswerForm) -> JSONValue {
        var instructions = request.instructions
        if form.tellsSchemaInWords {
            instructions += "\n\nAnswer with one JSON object and nothing else."
            // A short schema in words is told by who asks.
            if !request.isBrief { instructions += " It follows this JSON schema:\n" + request.schema.text }
        }
        var messages: [JSONValue] = [["role": "system", "content": .string(instructions)]]
        messages += request.messages.map(message)
        var body: [String: JSONValue] = ["model": .string(model), "messages": .array(messages)]
        if let most = request.maximumOutput { body["max_tokens"] = .integer(Int64(most)) }
        let isStrict = [.own, .user(fitsStrictMode: true)].contains(request.schemaOrigin)
        switch form {
        case .schema:
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(request.schemaName), "strict": .bool(isStrict), "schema": request.schema,
                ],
            ]
        case .tool:
            body["tools"] = [
                [
                    "type": "function",
                    "function": [
                        "name": .string(request.schemaName), "description": "Takes your answer. Use it exactly once.",
                        "parameters": request.schema,
                    ],
                ]
            ]
            body["tool_choice"] = ["type": "function", "function": ["name": .string(request.schemaName)]]
        case .objectBySchema: body["response_format"] = ["type": "json_object", "schema": request.schema]
        case .grammar: body["grammar"] = .string(Grammar(request.schema).text)
        case .object: body["response_format"] = ["type": "json_object"]
        case .words: break
        }
        return .object(body)
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        let role = JSONValue.string(message.role.rawValue)
        // Servers for text only handle a plain string best.
        guard !message.images.isEmpty else { return ["role": role, "content": .string(message.text)] }
        var parts: [JSONValue] = [["type": "text", "text": .string(message.text)]]
        for image in message.images {
            let url = "data:image/jpeg;base64,\(Data(image).base64EncodedString())"
            parts.append(["type": "image_url", "image_url": ["url": .string(url)]])
        }
        return ["role": role, "content": .array(parts)]
    }

    static func answer(_ response: JSONValue, to request: ModelRequest) throws -> ModelAnswer {
        // Some servers report errors with status 200.
        if let error = response["error"], error != .null {
            throw ModelError(.serverFailed, "the model's server failed: \(error["message"]?.string ?? error.text)")
        }
        guard let choice = response["choices"]?.array?.first, let message = choice["message"] else {
            throw ModelError(.invalidResponse, "the model's server sent no choices[0].message")
        }
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            throw ModelError(.refused, "the model declined to answer: \(refusal)")
        }
        let parts = message["content"]?.array?.compactMap { $0["text"]?.string }
        let content = message["content"]?.string ?? parts?.joined() ?? ""
        let said = arguments(of: message) ?? content
        if said.isEmpty, choice["finish_reason"]?.string == "content_filter" {
            throw ModelError(.refused, "the server's content filter stopped the answer")
        }
        let usage = response["usage"]
        return ModelAnswer(
            text: try EmbeddedJSON.answer(in: said, to: request),
            isCutOff: choice["finish_reason"]?.string == "length",
            tokens: TokenUsage(
                input: TokenUsage.count(usage?["prompt_tokens"]),
                cachedInput: TokenUsage.count(usage?["prompt_tokens_details"]?["cached_tokens"]),
                output: TokenUsage.count(usage?["completion_tokens"])
            )
        )
    }

    /// The arguments of the tool's call, which most servers write as text and some as an object. Text beside a call is
    /// thought aloud.
    private static func arguments(of message: JSONValue) -> String? {
        guard let call = message["tool_calls"]?.array?.first?["function"], let arguments = call["arguments"] else {
            return nil
        }
        return arguments.string ?? (arguments.object == nil ? nil : arguments.text)
    }
}
