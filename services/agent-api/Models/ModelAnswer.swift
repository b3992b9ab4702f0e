//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs

/// What a model has answered.
public struct ModelAnswer: Sendable, Hashable {
    /// The JSON object, cut out of what was around it; where there is none, all that the model said.
    public var text: String
    /// Whether the model was stopped before it had said all, because the answer became too long.
    public var isCutOff: Bool
    /// What the answer took.
    public var tokens: TokenUsage

    /// Makes an answer.
    public init(text: String, isCutOff: Bool = false, tokens: TokenUsage = TokenUsage()) {
        self.text = text
        self.isCutOff = isCutOff
        self.tokens = tokens
    }
}
