//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import JSON

/// Requests and responses of the messages API.
enum AnthropicWire {
    /// The maximum number of output tokens, which is required. A step takes several hundred.
    private static let maximumOutput: Int64 = 8192

    static func body(_ request: ModelRequest, model: String) -> JSONValue {
        [
            "model": .string(model),
            "max_tokens": .integer(request.maximumOutput.map(Int64.init) ?? maximumOutput),
            // The instructions and the tool are the same in every step, so they are cached.
            "system": [
                [
                    "type": "text", "text": .string(request.instructions), "cache_control": ["type": "ephemeral"],
                ]
            ],
            "messages": .array(request.messages.map(message)),
            "tools": [
                [
                    "name": .string(request.schemaName),
                    "description": "Takes your answer. Use it exactly once.",
                    "input_schema": request.schema,
                ]
            ],
            "tool_choice": ["type": "tool", "name": .string(request.schemaName)],
        ]
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        var parts: [JSONValue] = message.images.map { image in
            [
                "type": "image",
                "source": [
                    "type": "base64", "media_type": "image/jpeg", "data": .string(Data(image).base64EncodedString()),
                ],
            ]
        }
        parts.append(["type": "text", "text": .string(message.text)])
        return ["role": .string(message.role.rawValue), "content": .array(parts)]
    }

    static func answer(_ response: JSONValue) throws -> ModelAnswer {
        guard let content = response["content"]?.array else {
            throw ModelError(.invalidResponse, "the model's server sent no content")
        }
        let reason = response["stop_reason"]?.string
        if reason == "refusal" { throw ModelError(.refused, "the model declined to answer") }
        let input = content.first { $0["type"]?.string == "tool_use" }?["input"]
        let said = content.compactMap { $0["text"]?.string }.joined(separator: "\n")
        let usage = response["usage"]
        let cached = TokenUsage.count(usage?["cache_read_input_tokens"])
        return ModelAnswer(
            text: try input?.text ?? EmbeddedJSON.answer(in: said),
            isCutOff: reason == "max_tokens",
            tokens: TokenUsage(
                input: TokenUsage.count(usage?["input_tokens"]),
                output: TokenUsage.count(usage?["output_tokens"])
            ) + TokenUsage(input: cached, cachedInput: cached)
                + TokenUsage(input: TokenUsage.count(usage?["cache_creation_input_tokens"]))
        )
    }
}
