//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// A request to a model.
package struct ModelRequest: Sendable, Hashable {
    /// The instructions for the whole conversation.
    package var instructions: String
    /// The conversation so far. The last message is the user's.
    package var messages: [ModelMessage]
    /// The origin of the schema.
    package enum SchemaOrigin: Sendable, Hashable {
        /// Our own: every property is required and no others are allowed, as OpenAI's strict mode requires.
        case own
        /// A user's schema is part of it. Strict mode may reject it.
        case user(fitsStrictMode: Bool)
    }

    /// The JSON schema that the answer should follow.
    package var schema: JSONValue
    /// The schema's origin.
    package var schemaOrigin: SchemaOrigin
    /// The schema's name: letters, digits, `_` and `-`, at most 64.
    package var schemaName: String
    /// Whether room is scarce: the schema is not told in words beside the instructions, which say enough of it.
    package var isBrief: Bool
    /// The most tokens of the answer; `nil` for what the server allows.
    package var maximumOutput: Int?

    package init(
        instructions: String,
        messages: [ModelMessage],
        schema: JSONValue,
        schemaOrigin: SchemaOrigin = .own,
        schemaName: String = "answer",
        isBrief: Bool = false,
        maximumOutput: Int? = nil
    ) {
        self.instructions = instructions
        self.messages = messages
        self.schema = schema
        self.schemaOrigin = schemaOrigin
        self.schemaName = schemaName
        self.isBrief = isBrief
        self.maximumOutput = maximumOutput
    }
}

/// One message of a conversation with a model.
package struct ModelMessage: Sendable, Hashable {
    /// The author of a message.
    package enum Role: String, Sendable {
        /// The caller.
        case user
        /// The model.
        case assistant
    }

    /// The author.
    package var role: Role
    /// The text.
    package var text: String
    /// JPEG images, for models with vision. Only the user's messages have them.
    package var images: [[UInt8]]

    package init(_ role: Role, _ text: String, images: [[UInt8]] = []) {
        self.role = role
        self.text = text
        self.images = images
    }
}
