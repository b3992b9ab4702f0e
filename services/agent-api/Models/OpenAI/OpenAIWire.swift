//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import JSON

/// Requests and responses of chat completions.
enum OpenAIWire {
    static func body(_ request: ModelRequest, model: String, format: AnswerFormat) -> JSONValue {
        var instructions = request.instructions
        if format != .schema {
            instructions += "\n\nAnswer with one JSON object and nothing else. It follows this JSON schema:\n"
            instructions += request.schema.text
        }
        var messages: [JSONValue] = [["role": "system", "content": .string(instructions)]]
        messages += request.messages.map(message)
        var body: [String: JSONValue] = ["model": .string(model), "messages": .array(messages)]
        let isStrict = [.own, .user(fitsStrictMode: true)].contains(request.schemaOrigin)
        switch format {
        case .schema:
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(request.schemaName), "strict": .bool(isStrict), "schema": request.schema,
                ],
            ]
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

    static func answer(_ response: JSONValue) throws -> ModelAnswer {
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
        let said = message["content"]?.string ?? parts?.joined() ?? ""
        if said.isEmpty, choice["finish_reason"]?.string == "content_filter" {
            throw ModelError(.refused, "the server's content filter stopped the answer")
        }
        let usage = response["usage"]
        return ModelAnswer(
            text: try EmbeddedJSON.answer(in: said),
            isCutOff: choice["finish_reason"]?.string == "length",
            tokens: TokenUsage(
                input: TokenUsage.count(usage?["prompt_tokens"]),
                cachedInput: TokenUsage.count(usage?["prompt_tokens_details"]?["cached_tokens"]),
                output: TokenUsage.count(usage?["completion_tokens"])
            )
        )
    }
}
