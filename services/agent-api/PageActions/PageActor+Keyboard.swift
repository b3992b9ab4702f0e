//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import Secrets

extension PageActor {
    func useKeyboard(_ action: PageAction, on page: Page) async throws -> ActionOutcome {
        switch action {
        case .type(let text, let field, let mode): return try await type(text, into: field, mode, on: page)
        case .typeKeys(let text):
            if let secret = secrets.confidential(text.text) {
                try await page.type(confidential: secret, timeout: limits.element)
                return ActionOutcome(.typed(text.text))
            }
            try await page.type(text.text, timeout: limits.page)
            return ActionOutcome(.typed(text.isHidden ? nil : text.text))
        case .press(let key, let times, let seen):
            if let seen { try await page.focus(seen, timeout: limits.element) }
            for _ in 0..<max(times, 1) { try await page.press(key, timeout: limits.element) }
            return ActionOutcome(.pressed(key, times: times))
        default: throw ActionFailure(.notSupported, "\(action.name) is not done with the keyboard")
        }
    }

    private func type(
        _ text: TypedText,
        into field: Seen,
        _ mode: PageAction.TypingMode,
        on page: Page
    ) async throws -> ActionOutcome {
        let clears = mode == .replace
        if let secret = secrets.confidential(text.text) {
            let filled = try await page.fill(field, withConfidential: secret, clearing: clears, timeout: limits.element)
            return ActionOutcome(
                .typed(text.text, into: label(filled.label)),
                verified: [.holds(nil, field: filled.label)]
            )
        }
        let filled = try await page.fill(
            field,
            with: text.text,
            clearing: clears,
            settling: settling,
            timeout: limits.element
        )
        let shown = label(filled.label)
        let isHidden = filled.isSecret || text.isHidden || field.isPassword
        let fact = Fact.holds(isHidden ? nil : filled.value, field: filled.label)
        guard !text.text.isEmpty || !clears else { return ActionOutcome(.cleared(shown), verified: [fact]) }
        let value = isHidden || filled.value == text.text ? nil : filled.value.clipped(to: 200)
        return ActionOutcome(.typed(isHidden ? nil : text.text, into: shown, nowHolds: value), verified: [fact])
    }
}
