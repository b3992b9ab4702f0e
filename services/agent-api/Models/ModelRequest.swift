//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// What a model is asked.
package struct ModelRequest: Sendable, Hashable {
    /// What goes for all of the conversation.
    package var instructions: String
    /// The conversation so far; the last message is the user's.
    package var messages: [ModelMessage]
    /// Whose schema an answer follows.
    package enum SchemaOrigin: Sendable, Hashable {
        /// Ours: every property is required and no other is allowed, as OpenAI's strict mode wants it.
        case own
        /// A user's is a part of it. Strict mode may take it or not.
        case user(fitsStrictMode: Bool)
    }

    /// The JSON schema that the answer is to follow.
    package var schema: JSONValue
    /// Whose schema it is.
    package var schemaOrigin: SchemaOrigin
    /// The schema's name: letters, digits, `_` and `-`, at most 64.
    package var schemaName: String

    package init(
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
package struct ModelMessage: Sendable, Hashable {
    /// Who says it.
    package enum Role: String, Sendable {
        /// The one who asks.
        case user
        /// The model.
        case assistant
    }

    /// Who says it.
    package var role: Role
    /// The words.
    package var text: String
    /// JPEG pictures, for models that can see. Only the user shows some.
    package var images: [[UInt8]]

    package init(_ role: Role, _ text: String, images: [[UInt8]] = []) {
        self.role = role
        self.text = text
        self.images = images
    }
}
