//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Browser
package import Models
package import Secrets

/// Carries out a task in words, by asking a model what to do in each step.
package struct ModelAgent: Sendable {
    /// Gives the run a browser context of its own, for example `BrowserPool.newContext`.
    package typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let model: any ModelClient
    private let log: any AgentLog
    private var options: ModelAgentOptions
    private let secrets: RunSecrets
    private let makeContext: ContextProvider

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - model: decides what to do.
    ///   - log: gets the run's lines, in order.
    ///   - secrets: what may be typed by name. The model, the log and the outcome get names alone.
    ///   - makeContext: is asked once per run. The agent closes the context.
    package init(
        model: any ModelClient,
        log: any AgentLog,
        options: ModelAgentOptions = ModelAgentOptions(),
        secrets: RunSecrets = .none,
        makeContext: @escaping ContextProvider
    ) {
        self.model = secrets.isEmpty ? model : MaskedModel(client: model, mask: secrets.mask)
        self.log = secrets.isEmpty ? log : MaskedLog(log, mask: secrets.mask)
        self.secrets = secrets
        self.options = options
        self.options.allowsScripts = secrets.isEmpty
        self.makeContext = makeContext
    }

    /// Carries out a task.
    ///
    /// - Returns: how it ended. A model that gives up or does not answer is no thrown error: the outcome and the log say why.
    /// - Throws: `CancellationError` alone. Cancelling the task takes effect at once, also inside a model's answer or a page
    ///   load, and closes the context.
    package func run(task: String) async throws -> AgentOutcome {
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
            return AgentOutcome(isSuccess: false, error: reason, steps: 0).masked(by: secrets.mask)
        }
        do {
            var run = ModelRun(
                task: task,
                model: model,
                log: log,
                options: options,
                secrets: secrets,
                context: context
            )
            let outcome = try await run.carryOut().masked(by: secrets.mask)
            await context.close()
            return outcome
        } catch {
            await context.close()
            throw error
        }
    }
}
