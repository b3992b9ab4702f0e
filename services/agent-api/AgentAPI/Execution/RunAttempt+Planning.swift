//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import JSONSchema
import Secrets

extension RunAttempt {
    /// Carries out the task, with the planner that the request asks for.
    func carryOut(
        log: any AgentLog,
        makeContext: @escaping @Sendable () async throws -> BrowserContext
    ) async throws -> AgentOutcome {
        let request = job.request
        if request.secretNames != nil, job.secrets.isEmpty {
            return await refuse(
                "the values of the run's sensitive_data are no longer there; ask for it again",
                log
            )
        }
        let maximumSteps = request.maxSteps ?? configuration.maximumSteps
        if let model {
            var options = ModelAgentOptions(maximumSteps: maximumSteps, sight: configuration.planning.sight)
            do {
                options.output = try request.outputSchema.map(JSONSchema.init)
            } catch {
                return await refuse(
                    "the run asks for an output_schema that this process does not know: \(error)",
                    log
                )
            }
            return try await ModelAgent(
                model: model,
                log: log,
                options: options,
                secrets: job.secrets,
                makeContext: makeContext
            )
            .run(task: request.task)
        }
        guard request.planner != .llm, request.outputSchema == nil else {
            return await refuse("the run asks for a model, and the process that took it has none", log)
        }
        return try await InstructionAgent(log: log, secrets: job.secrets, makeContext: makeContext)
            .run(task: request.task, maxSteps: maximumSteps)
    }

    /// What was asked for where it is possible has come to a process where it is not.
    private func refuse(_ reason: String, _ log: any AgentLog) async -> AgentOutcome {
        await log.record(AgentLogLine(level: .error, message: "❌ \(reason)"))
        return AgentOutcome(isSuccess: false, error: reason, steps: 0)
    }
}

extension TokenUsage {
    /// For the log.
    var line: String {
        let cached = cachedInput > 0 ? " (\(cachedInput) of them cached)" : ""
        return "🧮 Tokens: \(input) read\(cached), \(output) written"
    }
}
