//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import Instructions
import PageActions

/// Writes one action down as instructions, from what the page was before it.
struct StepRecorder: Sendable {
    private let action: PageAction
    private let nodes: PageView?
    /// The place among the open tabs of the one that the action is about, from 1.
    private var tab: Int?
    private var isShown = false

    /// How long another look may take.
    private static let longestLook = Duration.seconds(2)

    /// - Parameters:
    ///   - seen: A look at the page that was taken before the step. Another one is taken where it does not do.
    init(of action: PageAction, on page: Page, in context: BrowserContext, seen: PageView?) async {
        self.action = action
        switch action {
        case .switchTab(let id), .closeTab(let id):
            tab = context.openPages.firstIndex { $0.tabID == String(id.suffix(4)) }.map { $0 + 1 }
            isShown = page.tabID == String(id.suffix(4))
        default: break
        }
        guard let reference = action.target?.reference else {
            nodes = nil
            return
        }
        if let seen, let node = seen.nodes.first(where: { $0.reference == reference }), node.isChecked == nil {
            nodes = seen
        } else {
            // What came since, or whose state may have changed.
            nodes = (try? await page.view(isNumbering: false, timeout: Self.longestLook)) ?? seen
        }
    }

    /// The sentences for the action, with the answers to the questions that the page asked.
    func entries(after outcome: ActionOutcome, name: String) -> [Recording.Entry.Content] {
        var entries: [Recording.Entry.Content] = []
        do {
            if let sentence = try sentence(after: outcome) { entries.append(.sentence(sentence)) }
        } catch {
            entries.append(.unwritable(action: name, reason: error.reason))
        }
        for dialog in outcome.effects.dialogs {
            if let sentence = InstructionWriter.answer(dialog) { entries.append(.sentence(sentence)) }
        }
        return entries
    }

    private func sentence(after outcome: ActionOutcome) throws(Unwritable) -> String? {
        switch action {
        // Told by the dialog that it answers.
        case .answerDialog: return nil
        case .switchTab:
            if let tab { return InstructionWriter.switching(toTab: tab) }
        case .closeTab:
            if let tab { return InstructionWriter.closingTab(tab, isShown: isShown) }
        case .navigate(let address, let newTab):
            // A path is one of the page that was shown.
            if address.hasPrefix("/"), case .navigated(let url, _, _) = outcome.performed {
                return try InstructionWriter().sentence(for: .navigate(url, inNewTab: newTab))
            }
        default: break
        }
        return try InstructionWriter(nodes).sentence(for: action)
    }
}
