//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A way to make a server's model answer by a JSON schema, the most reliable first.
package enum AnswerForm: String, Sendable, CaseIterable {
    /// `response_format: json_schema`.
    case schema
    /// A single tool that must be called, with the schema as its parameters.
    case tool
    /// `response_format: json_object` with the schema, as servers built on llama.cpp take it.
    case objectBySchema = "object_by_schema"
    /// A GBNF grammar, as servers built on llama.cpp take it.
    case grammar
    /// `response_format: json_object`: any JSON object.
    case object
    /// Nothing but words.
    case words

    /// Whether the schema must be told in words, since the form does not carry it to the model.
    var tellsSchemaInWords: Bool {
        switch self {
        case .schema, .tool: false
        // A grammar decides what can be written, not what is meant by it.
        case .objectBySchema, .grammar, .object, .words: true
        }
    }

    /// Whether an error suggests that the server does not support the form, or rejects this schema.
    func mayBeUnsupported(after error: ModelError) -> Bool {
        guard self != .words, error.code != .tooLong, let status = error.status,
            [400, 415, 422, 500, 501].contains(status)
        else {
            return false
        }
        let said = error.message.lowercased()
        if Self.hints.contains(where: said.contains) { return true }
        // A bad request without a reason.
        return status < 500 && !said.contains(": ")
    }

    private static let hints = [
        "response_format", "json_schema", "json_object", "schema", "grammar", "structured output", "format", "tool",
        "function", "unrecognized", "unknown parameter", "unexpected keyword", "extra inputs",
    ]
}
