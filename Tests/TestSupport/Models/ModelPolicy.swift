//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

extension ModelReply {
    /// A decision in the notation.
    package static func decide(
        _ actions: JSONValue...,
        evaluation: String = "Success",
        goal: String = "Go on"
    ) -> ModelReply {
        let answer: JSONValue = [
            "evaluation_previous_goal": .string(evaluation), "memory": "Nothing yet", "next_goal": .string(goal),
            "action": .array(actions),
        ]
        return .answer(answer.text)
    }

    /// The decision that ends a task.
    package static func done(_ text: String = "Done", success: Bool = true) -> ModelReply {
        decide(["done": ["text": .string(text), "success": .bool(success)]])
    }

    /// The decision to visit a page.
    package static func navigate(_ url: String) -> ModelReply { decide(["navigate": ["url": .string(url)]]) }
}

extension ModelTurn {
    /// `{"click":{"index":…}}` for the first element whose line contains the words.
    package func click(_ words: String) throws -> JSONValue { ["click": ["index": .integer(Int64(try index(words)))]] }

    /// `{"input":…}` for such an element.
    package func input(_ words: String, _ text: String) throws -> JSONValue {
        ["input": ["index": .integer(Int64(try index(words))), "text": .string(text)]]
    }
}
