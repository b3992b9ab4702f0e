//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
package import Secrets

/// Looks at the pages of a run and acts on them: the one executor of both planners.
package struct PageActor: Sendable {
    /// How long things may take.
    package struct Limits: Sendable, Hashable {
        /// How long an element may take to be ready to be acted on.
        package var element: Duration
        /// How long a page may take to load.
        package var page: Duration

        package init(element: Duration = .seconds(10), page: Duration = .seconds(30)) {
            self.element = element
            self.page = page
        }
    }

    package let context: BrowserContext
    package let secrets: RunSecrets
    let events: any AgentEventSink
    package var limits: Limits
    /// The step that events belong to.
    package var step: Int?
    /// The action's name in events; the planner's own.
    package var actionName: String?
    /// The most characters of an event's text.
    package var textLimit: Int?

    package init(
        context: BrowserContext,
        events: any AgentEventSink,
        secrets: RunSecrets = .none,
        limits: Limits = Limits()
    ) {
        self.context = context
        self.events = events
        self.secrets = secrets
        self.limits = limits
    }

    /// The page that is shown as it is now, frames included.
    ///
    /// - Throws: ``ActionFailure`` when it cannot be looked at; `CancellationError`.
    package func look() async throws -> PageView {
        let page = try await context.currentPage()
        let snapshot = try await page.snapshot(textLimit: 0, timeout: limits.element)
        return PageView(url: snapshot.url, title: snapshot.title, tabs: snapshot.tabs, currentTab: snapshot.currentTab)
    }

    /// Does an action on the page that is shown, waits until the page settles, checks what it was for, and reports it.
    ///
    /// - Throws: ``ActionFailure``; `CancellationError`.
    package func perform(_ action: PageAction) async throws -> ActionOutcome {
        throw ActionFailure(.notSupported, "\(action) is not built yet")
    }
}
