//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    /// What there was before an action.
    struct Before: Sendable {
        var url: String
        var tabs: [String]
        var dialog: Int
        var downloads: Int
        var hasFileChooser: Bool

        init(of page: Page, in context: BrowserContext) {
            url = page.url
            tabs = context.openPages.map(\.tabID)
            dialog = page.dialogs.last?.number ?? 0
            downloads = context.downloads.count
            hasFileChooser = page.hasFileChooser
        }
    }

    /// How long a window that a page has opened may stay empty.
    private static let emptyWindowLimit = Duration.seconds(5)

    /// What has come of an action. Where nothing can be seen of a click, its first effect is waited for a moment.
    func effects(of action: PageAction, on page: Page, since before: Before) async throws -> Effects {
        let end = Deadline.after(action.isPatient ? limits.effect : .zero)
        while true {
            var effects = try await effectsNow(on: page, since: before)
            if effects.isVisible || end.hasPassed {
                if let tab = effects.openedTab { try await waitForContent(ofTab: tab) }
                if !effects.closedTab, page.url != before.url { effects.navigation = page.url }
                return effects
            }
            // Pages put things off by timers, of which nothing tells.
            try await Task.sleep(for: .milliseconds(40))
        }
    }

    private func effectsNow(on page: Page, since before: Before) async throws -> Effects {
        var effects = Effects()
        effects.address = before.url
        effects.closedTab = !context.openPages.contains { $0 === page }
        effects.openedTab = context.openPages.last { !before.tabs.contains($0.tabID) }?.tabID
        effects.dialogs = page.dialogs.filter { $0.number > before.dialog }
        effects.downloads = context.downloads.dropFirst(before.downloads).map(\.name)
        guard !effects.closedTab else { return effects }
        effects.opensFileChooser = page.hasFileChooser && !before.hasFileChooser
        if page.url != before.url { effects.navigation = page.url }
        do {
            let changes = try await page.effects(ends: false, timeout: limits.element)
            if changes.hasNewDocument { effects.navigation = page.url }
            effects.appeared = changes.appeared
            effects.disappeared = changes.disappeared
            effects.changed = changes.changed
            effects.hasScrolled = changes.hasScrolled
            effects.hasMovedFocus = changes.hasMovedFocus
            effects.looksDifferent = changes.looksDifferent
        } catch is BrowserError {
            // A page that is busy or gone after an action has done something, but what cannot be seen.
            try Task.checkCancellation()
            effects.closedTab = !context.openPages.contains { $0 === page }
        }
        return effects
    }

    /// Windows are opened empty, and filled later.
    private func waitForContent(ofTab tab: String) async throws {
        guard let opened = context.openPages.first(where: { $0.tabID == tab }) else { return }
        do {
            // One that never ends to load is looked at as it is.
            try await opened.waitUntilLoaded(timeout: limits.element)
            let end = Deadline.after(Self.emptyWindowLimit)
            while opened.url == "about:blank" || opened.url.isEmpty {
                let isEmpty = try await opened.evaluate(
                    "!document.body || document.body.childElementCount === 0 && document.body.textContent.trim() === ''"
                )
                guard isEmpty.bool == true, !end.hasPassed else { break }
                try await Task.sleep(for: .milliseconds(40))
            }
            if opened.url != "about:blank" { try await opened.waitUntilLoaded(timeout: limits.element) }
        } catch is BrowserError {
            try Task.checkCancellation()
        }
    }

    /// Checks what can only be told when all effects are known.
    func verify(_ outcome: inout ActionOutcome, of action: PageAction) throws {
        switch action {
        case .drag(let element, _) where !outcome.effects.isVisible:
            throw ActionFailure(.notVerified, "dragged \"\(element.name)\", but nothing has moved")
        case .setChecked(let element, let isOn) where outcome.verified.isEmpty && !outcome.effects.isVisible:
            let deed = isOn ? "checked" : "unchecked"
            throw ActionFailure(.notVerified, "clicked \"\(element.name)\", but nothing says that it is \(deed) now")
        case .setExpanded(let element, let isOpen) where outcome.verified.isEmpty && !outcome.effects.isVisible:
            let deed = isOpen ? "opened" : "closed"
            throw ActionFailure(.notVerified, "clicked \"\(element.name)\", but nothing has \(deed)")
        default: break
        }
    }
}
