//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Models

/// How a task ended.
public struct AgentOutcome: Sendable, Hashable {
    /// Whether all of the task was done.
    public var isSuccess: Bool
    /// What was found or reached.
    public var result: String?
    /// Why the task was not done.
    public var error: String?
    /// How many steps were begun.
    public var steps: Int
    /// What the model's answers took, where there was a model.
    public var tokens: TokenUsage?

    /// Makes an outcome.
    public init(
        isSuccess: Bool,
        result: String? = nil,
        error: String? = nil,
        steps: Int,
        tokens: TokenUsage? = nil
    ) {
        self.isSuccess = isSuccess
        self.result = result
        self.error = error
        self.steps = steps
        self.tokens = tokens
    }
}
