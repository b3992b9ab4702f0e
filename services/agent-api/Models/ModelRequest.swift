//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import JSON

/// What a model is asked.
public struct ModelRequest: Sendable, Hashable {
    /// What goes for all of the conversation.
    public var instructions: String
    /// The conversation so far; the last message is the user's.
    public var messages: [ModelMessage]
    /// Whose schema an answer follows.
    public enum SchemaOrigin: Sendable, Hashable {
        /// Ours: every property is required and no other is allowed, as OpenAI's strict mode wants it.
        case own
        /// A user's is a part of it. Strict mode may take it or not.
        case user(fitsStrictMode: Bool)
    }

    /// The JSON schema that the answer is to follow.
    public var schema: JSONValue
    /// Whose schema it is.
    public var schemaOrigin: SchemaOrigin
    /// The schema's name: letters, digits, `_` and `-`, at most 64.
    public var schemaName: String

    /// Makes a request.
    public init(
        instructions: String,
        messages: [ModelMessage],
        schema: JSONValue,
        schemaOrigin: SchemaOrigin = .own,
        schemaName: String = "answer"
    ) {
        self.instructions = instructions
        self.messages = messages
        self.schema = schema
        self.schemaOrigin = schemaOrigin
        self.schemaName = schemaName
    }
}

/// One message of a conversation with a model.
public struct ModelMessage: Sendable, Hashable {
    /// Who says it.
    public enum Role: String, Sendable {
        /// The one who asks.
        case user
        /// The model.
        case assistant
    }

    /// Who says it.
    public var role: Role
    /// The words.
    public var text: String
    /// JPEG pictures, for models that can see. Only the user shows some.
    public var images: [[UInt8]]

    /// Makes a message.
    public init(_ role: Role, _ text: String, images: [[UInt8]] = []) {
        self.role = role
        self.text = text
        self.images = images
    }
}
