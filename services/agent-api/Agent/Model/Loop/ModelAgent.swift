//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
package import Instructions
package import Models
package import Secrets
package import Steering

/// Carries out a task in words, by asking a model what to do in each step.
package struct ModelAgent: Sendable {
    /// Gives the run a browser context of its own, for example `BrowserPool.newContext`.
    package typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let model: any ModelClient
    private let events: any AgentEventSink
    private var options: ModelAgentOptions
    private let secrets: RunSecrets
    private let steering: Steering
    private let makeContext: ContextProvider

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - model: decides what to do.
    ///   - events: gets the run's events, in order.
    ///   - secrets: what may be typed by name. The model gets names alone; events and outcome are as they are, for the
    ///     doors behind which they are shown to mask.
    ///   - steering: where people hold the run.
    ///   - makeContext: is asked once per run. The agent closes the context.
    package init(
        model: any ModelClient,
        events: any AgentEventSink,
        options: ModelAgentOptions = ModelAgentOptions(),
        secrets: RunSecrets = .none,
        steering: Steering = Steering(),
        makeContext: @escaping ContextProvider
    ) {
        self.model = secrets.isEmpty ? model : MaskedModel(client: model, mask: secrets.mask)
        self.events = events
        self.secrets = secrets
        self.steering = steering
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
        await events.report(AgentEvent(.task(task)))
        await events.report(AgentEvent(.model(model.name)))
        let context: BrowserContext
        do {
            context = try await makeContext()
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            let reason = "Cannot start the browser: \(error)"
            await events.report(AgentEvent(.finished(.failed(reason))))
            return AgentOutcome(isSuccess: false, error: reason, steps: 0)
        }
        do {
            var run = run(task, in: context)
            let outcome = try await run.carryOut()
            await context.close()
            return outcome
        } catch {
            await context.close()
            throw error
        }
    }

    private func run(_ task: String, in context: BrowserContext) -> ModelRun {
        ModelRun(
            task: task,
            model: model,
            events: events,
            options: options,
            secrets: secrets,
            steering: steering,
            context: context
        )
    }

    /// Does what a step of a task was for that has failed, on the pages of its run, which stay open.
    ///
    /// - Parameter goal: What the whole task is for.
    /// - Throws: `CancellationError` alone.
    package func rescue(_ failure: FailedStep, of goal: String, in context: BrowserContext) async throws -> RescuedStep
    {
        guard failure.stepsLeft > 0 else { return RescuedStep(isDone: false) }
        await events.report(AgentEvent(.handedOver(reason: failure.reason), step: failure.number))
        var run = run(failure.task(of: goal), in: context)
        run.isPart = true
        run.number = failure.number
        run.options.maximumSteps = min(options.maximumSteps, failure.number + failure.stepsLeft)
        let outcome = try await run.carryOut()
        return RescuedStep(
            isDone: outcome.isSuccess,
            steps: outcome.steps - failure.number,
            recording: outcome.recording ?? Recording()
        )
    }
}

extension FailedStep {
    /// How many steps before and after the one that failed are told.
    private static let neighbours = 5

    fileprivate func task(of goal: String) -> String {
        let told = max(0, index - Self.neighbours)..<min(steps.count, index + Self.neighbours + 1)
        let lines = told.map { "\($0 + 1). \(steps[$0].clipped(to: 300))" }
        return """
            The whole task is: \(goal)
            It is done by these instructions, one after the other:
            \(lines.joined(separator: "\n"))
            Those up to \(index) are done. Instruction \(index + 1) has failed: \(reason)
            Do what instruction \(index + 1) is for, and nothing of the later ones, which are carried out after you. \
            Then say done; success is false if it cannot be done.
            """
    }
}
