//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

package struct ModelAnswer: Sendable, Hashable {
    /// The JSON object, without any text around it. If there is none, the whole answer.
    package var text: String
    /// Whether the answer is incomplete because it reached the length limit.
    package var isCutOff: Bool
    /// The tokens used.
    package var tokens: TokenUsage
    /// How the schema was enforced; `nil` where there is a single way.
    package var form: AnswerForm?

    package init(text: String, isCutOff: Bool = false, tokens: TokenUsage = TokenUsage()) {
        self.text = text
        self.isCutOff = isCutOff
        self.tokens = tokens
    }
}
