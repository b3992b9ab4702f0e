//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
import PageActions
package import Secrets
package import Steering

/// Carries out a task of plain-English steps in a browser and logs each step as it goes. `docs/instructions.md` describes the language.
package struct InstructionAgent: Sendable {
    /// Gives the run a browser context of its own, for example `BrowserPool.newContext`.
    package typealias ContextProvider = @Sendable () async throws -> BrowserContext

    private let events: any AgentEventSink
    private let secrets: RunSecrets
    private let steering: Steering
    private let makeContext: ContextProvider
    private let rescue: StepRescue?

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - events: gets the run's events, in order.
    ///   - secrets: what may be typed by name, as in `Type <secret>x_password</secret> into Password`. Events and
    ///     outcome are as they are, for the doors behind which they are shown to mask.
    ///   - steering: where people hold the run.
    ///   - rescue: does what a step that has failed was for; without one the task fails with the step.
    ///   - makeContext: is asked once per run, when the task is understood. The agent closes the context.
    package init(
        events: any AgentEventSink,
        secrets: RunSecrets = .none,
        steering: Steering = Steering(),
        rescue: StepRescue? = nil,
        makeContext: @escaping ContextProvider
    ) {
        self.events = events
        self.secrets = secrets
        self.steering = steering
        self.rescue = rescue
        self.makeContext = makeContext
    }

    /// Carries out a task.
    ///
    /// - Parameters:
    ///   - task: what to do.
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
        let task = secrets.isEmpty ? task : SecretReference.quoted(in: task)
        let steps: [Step]
        do {
            steps = try Self.steps(of: task)
            await events.report(AgentEvent(.task(Self.masked(task, steps))))
        } catch {
            await events.report(AgentEvent(.task(Self.masked(task, StepGrammar.steps(of: task)))))
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
            let outcome = try await carryOut(steps, maxSteps: maxSteps, stepTimeout: stepTimeout, in: context)
            try await inspect(context)
            await context.close()
            return outcome
        } catch {
            await context.close()
            throw error
        }
    }

    /// The steps of a task.
    ///
    /// - Throws: ``NotUnderstood`` for the first step that says nothing, or that a page would have to make sense of while none is open.
    static func steps(of task: String) throws(NotUnderstood) -> [Step] {
        let steps = StepGrammar.steps(of: task)
        guard !steps.isEmpty else { throw NotUnderstood(step: nil, words: "") }
        var hasPage = false
        for (index, step) in steps.enumerated() {
            let isUnderstood = !step.deeds.isEmpty && (step.isKnown || hasPage)
            guard isUnderstood else { throw NotUnderstood(step: index + 1, words: step.spoken) }
            if case .go = step.deeds[0] { hasPage = true }
        }
        return steps
    }

    /// A task's text without the secrets that it says.
    private static func masked(_ task: String, _ steps: [Step]) -> String {
        Step.hiding(task.split(whereSeparator: \.isWhitespace).joined(separator: " "), steps.flatMap(\.secrets))
    }

    private func carryOut(
        _ steps: [Step],
        maxSteps: Int,
        stepTimeout: Duration,
        in context: BrowserContext
    ) async throws -> AgentOutcome {
        var memory = RunMemory(hidden: steps.flatMap(\.secrets))
        var index = 0
        // The steps that others took in place of ones that failed.
        var taken = 0
        var recording = Recording()
        while index < steps.count {
            let step = steps[index]
            let number = index + taken + 1
            guard number <= maxSteps else {
                return await fail(
                    "Stopped after \(maxSteps) steps, the most allowed; \(steps.count - index) were left to do",
                    steps: maxSteps
                )
            }
            try await steering.pass()
            let run = StepRun(
                step: step,
                number: number,
                deadline: .after(stepTimeout) { [steering] in steering.heldTime },
                context: context,
                events: events,
                secrets: secrets,
                steering: steering
            )
            do {
                let answers = StepRun.answers(after: index, steps)
                memory.changedPage = index > 0 && steps[index - 1].changesPage
                memory.isLast = index + 1 == steps.count
                memory.isSent = index + 1 < steps.count && steps[index + 1].sends
                memory.isRead = steps[(index + 1)...].contains(where: \.reads)
                let includesNext = try await run.perform(&memory, answers: answers)
                for done in steps[index...].prefix(includesNext ? 2 : 1) { recording.add(number, done.repetition) }
                index += includesNext ? 2 : 1
            } catch let error as CancellationError {
                throw error
            } catch {
                // What fails while the task is being cancelled fails because of that.
                try Task.checkCancellation()
                let reason = Step.hiding("\(error)", memory.hidden)
                let failure = FailedStep(
                    steps: steps.map { Step.hiding($0.spoken, memory.hidden) },
                    index: index,
                    reason: reason,
                    number: number,
                    stepsLeft: maxSteps - number
                )
                if let rescued = try await rescue?(failure, context) {
                    taken += rescued.steps
                    if rescued.isDone {
                        recording.add(rescued.recording)
                        index += 1
                        continue
                    }
                }
                return await fail(
                    "Step \(index + 1) failed (\(step.title(memory.hidden))): \(reason)",
                    steps: index + taken + 1,
                    action: step.call().name
                )
            }
        }
        // What the last action has set off in the page may need a moment, and closing the page would end it.
        if steps.last.map(\.changesPage) == true { try await Task.sleep(for: .milliseconds(100)) }
        let summary = try await summary(memory, in: context)
        let last = steps.count + taken
        let facts = memory.verified.map { Step.hiding($0, memory.hidden) }
        if !facts.isEmpty { await events.report(AgentEvent(.verified(facts), step: last)) }
        await events.report(AgentEvent(.result(summary), step: last))
        await events.report(AgentEvent(.finished(.succeeded), step: last))
        return AgentOutcome(isSuccess: true, result: summary, steps: last, recording: recording)
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

extension Step {
    /// Whether it does something to the page that is shown.
    var changesPage: Bool {
        switch deeds.first {
        case .go, .read, .copy, .verify, .wait, .waitUntil, .history, .reload, .switchTab, .closeTab, .newTab, nil:
            false
        default: true
        }
    }

    /// Whether it sends what was written.
    var sends: Bool {
        let words: Set<String> = [
            "send", "save", "submit", "post", "ok", "reply", "enter", "publish", "apply", "rename", "confirm",
        ]
        switch deeds.first {
        case .click(let target, _):
            return target.spoken.split(separator: " ").first.map { words.contains($0.lowercased()) } ?? false
        case .press("Enter", _, _), .submit: return true
        case .act(let act): return words.contains(act.words[0])
        default: return false
        }
    }

    /// Whether it looks at what the page says.
    var reads: Bool {
        if condition != nil { return true }
        return deeds.contains { deed in
            switch deed {
            case .read, .copy, .verify, .waitUntil, .until: true
            default: false
            }
        }
    }
}

/// Addresses as a person writes them.
enum PageAddress {
    static func url(_ address: String) -> String { (try? Address(address))?.candidates.first ?? address }
}
