//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
public import Browser
public import Models

/// Carries out a task in words, by asking a model what to do in each step.
public struct ModelAgent: Sendable {
    /// Gives the run a browser context of its own, for example `BrowserPool.newContext`.
    public typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let model: any ModelClient
    private let log: any AgentLog
    private let options: ModelAgentOptions
    private let makeContext: ContextProvider

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - model: decides what to do.
    ///   - log: gets the run's lines, in order.
    ///   - makeContext: is asked once per run. The agent closes the context.
    public init(
        model: any ModelClient,
        log: any AgentLog,
        options: ModelAgentOptions = ModelAgentOptions(),
        makeContext: @escaping ContextProvider
    ) {
        self.model = model
        self.log = log
        self.options = options
        self.makeContext = makeContext
    }

    /// Carries out a task.
    ///
    /// - Returns: how it ended. A model that gives up or does not answer is no thrown error: the outcome and the log say why.
    /// - Throws: `CancellationError` alone. Cancelling the task takes effect at once, also inside a model's answer or a page
    ///   load, and closes the context.
    public func run(task: String) async throws -> AgentOutcome {
        await log.record(AgentLogLine(level: .info, message: "🎯 Task: \(task)"))
        await log.record(AgentLogLine(level: .info, message: "🤖 Model: \(model.name)"))
        let context: BrowserContext
        do {
            context = try await makeContext()
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            let reason = "Cannot start the browser: \(error)"
            await log.record(AgentLogLine(level: .error, message: "❌ \(reason)"))
            return AgentOutcome(isSuccess: false, error: reason, steps: 0)
        }
        do {
            var run = ModelRun(task: task, model: model, log: log, options: options, context: context)
            let outcome = try await run.carryOut()
            await context.close()
            return outcome
        } catch {
            await context.close()
            throw error
        }
    }
}
