//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import JSON
import JSONSchema

@testable import Agent
@testable import Models

extension FuzzTarget {
    /// What models and their servers answer.
    static let answers = FuzzTarget(name: "answers") { input throws(BrokenPromise) in
        let text = input.text
        try check(text)
        if let response = try? JSONValue(parsing: input) {
            for answer in [try? OpenAIWire.answer(response, to: request), try? AnthropicWire.answer(response)] {
                if let answer { try check(answer.text) }
            }
            _ = ContextLength.ofModel("m", in: response)
            _ = ContextLength.inProperties(response)
        }
        if let length = ContextLength.stated(in: text) { try promise(length > 0, "the context has \(length) tokens") }
        if let wait = RetryAfter.duration(text, now: Date(timeIntervalSince1970: 1_700_000_000)) {
            try promise(wait >= .zero, "the wait is \(wait)")
        }
    }

    private static let actions = ActionSet(Set(ActionDefinition.all.map(\.name)))
    private static let request = ModelRequest(
        instructions: "",
        messages: [],
        schema: ModelDecision.schema(allowing: actions)
    )

    private static func check(_ text: String) throws(BrokenPromise) {
        guard let found = try? EmbeddedJSON.answer(in: text, to: request) else {
            throw BrokenPromise(description: "the search for an object was given up")
        }
        do {
            let decision = try ModelDecision(parsing: found, allowing: actions)
            try promise(decision.actions.count <= ModelDecision.maximumActions, "there are too many actions")
        } catch let error as InvalidDecision {
            try promise(!error.problems.isEmpty, "a wrong answer has no problem")
        } catch {
            throw error as? BrokenPromise ?? BrokenPromise(description: "\(error)")
        }
    }
}
