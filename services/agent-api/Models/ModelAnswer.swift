//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

package struct ModelAnswer: Sendable, Hashable {
    /// The JSON object, cut out of what was around it; where there is none, all that the model said.
    package var text: String
    /// Whether the model was stopped before it had said all, because the answer became too long.
    package var isCutOff: Bool
    /// What the answer took.
    package var tokens: TokenUsage

    package init(text: String, isCutOff: Bool = false, tokens: TokenUsage = TokenUsage()) {
        self.text = text
        self.isCutOff = isCutOff
        self.tokens = tokens
    }
}
