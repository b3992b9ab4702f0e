//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import Models
import Secrets

/// Carries out a step's actions, one after the other, for as long as the page stays what the model has seen.
struct StepPerformance {
    let run: ModelRun
    let view: PageView
    private(set) var results: [ActionResult] = []
    /// Elements that came into sight between the actions.
    private(set) var alsoNew: Set<Int> = []
    var wantsPicture = false
    /// How far the page has to settle after the action that is being carried out.
    private(set) var settling = Settling.painted

    init(_ run: ModelRun, view: PageView) {
        self.run = run
        self.view = view
    }

    var context: BrowserContext { run.context }
    var options: ModelAgentOptions { run.options }
    var secrets: RunSecrets { run.secrets }

    /// Does what was decided.
    ///
    /// - Throws: `CancellationError` alone; what fails is a result.
    mutating func perform(_ decision: ModelDecision) async throws {
        for (position, action) in decision.actions.enumerated() {
            let page: Page
            do {
                page = try await context.currentPage()
            } catch {
                try Task.checkCancellation()
                results.append(ActionResult(text: "\(action.name): \(error)", isError: true))
                return
            }
            if position > 0, let reason = try await reasonToStop(before: action, on: page) {
                let left = decision.actions.count - position
                await run.tell(.actionsLeftOut(left, reason: reason))
                results.append(ActionResult(text: "The last \(left) actions were not carried out: \(reason)."))
                return
            }
            // Keys go where the cursor is: nothing of the page is looked at before them. All other actions look.
            if case .sendKeys? = decision.actions.dropFirst(position + 1).first {
                settling = .handled
            } else {
                settling = .painted
            }
            guard try await perform(action, on: page) else { return }
        }
        if decision.leftOut > 0 {
            let most = ModelDecision.maximumActions
            results.append(
                ActionResult(text: "\(decision.leftOut) actions were left out: \(most) are the most in a step.")
            )
        }
    }

    /// Why an action would not meet the page that the model has seen.
    private mutating func reasonToStop(before action: ModelAction, on page: Page) async throws -> String? {
        if action.isDone { return "done stands alone in its step, after a look at what has come of the others" }
        guard case .seen(let seen) = view.content else { return "the page was not readable before" }
        if page.tabID != seen.currentTab { return "another tab is shown now" }
        if page.url != seen.url { return "the page is now \(page.url.clipped(to: 200))" }
        guard let index = action.index else { return nil }
        do {
            let now = try await page.snapshot(textLimit: 0, timeout: options.elementTimeout)
            alsoNew.formUnion(now.elements.filter(\.isNew).map(\.index))
            guard let known = view.element(index), let element = now.elements.first(where: { $0.index == index }) else {
                // What was never there is an error of its own.
                return view.element(index) == nil ? nil : "[\(index)] is no longer there to be used"
            }
            let isSame = (known.tag, known.role, known.name) == (element.tag, element.role, element.name)
            return isSame ? nil : "[\(index)] is now \"\(element.name.clipped(to: 80))\""
        } catch {
            try Task.checkCancellation()
            return "the page does not answer: \(error)"
        }
    }

    /// Carries out one action and tells of it.
    ///
    /// - Returns: whether it worked.
    private mutating func perform(_ action: ModelAction, on page: Page) async throws -> Bool {
        let hidesText = action.index.flatMap(view.element)?.attributes["type"] == "password"
        await run.tell(.actionBegan(action.call(hidesText: hidesText)), action: action.name)
        let dialog = page.dialogs.last?.number ?? 0
        let (url, pages) = (page.url, context.pageCount)
        let start = ContinuousClock.now
        do {
            let done = try await act(action, on: page)
            let time = start.duration(to: .now)
            await run.tell(.acted(done.action), action: action.name, url: page.url, duration: time)
            results.append(ActionResult(text: done.text ?? done.action.text, content: done.content))
        } catch {
            // What fails while the task is being cancelled fails because of that.
            try Task.checkCancellation()
            await run.tell(
                .actionFailed(action.name, reason: "\(error)"),
                action: action.name,
                url: page.url
            )
            results.append(ActionResult(text: "\(action.name): \(error)", isError: true))
            await tellDialogs(of: page, since: dialog)
            return false
        }
        await tellDialogs(of: page, since: dialog)
        try await tellWhereItLed(from: page, url: url, pages: pages, action)
        return true
    }

    private mutating func tellDialogs(of page: Page, since number: Int) async {
        for dialog in page.dialogs where dialog.number > number {
            let asked = AgentEvent.What.asked(
                dialog: dialog.kind,
                message: dialog.message,
                answer: dialog.answer.spoken
            )
            await run.tell(asked)
            results.append(ActionResult(text: asked.text))
        }
    }

    private mutating func tellWhereItLed(
        from page: Page,
        url: String,
        pages: Int,
        _ action: ModelAction
    ) async throws {
        // The message of the action has said where it led.
        switch action {
        case .navigate, .search, .goBack, .switchTab, .closeTab: return
        default: break
        }
        guard let shown = context.shownPage else { return }
        if context.pageCount > pages {
            // One that never ends to load is looked at as it is.
            try? await shown.waitUntilLoaded(timeout: options.elementTimeout)
            try Task.checkCancellation()
            await run.tell(.led(to: shown.url, inNewTab: true), url: shown.url)
            results.append(ActionResult(text: "It opened the tab \(shown.tabID), which is shown now: \(shown.url)"))
        } else if shown === page, page.url != url {
            await run.tell(.led(to: page.url, inNewTab: false), url: page.url)
            results.append(ActionResult(text: "It led to \(page.url)"))
        }
    }
}
