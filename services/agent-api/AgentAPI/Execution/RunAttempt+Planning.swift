//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import Instructions
import JSONSchema
import Secrets

extension RunAttempt {
    /// Executes the task with the requested planner.
    func execute(
        events: any AgentEventSink,
        makeContext: @escaping @Sendable () async throws -> BrowserContext
    ) async throws -> AgentOutcome {
        let request = job.request
        if request.secretNames != nil, job.secrets.isEmpty {
            return await refuse(
                "the values of the run's sensitive_data are no longer available; request the run again",
                events
            )
        }
        let maximumSteps = request.maxSteps ?? configuration.maximumSteps
        if let model {
            var options = ModelAgentOptions(maximumSteps: maximumSteps, sight: configuration.planning.sight)
            do {
                options.output = try request.outputSchema.map(JSONSchema.init)
            } catch {
                return await refuse(
                    "the run requests an output_schema that this process does not support: \(error)",
                    events
                )
            }
            let agent = ModelAgent(
                model: model,
                events: events,
                options: options,
                secrets: job.secrets,
                steering: job.steering,
                makeContext: makeContext
            )
            // What a run did is repeated as it was done, and the model does what fails now.
            if request.planner ?? .auto == .auto, request.outputSchema == nil, let recorded = RecordedTask(request.task)
            {
                return try await InstructionAgent(
                    events: events,
                    secrets: job.secrets,
                    steering: job.steering,
                    rescue: { try await agent.rescue($0, of: recorded.goal, in: $1) },
                    makeContext: makeContext
                )
                .run(task: request.task, maxSteps: maximumSteps)
            }
            return try await agent.run(task: request.task)
        }
        guard request.planner != .llm, request.outputSchema == nil else {
            return await refuse("the run requests a model, and the process that executes it has none", events)
        }
        return try await InstructionAgent(
            events: events,
            secrets: job.secrets,
            steering: job.steering,
            makeContext: makeContext
        )
        .run(task: request.task, maxSteps: maximumSteps)
    }

    /// The request was valid where it was accepted, but this process cannot execute it.
    private func refuse(_ reason: String, _ events: any AgentEventSink) async -> AgentOutcome {
        await events.report(AgentEvent(.finished(.failed(reason))))
        return AgentOutcome(isSuccess: false, error: reason, steps: 0)
    }
}
