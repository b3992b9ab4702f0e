//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// A request to a ``ScriptedModelServer``, independent of the protocol.
package struct ModelTurn: Sendable {
    /// The protocols.
    package enum Wire: Sendable {
        /// Chat completions.
        case openAI
        /// Anthropic's messages.
        case anthropic
    }

    /// One message of the conversation.
    package struct Message: Sendable, Hashable {
        /// `user` or `assistant`.
        package var role: String
        /// The text.
        package var text: String
        /// The number of images with it.
        package var images: Int
    }

    /// The number of the server's request, from 1.
    package let number: Int
    /// The protocol.
    package let wire: Wire
    /// The headers, with names in lower case.
    package let headers: [String: String]
    package let body: JSONValue
    package let instructions: String
    /// The conversation.
    package let messages: [Message]

    /// The text of the last message.
    package var text: String { messages.last?.text ?? "" }

    /// The requested schema.
    package var schema: JSONValue? {
        switch wire {
        case .openAI:
            body["response_format"]?["json_schema"]?["schema"] ?? body["response_format"]?["schema"]
                ?? body["tools"]?.array?.first?["function"]?["parameters"]
        case .anthropic: body["tools"]?.array?.first?["input_schema"]
        }
    }

    /// The requested format of a chat completion: `json_schema`, `json_object`, or nothing.
    package var responseFormat: String? { body["response_format"]?["type"]?.string }

    /// How a chat completion is made to follow the schema: `json_schema`, `tool`, `json_object` (with or without a
    /// schema), `grammar`, or `words`.
    package var form: String {
        if body["tools"] != nil { return "tool" }
        if body["grammar"] != nil { return "grammar" }
        return responseFormat ?? "words"
    }

    /// The number of the first element of the page whose line contains all the words: `[33]<button />Save` has 33.
    package func index(_ words: String...) throws -> Int {
        for line in text.split(separator: "\n") {
            let entry = line.drop { $0 == "\t" || $0 == "*" }
            guard entry.hasPrefix("["), words.allSatisfy(entry.contains),
                let index = Int(entry.dropFirst().prefix { $0 != "]" })
            else { continue }
            return index
        }
        throw TestFailure("The model sees no element with \(words) in: \(text)")
    }

    init(_ request: ScriptedRequest, number: Int) throws {
        self.number = number
        headers = request.headers
        body = try JSONValue(parsing: request.body.utf8)
        var messages = body["messages"]?.array ?? []
        switch request.target {
        case "/v1/chat/completions":
            wire = .openAI
            instructions = messages.isEmpty ? "" : Self.message(messages.removeFirst()).text
        case "/v1/messages":
            wire = .anthropic
            instructions = (body["system"]?.array ?? []).compactMap { $0["text"]?.string }.joined()
        default:
            throw TestFailure("A model's server has no \(request.target)")
        }
        self.messages = messages.map(Self.message)
    }

    private static func message(_ message: JSONValue) -> Message {
        let parts = message["content"]?.array ?? []
        return Message(
            role: message["role"]?.string ?? "",
            text: message["content"]?.string ?? parts.compactMap { $0["text"]?.string }.joined(separator: "\n"),
            images: parts.count { $0["type"]?.string?.hasPrefix("image") == true }
        )
    }

    /// A response in the form of the protocol.
    func envelope(of text: String, isCutOff: Bool = false) -> JSONValue {
        switch wire {
        case .openAI:
            var message: [String: JSONValue] = ["role": "assistant", "content": .string(text)]
            if let tool = body["tools"]?.array?.first?["function"]?["name"],
                let input = try? JSONValue(parsing: text.utf8), input.object != nil
            {
                let call: JSONValue = ["name": tool, "arguments": .string(text)]
                message["content"] = .null
                message["tool_calls"] = [["id": "call_1", "type": "function", "function": call]]
            }
            return [
                "choices": [
                    ["message": .object(message), "finish_reason": isCutOff ? "length" : "stop"]
                ],
                "usage": ["prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110],
            ]
        case .anthropic:
            var content: JSONValue = ["type": "text", "text": .string(text)]
            if let input = try? JSONValue(parsing: text.utf8), input.object != nil {
                content = ["type": "tool_use", "id": "toolu_1", "name": "answer", "input": input]
            }
            return [
                "role": "assistant", "content": [content], "stop_reason": isCutOff ? "max_tokens" : "tool_use",
                "usage": ["input_tokens": 40, "cache_read_input_tokens": 60, "output_tokens": 10],
            ]
        }
    }
}
