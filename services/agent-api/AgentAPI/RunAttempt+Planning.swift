//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser

extension RunAttempt {
    /// Carries out the task, with the planner that the request asks for.
    func carryOut(
        log: any AgentLog,
        makeContext: @escaping @Sendable () async throws -> BrowserContext
    ) async throws -> AgentOutcome {
        let request = self.job.request
        let maximumSteps = request.maxSteps ?? self.configuration.maximumSteps
        if let model {
            let options = ModelAgentOptions(maximumSteps: maximumSteps, sight: self.configuration.planning.sight)
            return try await ModelAgent(model: model, log: log, options: options, makeContext: makeContext)
                .run(task: request.task)
        }
        guard request.planner != .llm else {
            // It was asked for where there is a model, and came to a process that has none.
            let reason = "the run asks for a model, and the process that took it has none"
            await log.record(AgentLogLine(level: .error, message: "❌ \(reason)"))
            return AgentOutcome(isSuccess: false, error: reason, steps: 0)
        }
        return try await InstructionAgent(log: log, makeContext: makeContext)
            .run(task: request.task, maxSteps: maximumSteps)
    }
}

extension TokenUsage {
    /// For the log.
    var line: String {
        let cached = self.cachedInput > 0 ? " (\(self.cachedInput) of them cached)" : ""
        return "🧮 Tokens: \(self.input) read\(cached), \(self.output) written"
    }
}
