//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
package import Secrets
package import Steering

/// Looks at the pages of a run and acts on them: the one executor of both planners.
package struct PageActor: Sendable {
    /// How long things may take.
    package struct Limits: Sendable, Hashable {
        /// How long an element may take to be ready to be acted on.
        package var element: Duration
        /// How long a page may take to load.
        package var page: Duration
        /// How long a first effect of a click is waited for where none is to be seen at once.
        package var effect: Duration

        package init(
            element: Duration = .seconds(10),
            page: Duration = .seconds(30),
            effect: Duration = .milliseconds(500)
        ) {
            self.element = element
            self.page = page
            self.effect = effect
        }
    }

    /// The two planners tell the same things in forms of their own, which viewers rely on.
    package enum Wording: Sendable, Hashable {
        /// Fields and lists by their plain names, tabs by their addresses, files by their names.
        case instructions
        /// Fields and lists in quotation marks, tabs by their ids, files by their paths. What an action leads to and what the
        /// page asks does not carry the action's name.
        case model
    }

    package let context: BrowserContext
    package let secrets: RunSecrets
    package let steering: Steering
    let events: any AgentEventSink
    package var limits: Limits
    /// The step that events belong to.
    package var step: Int?
    /// The action's name in events, as the planner calls it.
    package var actionName: String?
    /// Whose records tell of the actions.
    package var wording = Wording.instructions
    /// The most characters of an event's text.
    package var textLimit: Int?
    /// Whether the page that is shown does not answer, so that it is left by a new tab.
    package var isPageUnresponsive = false
    /// How far the page settles after an action.
    package var settling = Settling.painted

    package init(
        context: BrowserContext,
        events: any AgentEventSink,
        secrets: RunSecrets = .none,
        steering: Steering = Steering(),
        limits: Limits = Limits()
    ) {
        self.context = context
        self.events = events
        self.secrets = secrets
        self.steering = steering
        self.limits = limits
    }

    /// The page that is shown as it is now, frames included.
    ///
    /// - Throws: ``ActionFailure`` when it cannot be looked at; `CancellationError`.
    package func look() async throws -> PageView {
        do {
            return try await context.currentPage().view(timeout: limits.element)
        } catch {
            throw try Self.failure(error)
        }
    }

    /// Does an action on the page that is shown, waits until the page settles, checks what it was for, and reports it. As
    /// long as a person holds the run, nothing is done.
    ///
    /// - Throws: ``ActionFailure``; `CancellationError`.
    package func perform(_ action: PageAction) async throws -> ActionOutcome {
        // Waiting is no action that a person would have to wait for.
        if case .wait = action {
            try await steering.pass()
            return try await performNow(action)
        }
        return try await steering.act { try await performNow(action) }
    }

    private func performNow(_ action: PageAction) async throws -> ActionOutcome {
        let page: Page
        do {
            page = try await context.currentPage()
        } catch {
            throw try Self.failure(error)
        }
        let before = Before(of: page, in: context)
        if action.isDeed { page.watchEffects(of: action.target?.reference) }
        let start = ContinuousClock.now
        do {
            let action = action.masked(by: secrets.mask)
            if let text = action.openText { try secrets.refuse(in: text, of: actionName ?? action.name) }
            var outcome = try await carryOut(action, on: page, since: before)
            if action.isDeed {
                outcome.effects = try await effects(of: action, on: page, since: before)
                if outcome.effects.closedTab, case .clicked(let name, _) = outcome.performed {
                    outcome.performed = .clicked(name, closedItsTab: true)
                }
                try verify(&outcome, of: action)
            } else {
                outcome.effects.dialogs = page.dialogs.filter { $0.number > before.dialog }
            }
            await report(outcome, of: action, on: page, took: start.duration(to: .now))
            return outcome
        } catch {
            // What fails while the run is being cancelled fails because of that.
            try Task.checkCancellation()
            await reportDialogs(page.dialogs.filter { $0.number > before.dialog })
            throw try Self.failure(error)
        }
    }

    // MARK: Events

    /// A field or list as the planner's records name it.
    func label(_ name: String) -> ElementLabel { wording == .model ? .quoted(name) : .plain(name) }

    private func report(_ outcome: ActionOutcome, of action: PageAction, on page: Page, took time: Duration) async {
        await report(.acted(outcome.performed), url: page.url, duration: time)
        await reportDialogs(outcome.effects.dialogs)
        // The message of such an action has said where it led.
        guard !action.saysWhereItLeads else { return }
        if outcome.effects.openedTab != nil, let shown = context.shownPage {
            await report(.led(to: shown.url, inNewTab: true), url: shown.url, isFollowUp: true)
        } else if context.shownPage === page, let url = outcome.effects.navigation, url != outcome.effects.address {
            await report(.led(to: url, inNewTab: false), url: url, isFollowUp: true)
        }
    }

    private func reportDialogs(_ dialogs: [PageDialog]) async {
        for dialog in dialogs {
            await report(
                .asked(dialog: dialog.kind, message: dialog.message, answer: dialog.answer.spoken),
                isFollowUp: true
            )
        }
    }

    func report(
        _ what: AgentEvent.What,
        url: String? = nil,
        duration: Duration? = nil,
        isFollowUp: Bool = false
    ) async {
        let action = isFollowUp && wording == .model ? nil : actionName
        await events.report(
            AgentEvent(what, step: step, action: action, url: url, duration: duration, textLimit: textLimit)
        )
    }
}

extension DialogAnswer {
    /// The answer in words, such as `OK`.
    package var spoken: String {
        switch self {
        case .accept(nil): "OK"
        case .accept(let text?): "\"\(text)\""
        case .dismiss: "Cancel"
        }
    }
}
