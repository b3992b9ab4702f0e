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

/// One run of a ``ModelAgent``: what it has done so far, and its next step.
struct ModelRun {
    let task: String
    let events: any AgentEventSink
    /// What the model is shown gets smaller where it cannot read as much.
    var options: ModelAgentOptions
    let secrets: RunSecrets
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
    private var toldDownloads = 0

    init(
        task: String,
        model: any ModelClient,
        events: any AgentEventSink,
        options: ModelAgentOptions,
        secrets: RunSecrets,
        context: BrowserContext
    ) {
        self.task = task
        self.events = events
        self.options = options
        self.secrets = secrets
        self.context = context
        self.model = StepModel(client: model)
        history = StepHistory(limit: options.historyLimit)
    }

    /// Why a step is the last.
    private enum LastChance {
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
        let page: Page
        do {
            page = try await context.currentPage()
        } catch {
            try Task.checkCancellation()
            return .over("The browser is gone: \(error)")
        }
        let (decision, view, nodes): (ModelDecision, SeenPage, PageView?)
        do {
            (decision, view, nodes) = try await lookAndDecide(on: page, chance)
        } catch let failure as StepModel.Failure {
            return await noDecision(failure)
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
        history.add(number, decision, results)
        guard let failure = results.last(where: \.isError), !results.contains(where: { !$0.isError }) else {
            return .goesOn
        }
        return .failed(failure.text)
    }

    /// What the model decides, and the page as it has seen it, also as instructions see it.
    private mutating func lookAndDecide(
        on page: Page,
        _ chance: LastChance?
    ) async throws -> (ModelDecision, SeenPage, PageView?) {
        var view = try await look(at: page)
        await tell(.stepBegan(title: view.title), url: view.url)
        let downloads = endedDownloads
        while true {
            do {
                // The model takes longer than this look.
                let isSeen = view.isSeen
                async let nodes = isSeen ? Self.nodes(of: page) : nil
                let decision = try await decide(view, on: page, notes(chance, downloads))
                toldDownloads += downloads.count
                return (decision, view, await nodes)
            } catch let failure as StepModel.Failure {
                // What is new is so until it was seen.
                alsoNew.formUnion(view.newElements)
                guard await shrinks(after: failure) else { throw failure }
                view = try await look(at: page)
            }
        }
    }

    /// Makes what the model is shown smaller, where it cannot read as much.
    private mutating func shrinks(after failure: StepModel.Failure) async -> Bool {
        guard case .unavailable(let error) = failure, error.code == .tooLong else { return false }
        if let context = try? await model.client.contextLength() {
            if context == budget.context {
                guard budget.shrink() else { return false }
            } else {
                budget = PromptBudget(context: context)
            }
            options.pageLimit = min(options.pageLimit, TokenEstimate.characters(in: budget.request ?? 0))
        } else {
            guard options.pageLimit >= 4000 else { return false }
            options.pageLimit /= 2
            history.limit /= 2
        }
        await tell(.pageShortened(characters: options.pageLimit, reason: "\(error)"))
        return true
    }

    /// The page as it is now; a page that does not answer is shown as such, so that the model can leave it.
    private func look(at page: Page) async throws -> SeenPage {
        do {
            let snapshot = try await page.snapshot(
                textLimit: options.pageLimit,
                isNearWindow: true,
                timeout: options.elementTimeout
            )
            return SeenPage(content: .seen(snapshot), alsoNew: alsoNew)
        } catch {
            try Task.checkCancellation()
            return SeenPage(content: .unseen(url: page.url, reason: "\(error)"))
        }
    }

    /// How long a look may take that only writes down what is done.
    private static let longestLook = Duration.seconds(2)

    private static func nodes(of page: Page) async -> PageView? {
        try? await page.view(isNumbering: false, timeout: longestLook)
    }

    private mutating func decide(
        _ view: SeenPage,
        on page: Page,
        _ notes: (texts: [String], isLast: Bool)
    ) async throws -> ModelDecision {
        var images: [[UInt8]] = []
        var notes = notes
        if options.sight == .always || wantsPicture {
            if let picture = try? await page.screenshot(hiding: secrets, marking: view.marks) {
                images = [picture]
            } else if wantsPicture, !secrets.isEmpty {
                notes.texts.append("There is no picture of the page, for it shows a secret or cannot be read.")
            }
        }
        try Task.checkCancellation()
        if let note = secrets.note(for: view.url) { notes.texts.append(note) }
        let context = try await model.client.contextLength()
        if context != budget.context { budget = PromptBudget(context: context) }
        let state = StateMessage(
            task: task,
            history: history.text,
            results: results,
            page: view,
            notes: notes.texts
        )
        let all = notes.isLast ? .doneOnly(options.output) : options.actions
        let actions = budget.isBrief ? all.brief : all
        let text: String
        do {
            text = try state.text(within: budget, beside: model.tokensBesideState(allowing: actions, budget))
        } catch {
            throw StepModel.Failure.tooSmall(error)
        }
        return try await model.decide(text, images: images, allowing: actions, budget: budget) {
            [events, number] problem in
            await events.report(AgentEvent(.invalidAnswer(problem), step: number))
        }
    }

    /// The date, without which nobody knows what "next Friday" is.
    private static var today: String {
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let now = Date.now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday], from: now)
        let day = now.formatted(.iso8601.year().month().day())
        let weekday = names[((parts.weekday ?? 1) - 1) % names.count]
        return "Today is \(weekday), \(day) (UTC)."
    }

    /// Downloads that have ended and that the model does not know of.
    private var endedDownloads: [Download] {
        Array(context.downloads.dropFirst(toldDownloads).prefix { $0.state != .underWay })
    }

    private func notes(_ chance: LastChance?, _ downloads: [Download]) -> (texts: [String], isLast: Bool) {
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

    private func tell(_ decision: ModelDecision) async {
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
