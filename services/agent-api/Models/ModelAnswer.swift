//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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

/// How many tokens were used, as the server counts them. What it does not tell is 0.
public struct TokenUsage: Sendable, Hashable {
    /// Read by the model, those that it knew already included.
    public var input: Int
    /// Of those read, the ones that the server had from an earlier request.
    public var cachedInput: Int
    /// Written by the model.
    public var output: Int

    /// Makes a count.
    public init(input: Int = 0, cachedInput: Int = 0, output: Int = 0) {
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
    }

    /// Adds two counts.
    public static func + (a: Self, b: Self) -> Self {
        Self(
            input: a.input.addingReportingOverflow(b.input).partialValue,
            cachedInput: a.cachedInput.addingReportingOverflow(b.cachedInput).partialValue,
            output: a.output.addingReportingOverflow(b.output).partialValue
        )
    }

    /// Adds a count.
    public static func += (a: inout Self, b: Self) { a = a + b }
}
