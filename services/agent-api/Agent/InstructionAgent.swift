//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
public import Browser

/// Carries out a task of plain-English steps in a browser and logs each step as it goes.
public struct InstructionAgent: Sendable {
    /// Gives the run a browser context of its own, for example `SharedBrowser.newContext`.
    public typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let log: any AgentLog
    private let planner = InstructionPlanner()
    private let makeContext: ContextProvider

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - log: gets the run's lines, in order.
    ///   - makeContext: is asked once per run, when the task is understood. The agent closes the context.
    public init(log: any AgentLog, makeContext: @escaping ContextProvider) {
        self.log = log
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
    public func run(
        task: String,
        maxSteps: Int = 50,
        stepTimeout: Duration = .seconds(60)
    ) async throws -> AgentOutcome {
        await log.record(AgentLogLine(level: .info, message: "🎯 Task: \(task)"))
        let instructions: [Instruction]
        do {
            instructions = try planner.plan(task)
        } catch {
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
        var result: String?
        for (index, instruction) in instructions.enumerated() {
            guard index < maxSteps else {
                let left = instructions.count - maxSteps
                return await fail(
                    "Stopped after \(maxSteps) steps, the most allowed; \(left) were left to do",
                    steps: maxSteps
                )
            }
            let number = index + 1
            let step = InstructionStep(
                instruction: instruction,
                number: number,
                timeout: stepTimeout,
                context: context,
                log: log
            )
            do {
                result = try await step.perform() ?? result
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
        let summary = try await summary(result, in: context)
        await log.record(AgentLogLine(level: .info, message: "📄 Result: \(summary)", step: instructions.count))
        await log.record(AgentLogLine(level: .info, message: "✅ Task completed successfully", step: instructions.count))
        return AgentOutcome(isSuccess: true, result: summary, steps: instructions.count)
    }

    /// What the task was to find out; where it was to find out nothing, where it has led.
    private func summary(_ result: String?, in context: BrowserContext) async throws -> String {
        if let result { return result }
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
        await log.record(AgentLogLine(level: .error, message: "❌ \(reason)", step: step, action: action))
        return AgentOutcome(isSuccess: false, error: reason, steps: steps)
    }
}
