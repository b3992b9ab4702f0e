//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import Browser
import JSONSchema
import Models
import PageActions
import Secrets
import Steering

/// Carries out a step's actions, one after the other, for as long as the page stays what the model has seen.
struct StepPerformance {
    /// The most characters of what an action has read.
    private static let longestContent = 10_000

    let run: ModelRun
    let view: SeenPage
    private(set) var results: [ActionResult] = []
    private(set) var wantsPicture = false
    /// What the model should know beside the results.
    private(set) var notes: [String] = []
    /// What was done, as sentences that do it again.
    private(set) var recorded: [Recording.Entry.Content] = []
    /// The page as instructions see it, as it was before the step.
    private let nodes: PageView?
    private var actor: PageActor

    init(_ run: ModelRun, view: SeenPage, nodes: PageView? = nil) {
        self.run = run
        self.view = view
        self.nodes = nodes
        actor = PageActor(
            context: run.context,
            events: run.events,
            secrets: run.secrets,
            steering: run.steering,
            limits: PageActor.Limits(element: run.options.elementTimeout, page: run.options.pageTimeout)
        )
        actor.step = run.number
        actor.wording = .model
        actor.textLimit = ModelRun.longestLine
        if case .unseen = view.content { actor.isPageUnresponsive = true }
    }

    /// Does what was decided.
    ///
    /// - Throws: `CancellationError` alone; what fails is a result.
    mutating func perform(_ decision: ModelDecision) async throws {
        let visits = run.steering.visits
        for (position, action) in decision.actions.enumerated() {
            let page: Page
            do {
                page = try await run.context.currentPage()
            } catch {
                try Task.checkCancellation()
                results.append(ActionResult(text: "\(action.name): \(error)", isError: true))
                return
            }
            let left = decision.actions.count - position
            try await run.steering.pass()
            if run.steering.visits != visits {
                return await leaveOut(left, because: "the user has used the browser meanwhile")
            }
            if position > 0, let reason = reasonToStop(before: action, on: page) {
                return await leaveOut(left, because: reason)
            }
            // Keys go where the cursor is: nothing of the page is looked at before them. All other actions look.
            if case .sendKeys? = decision.actions.dropFirst(position + 1).first {
                actor.settling = .handled
            } else {
                actor.settling = .painted
            }
            do {
                try await perform(action, on: page)
            } catch let failure as ActionFailure {
                // The step's own actions have changed what the model has seen.
                if position > 0, action.index != nil, failure.meansChange {
                    return await leaveOut(left, because: failure.message)
                }
                await run.tell(
                    .actionFailed(action.name, reason: failure.message),
                    action: action.name,
                    url: page.url
                )
                results.append(ActionResult(text: "\(action.name): \(failure.message)", isError: true))
                return
            }
        }
        if decision.leftOut > 0 {
            let most = ModelDecision.maximumActions
            results.append(
                ActionResult(text: "\(decision.leftOut) actions were left out: \(most) are the most in a step.")
            )
        }
    }

    private mutating func leaveOut(_ count: Int, because reason: String) async {
        await run.tell(.actionsLeftOut(count, reason: reason))
        results.append(ActionResult(text: "The last \(count) actions were not carried out: \(reason)."))
    }

    /// Why an action would not meet the page that the model has seen.
    private func reasonToStop(before action: ModelAction, on page: Page) -> String? {
        if action.isDone { return "done stands alone in its step, after a look at what has come of the others" }
        guard case .seen(let seen) = view.content else { return "the page was not readable before" }
        if page.tabID != seen.currentTab { return "another tab is shown now" }
        if page.url != seen.url { return "the page is now \(page.url.clipped(to: 200))" }
        return nil
    }

    /// Carries out one action and tells of it.
    ///
    /// - Throws: ``ActionFailure``; `CancellationError`.
    private mutating func perform(_ action: ModelAction, on page: Page) async throws {
        actor.actionName = action.name
        let hidesText = action.index.flatMap(view.element)?.attributes["type"] == "password"
        let call = AgentEvent.What.actionBegan(action.call(hidesText: hidesText))
        guard let pageAction = try await run.telling(call, of: action, { try action.pageAction(element) }) else {
            return try await performAlone(action, on: page)
        }
        let recorder = await StepRecorder(of: pageAction, on: page, in: run.context, seen: nodes)
        let outcome = try await actor.perform(pageAction)
        recorded += recorder.entries(after: outcome, name: action.name)
        let result = ActionResult(
            text: outcome.performed.text,
            content: outcome.content?.clipped(to: Self.longestContent)
        )
        if pageAction.wantsEffect, !outcome.effects.isVisible {
            notes.append("\(outcome.performed.text): nothing that can be seen changed on the page within a moment.")
        }
        results.append(result)
        for dialog in outcome.effects.dialogs { results.append(ActionResult(dialog)) }
        if let tab = outcome.effects.openedTab, let shown = run.context.shownPage {
            results.append(ActionResult(text: "It opened the tab \(tab), which is shown now: \(shown.url)"))
        } else if let url = outcome.effects.navigation, run.context.shownPage === page, url != outcome.effects.address {
            results.append(ActionResult(text: "It led to \(url)"))
        }
    }

    /// The element of a number that the model has seen.
    private func element(_ index: Int) throws -> PageElement {
        guard let element = view.element(index) else {
            throw ActionFailure(.other, "there is no element [\(index)] on the page as you saw it")
        }
        return element
    }

    // MARK: What a model does without the page

    private mutating func performAlone(_ action: ModelAction, on page: Page) async throws {
        let start = ContinuousClock.now
        let (performed, result): (PerformedAction, ActionResult)
        switch action {
        case .screenshot:
            wantsPicture = true
            performed = .tookPicture
            result = ActionResult(text: performed.text)
        case .askHuman(let question): return try await ask(question)
        case .extract(let query, let schema):
            let found = try await extract(query, schema, from: page)
            performed = .extracted(found.clipped(to: 300))
            result = ActionResult(text: "Read the whole page for: \(query)", content: found)
        default: throw ActionFailure(.notSupported, "done stands alone in its step")
        }
        let time = start.duration(to: .now)
        await run.tell(.acted(performed), action: action.name, url: page.url, duration: time)
        results.append(result)
    }

    private mutating func ask(_ question: String) async throws {
        try run.secrets.refuse(in: question, of: "ask_human")
        let asked = question.clipped(to: 1000)
        guard case .text(let answer)? = try await run.steering.ask(.answer, asked) else {
            await run.tell(.unanswered(question: asked), action: "ask_human")
            throw ActionFailure(.timedOut, "nobody has answered; go on without, or say done")
        }
        let isSecret = WaitingFor(.answer, asked, expiresAt: .now()).isSecret
        await run.tell(.answered(answer, isSecret: isSecret), action: "ask_human")
        results.append(ActionResult(text: "The user was asked: \(asked)", content: answer))
    }

    private func extract(_ query: String, _ schema: JSONSchema?, from page: Page) async throws -> String {
        do {
            try run.secrets.refuse(in: query, of: "extract")
            // Before it is cut into pieces.
            let text = run.secrets.mask.masked(try await page.text())
            guard !text.isEmpty else { throw ActionFailure(.gone, "the page has no text") }
            let extraction = TextExtraction(model: run.model.client, query: query, url: page.url, schema: schema)
            // A model that cannot read as much reads less at a time.
            var length = min(TextExtraction.pieceLength, run.options.pageLimit, run.budget.extraction)
            while true {
                do {
                    return try await extraction.read(text, pieceLength: length)
                } catch let error as ModelError where error.code == .tooLong && length >= 1000 {
                    length /= 2
                }
            }
        } catch let failure as ActionFailure {
            throw failure
        } catch {
            try Task.checkCancellation()
            throw ActionFailure(.other, "\(error)")
        }
    }
}

extension ModelRun {
    /// Tells that an action begins, also when it turns out not to be possible.
    fileprivate func telling<Value>(
        _ what: AgentEvent.What,
        of action: ModelAction,
        _ body: () throws -> Value
    ) async throws -> Value {
        await tell(what, action: action.name)
        return try body()
    }
}

extension ActionResult {
    /// What a page has asked. A question that was not foreseen was answered with Cancel.
    fileprivate init(_ dialog: PageDialog) {
        let event = AgentEvent.What.asked(dialog: dialog.kind, message: dialog.message, answer: dialog.answer.spoken)
        let isQuestion = dialog.kind == "confirm" || dialog.kind == "prompt"
        let hint =
            isQuestion && dialog.answer == .dismiss ? " (for another answer: answer_dialog, then do it again)" : ""
        self.init(text: event.text + hint)
    }
}

extension PageAction {
    /// Whether an action without any effect is worth a word.
    fileprivate var wantsEffect: Bool {
        switch self {
        // A link may lead to a file or to a page that takes its time.
        case .click(let seen, _): seen.role != "link"
        default: false
        }
    }
}

extension ActionFailure {
    /// Whether the page is not what was seen any more.
    fileprivate var meansChange: Bool { kind == .gone || kind == .changedMeaning }
}
