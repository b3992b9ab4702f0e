//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    /// Makes a control hold a value: sets it where HTML lets it be set, types it, or moves it until it shows the value.
    func set(_ control: Seen, to value: String, on page: Page) async throws -> ActionOutcome {
        switch try await page.controlKind(of: control, timeout: limits.element) {
        case .native: return try await fill(control, value, on: page)
        case .text:
            let form = try await page.statedForm(of: control)
            guard let day = CalendarDay(iso: value), let stated = DateForm(statedIn: form) else {
                return try await fill(control, value, on: page)
            }
            return try await fill(control, stated.text(of: day), on: page)
        case .readonly:
            guard let day = CalendarDay(iso: value) else {
                throw ActionFailure(
                    .readOnly,
                    "\"\(control.name)\" cannot be typed into; only a date such as 2026-03-12 can be chosen in its calendar"
                )
            }
            return try await Calendar(actor: self, page: page, field: control).choose(day)
        case .select: return try await select([OptionChoice(value)], in: control, .replace, on: page)
        case .slider, .other:
            if let day = CalendarDay(iso: value) {
                return try await Calendar(actor: self, page: page, field: control).choose(day)
            }
            guard let number = Double(value) else {
                throw ActionFailure(.refusedValue, "\"\(control.name)\" takes a number, not \"\(value)\"")
            }
            return try await Slider(actor: self, page: page, control: control).reach(number)
        case .gone:
            throw ActionFailure(.gone, "\"\(control.name)\" is no longer on the page; look at the page again")
        }
    }

    private func select(
        _ choices: [OptionChoice],
        in list: Seen,
        _ mode: PageAction.SelectionMode,
        on page: Page
    ) async throws -> ActionOutcome {
        try await select(choices, in: list, mode, on: page, since: Before(of: page, in: context))
    }

    private func fill(_ control: Seen, _ value: String, on page: Page) async throws -> ActionOutcome {
        let filled = try await page.fill(control, with: value, timeout: limits.element)
        let shown = filled.isSecret ? nil : filled.value
        return ActionOutcome(
            .typed(filled.isSecret ? nil : value, into: label(filled.label), nowHolds: shown == value ? nil : shown),
            verified: [.holds(shown, field: filled.label)]
        )
    }
}
