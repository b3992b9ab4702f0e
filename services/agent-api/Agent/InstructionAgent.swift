//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
package import Secrets

/// Carries out a task of plain-English steps in a browser and logs each step as it goes.
package struct InstructionAgent: Sendable {
    /// Gives the run a browser context of its own, for example `BrowserPool.newContext`.
    package typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let events: any AgentEventSink
    private let secrets: RunSecrets
    private let planner = InstructionPlanner()
    private let makeContext: ContextProvider

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - events: gets the run's events, in order.
    ///   - secrets: what may be typed by name, as in `Type <secret>x_password</secret> into Password`. Events and
    ///     outcome are as they are, for the doors behind which they are shown to mask.
    ///   - makeContext: is asked once per run, when the task is understood. The agent closes the context.
    package init(
        events: any AgentEventSink,
        secrets: RunSecrets = .none,
        makeContext: @escaping ContextProvider
    ) {
        self.events = events
        self.secrets = secrets
        self.makeContext = makeContext
    }

    /// Carries out a task.
    ///
    /// - Parameters:
    ///   - task: what to do, see ``InstructionPlanner``.
    ///   - maxSteps: the most steps to begin; a task of more fails when it gets there.
    ///   - stepTimeout: how long each step may take.
    /// - Returns: how it ended. That a step fails is no thrown error: the outcome and the log say which one and why.
    /// - Throws: `CancellationError` alone. Cancelling the task takes effect at once, also inside a page load, and
    ///   closes the context.
    package func run(
        task: String,
        maxSteps: Int = 50,
        stepTimeout: Duration = .seconds(60)
    ) async throws -> AgentOutcome {
        try await run(task: task, maxSteps: maxSteps, stepTimeout: stepTimeout) { _ in }
    }

    /// The same, with a look at what the task has left behind before its context is closed.
    func run(
        task: String,
        maxSteps: Int = 50,
        stepTimeout: Duration = .seconds(60),
        inspect: (BrowserContext) async throws -> Void
    ) async throws -> AgentOutcome {
        try await perform(
            secrets.isEmpty ? task : SecretReference.quoted(in: task),
            maxSteps: maxSteps,
            stepTimeout: stepTimeout,
            inspect: inspect
        )
    }

    private func perform(
        _ task: String,
        maxSteps: Int,
        stepTimeout: Duration,
        inspect: (BrowserContext) async throws -> Void
    ) async throws -> AgentOutcome {
        let instructions: [Instruction]
        do {
            instructions = try planner.plan(task)
            await events.report(AgentEvent(.task(instructions.masking(task))))
        } catch {
            try Task.checkCancellation()
            await events.report(AgentEvent(.task(Secret.masked(task))))
            return await fail("The task is not understood: \(error)", steps: 0)
        }
        let context: BrowserContext
        do {
            context = try await makeContext()
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            return await fail("Cannot start the browser: \(error)", steps: 0)
        }
        do {
            let outcome = try await carryOut(instructions, maxSteps: maxSteps, stepTimeout: stepTimeout, in: context)
            try await inspect(context)
            await context.close()
            return outcome
        } catch {
            await context.close()
            throw error
        }
    }

    private func carryOut(
        _ instructions: [Instruction],
        maxSteps: Int,
        stepTimeout: Duration,
        in context: BrowserContext
    ) async throws -> AgentOutcome {
        var memory = RunMemory()
        var index = 0
        while index < instructions.count {
            let instruction = instructions[index]
            guard index < maxSteps else {
                let left = instructions.count - maxSteps
                return await fail(
                    "Stopped after \(maxSteps) steps, the most allowed; \(left) were left to do",
                    steps: maxSteps
                )
            }
            let number = index + 1
            let step = StepRun(
                instruction: instruction,
                number: number,
                deadline: .after(stepTimeout),
                context: context,
                events: events,
                secrets: secrets
            )
            do {
                prepareAnswer(to: index, instructions, in: context)
                let outcome = try await step.perform(&memory)
                index += outcome.includesNext ? 2 : 1
            } catch let error as CancellationError {
                throw error
            } catch {
                // What fails while the task is being cancelled fails because of that.
                try Task.checkCancellation()
                return await fail(
                    "Step \(number) failed (\(instruction.title)): \(error)",
                    steps: number,
                    action: instruction.name
                )
            }
        }
        let summary = try await summary(memory, in: context)
        await events.report(AgentEvent(.result(summary), step: instructions.count))
        await events.report(AgentEvent(.finished(.succeeded), step: instructions.count))
        return AgentOutcome(isSuccess: true, result: summary, steps: instructions.count)
    }

    /// A dialog stops the page until it is answered; so the answer that the next step says is given before this one.
    private func prepareAnswer(to index: Int, _ instructions: [Instruction], in context: BrowserContext) {
        guard index + 1 < instructions.count,
            case .answerDialogs(let accept, let text, isOnlyIfAsked: false) = instructions[index + 1].action
        else { return }
        context.answerNextDialogs(accept ? .accept(text: text) : .dismiss)
    }

    /// What the task was to find out; where it was to find out nothing, where it has led.
    private func summary(_ memory: RunMemory, in context: BrowserContext) async throws -> String {
        if !memory.results.isEmpty { return memory.results.joined(separator: "; ") }
        if let summary = memory.summary { return summary }
        do {
            let page = try await context.currentPage()
            let title = try await page.title()
            return title.isEmpty ? page.url : "\(title) (\(page.url))"
        } catch let error as CancellationError {
            throw error
        } catch {
            return "done; the page is closed"
        }
    }

    private func fail(_ reason: String, steps: Int, action: String? = nil) async -> AgentOutcome {
        let step = steps > 0 ? steps : nil
        await events.report(AgentEvent(.finished(.failed(reason)), step: step, action: action))
        return AgentOutcome(isSuccess: false, error: reason, steps: steps)
    }
}

extension [Instruction] {
    /// A task's text without the secrets that it says.
    fileprivate func masking(_ task: String) -> String {
        var shown = Secret.masked(task)
        for case .fill(let field, .text(let text)) in map(\.action) where field.isSecret && text.count > 3 {
            shown = shown.replacing(text, with: Secret.mask)
        }
        return shown
    }
}
