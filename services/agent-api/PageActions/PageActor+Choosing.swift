//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    /// Checks a box, and sees that it is checked.
    func check(_ box: Seen, _ isOn: Bool, on page: Page) async throws -> ActionOutcome {
        let isOnBefore = try await page.checkedState(of: box)
        let label = try await page.setChecked(box, to: isOn, timeout: limits.element)
        let isKnown = isOnBefore != nil
        return ActionOutcome(.setChecked(label, isOn: isOn), verified: isKnown ? [.checked(label, isOn: isOn)] : [])
    }

    /// Opens or closes something, and sees that it is.
    func expand(_ element: Seen, _ isOpen: Bool, on page: Page) async throws -> ActionOutcome {
        let state = try await page.expandedState(of: element)
        let fact = Fact.expanded(element.name, isOpen: isOpen)
        if state == isOpen { return ActionOutcome(.foundExpanded(element.name, isOpen: isOpen), verified: [fact]) }
        let label = try await page.clickToggle(of: element, timeout: limits.element)
        guard state != nil else { return ActionOutcome(.setExpanded(label, isOpen: isOpen)) }
        // Trees listen to arrows where their entries take no click.
        let keys = ["", isOpen ? "ArrowRight" : "ArrowLeft", "Enter"]
        for key in keys {
            if !key.isEmpty { try await page.press(key, times: 1, at: element.reference, timeout: limits.element) }
            if try await isExpanded(element, isOpen, on: page) {
                return ActionOutcome(.setExpanded(label, isOpen: isOpen), verified: [fact])
            }
        }
        throw ActionFailure(.notVerified, "\"\(label)\" stayed \(isOpen ? "closed" : "open")")
    }

    private func isExpanded(_ element: Seen, _ isOpen: Bool, on page: Page) async throws -> Bool {
        let end = Deadline.after(.milliseconds(700))
        while try await page.expandedState(of: element.reference) != isOpen {
            guard !end.hasPassed else { return false }
            try await Task.sleep(for: .milliseconds(40))
        }
        return true
    }

    /// Chooses options of a list of whatever kind.
    func select(
        _ choices: [OptionChoice],
        in list: Seen,
        _ mode: PageAction.SelectionMode,
        on page: Page,
        since before: Before
    ) async throws -> ActionOutcome {
        guard list.tag == "select" else {
            return try await DrawnList(actor: self, page: page, list: list).select(choices, mode)
        }
        if choices.count == 1, let secret = secrets.confidential(choices[0].name) {
            let label = try await page.select(confidential: secret, in: list, timeout: limits.element)
            return ActionOutcome(.selected([choices[0].name], in: self.label(label)), verified: [])
        }
        let (chosen, label) = try await page.select(
            choices.map { Page.ListChoice($0.name, group: $0.group, position: $0.position) },
            in: list,
            mode: mode == .replace ? .replace : mode == .add ? .add : .remove,
            timeout: limits.element
        )
        if mode == .remove {
            return ActionOutcome(
                .unselected(chosen.joined(separator: ", "), in: label),
                verified: chosen.map { .unselected($0, list: label) }
            )
        }
        if chosen.isEmpty { return ActionOutcome(.selectedNothing(in: label)) }
        return ActionOutcome(.selected(chosen, in: self.label(label)), verified: [.selected(chosen, list: label)])
    }

    /// The options of a list of whatever kind.
    func options(of list: Seen, on page: Page) async throws -> [String] {
        guard list.tag != "select" else { return try await page.options(of: list, timeout: limits.element) }
        return try await DrawnList(actor: self, page: page, list: list).options()
    }
}
