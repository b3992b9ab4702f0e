//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import FoundationEssentials
import Models
import PageActions
import Secrets
import Steering

/// One run of a ``ModelAgent``: what it has done so far, and its next step.
struct ModelRun {
    /// What is to be done, with what people have added since.
    var task: String
    let events: any AgentEventSink
    /// What the model is shown gets smaller where it cannot read as much.
    var options: ModelAgentOptions
    let secrets: RunSecrets
    let steering: Steering
    let context: BrowserContext
    let model: StepModel
    var history: StepHistory
    /// How much the model is shown.
    var budget = PromptBudget(context: nil)
    var repetition = RepetitionWatch()
    /// Whether it does a part of a run whose end is not its own.
    var isPart = false
    /// What came of the last step's actions.
    var results: [ActionResult] = []
    /// What was done so far, as sentences that do it again.
    private(set) var recording = Recording()
    /// What came into sight between two actions of the last step.
    var alsoNew: Set<Int> = []
    var wantsPicture = false
    /// What else is to be said of the last step.
    private var lastNotes: [String] = []
    /// Steps in a row that failed.
    private var failures = 0
    private var lastFailure = ""
    /// The step that goes on.
    var number = 0
    var toldDownloads = 0

    init(
        task: String,
        model: any ModelClient,
        events: any AgentEventSink,
        options: ModelAgentOptions,
        secrets: RunSecrets,
        steering: Steering,
        context: BrowserContext
    ) {
        self.task = task
        self.events = events
        self.options = options
        self.secrets = secrets
        self.steering = steering
        self.context = context
        self.model = StepModel(client: model)
        history = StepHistory(limit: options.historyLimit)
    }

    /// Why a step is the last.
    enum LastChance {
        case outOfSteps
        case failures
    }

    /// How a step ended.
    private enum Ending {
        case goesOn
        case failed(String)
        case done(text: String, success: Bool)
        /// There is no use in another step.
        case over(String)
    }

    mutating func carryOut() async throws -> AgentOutcome {
        var chance: LastChance?
        while true {
            number += 1
            if number >= options.maximumSteps { chance = chance ?? .outOfSteps }
            switch try await takeStep(chance) {
            case .done(let text, let success): return await end(text, success: success)
            case .over(let reason): return await fail(reason)
            case .goesOn: failures = 0
            case .failed(let reason):
                failures += 1
                lastFailure = reason
            }
            switch chance {
            case .outOfSteps:
                return await fail("Stopped after \(number) steps, the most allowed, without an answer")
            case .failures:
                return await fail("Stopped after \(failures) steps in a row that failed: \(lastFailure)")
            case nil:
                if failures >= options.maximumFailures { chance = .failures }
            }
        }
    }

    private mutating func takeStep(_ chance: LastChance?) async throws -> Ending {
        try await steering.pass()
        for message in steering.takeMessages() {
            await tell(.told(message))
            task += "\n\nThe user has added, after step \(number - 1): \(message)"
        }
        let page: Page
        do {
            page = try await context.currentPage()
        } catch {
            try Task.checkCancellation()
            return .over("The browser is gone: \(error)")
        }
        let visits = steering.visits
        let (decision, view, nodes): (ModelDecision, SeenPage, PageView?)
        do {
            (decision, view, nodes) = try await lookAndDecide(on: page, chance)
        } catch let failure as StepModel.Failure {
            return await noDecision(failure)
        }
        try await steering.pass()
        guard steering.visits == visits else {
            // What was decided was for what the page was before.
            results = []
            lastNotes = [Self.visitNote]
            history.add(number, note: Self.visitNote)
            return .goesOn
        }
        await tell(decision)
        repetition.add(page: view.fingerprint, actions: decision.actions)
        if case .done(let text, let success) = decision.actions.first {
            await tell(.actionBegan(ActionCall("done", ("success", "\(success)"))), action: "done")
            return .done(text: text, success: success)
        }
        var performance = StepPerformance(self, view: view, nodes: nodes)
        try await performance.perform(decision)
        for entry in performance.recorded { recording.add(number, entry) }
        results = performance.results
        alsoNew = []
        wantsPicture = performance.wantsPicture
        lastNotes = performance.notes
        if steering.visits != visits { lastNotes.append(Self.visitNote) }
        history.add(number, decision, results)
        guard let failure = results.last(where: \.isError), !results.contains(where: { !$0.isError }) else {
            return .goesOn
        }
        return .failed(failure.text)
    }

    /// Downloads that have ended and that the model does not know of.
    var endedDownloads: [Download] {
        Array(context.downloads.dropFirst(toldDownloads).prefix { $0.state != .underWay })
    }

    func notes(_ chance: LastChance?, _ downloads: [Download]) -> (texts: [String], isLast: Bool) {
        var notes = ["This is step \(number) of at most \(options.maximumSteps). \(Self.today)"]
        notes += lastNotes
        for download in downloads {
            if case .failed(let reason) = download.state {
                notes.append("The download of \(StateMessage.guarded(download.name)) failed: \(reason)")
            } else {
                notes.append("The browser has downloaded \(StateMessage.guarded(download.name)).")
            }
        }
        if let note = repetition.note { notes.append(note) }
        switch chance {
        case .outOfSteps: notes.append("This is the last step. Say done now, with what you have found.")
        case .failures:
            notes.append("\(failures) steps in a row have failed. Say done now, with what you have found.")
        case nil:
            let left = options.maximumSteps - number
            if left <= 3 { notes.append("Only \(left) more after this one: come to an end.") }
        }
        return (notes, chance != nil)
    }

    private mutating func noDecision(_ failure: StepModel.Failure) async -> Ending {
        switch failure {
        case .tooSmall(let reason): return .over("The model cannot be used: \(reason)")
        case .unavailable(let error) where error.isPermanent: return .over("The model cannot be used: \(error)")
        case .unavailable(let error):
            await tell(.noAnswer("\(error)"))
            // What the last step has brought was not seen yet.
            return .failed("the model did not answer: \(error)")
        case .invalid(let problem):
            history.add(number, note: "Your answer was not valid twice: \(problem)")
            return .failed("the model's answer was not valid: \(problem)")
        }
    }

    func tell(_ decision: ModelDecision) async {
        let evaluation = decision.evaluation.lowercased()
        if !evaluation.isEmpty {
            let judgement: AgentEvent.Judgement =
                evaluation.hasPrefix("success")
                ? .success
                : evaluation.contains("fail") ? .failure : evaluation.contains("success") ? .success : .unclear
            await tell(.evaluated(decision.evaluation, judgement))
        }
        if !decision.memory.isEmpty { await tell(.remembered(decision.memory)) }
        if !decision.nextGoal.isEmpty { await tell(.planned(decision.nextGoal)) }
    }

    private func end(_ text: String, success: Bool) async -> AgentOutcome {
        guard !isPart else {
            return AgentOutcome(isSuccess: success, result: text, steps: number, recording: recording)
        }
        await tell(.result(text), isClipped: false)
        if success {
            await tell(.finished(.succeeded))
            return AgentOutcome(isSuccess: true, result: text, steps: number, recording: recording)
        }
        await tell(.finished(.givenUp))
        let error = "the task was not done, by the model's own judgement"
        return AgentOutcome(isSuccess: false, result: text, error: error, steps: number, recording: recording)
    }

    private func fail(_ reason: String) async -> AgentOutcome {
        let reason = reason.clipped(to: Self.longestLine)
        await tell(isPart ? .actionFailed("the model", reason: reason) : .finished(.failed(reason)))
        return AgentOutcome(isSuccess: false, error: reason, steps: number, recording: recording)
    }

    /// What the model is told after a person has had control.
    static let visitNote = "The user has used the browser meanwhile. Look at the page as it is now."

    /// The longest line in characters, but for that of the result: what a model says has no bound of its own.
    static let longestLine = 2000

    func tell(
        _ what: AgentEvent.What,
        action: String? = nil,
        url: String? = nil,
        duration: Duration? = nil,
        isClipped: Bool = true
    ) async {
        await events.report(
            AgentEvent(
                what,
                step: number,
                action: action,
                url: url,
                duration: duration,
                textLimit: isClipped ? Self.longestLine : nil
            )
        )
    }
}

extension SeenPage {
    /// The elements in the window by their numbers.
    var marks: [ScreenshotMark] {
        guard case .seen(let snapshot) = content else { return [] }
        return snapshot.elements.filter(\.isInViewport).map { ScreenshotMark(text: "\($0.index)", box: $0.box) }
    }

    /// What is the same as long as nothing happens on the page.
    var fingerprint: String {
        guard case .seen(let snapshot) = content else { return url }
        return "\(url) \(snapshot.currentTab) \(snapshot.pagesAbove) \(snapshot.text)"
    }
}
