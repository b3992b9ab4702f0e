//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

/// A control that is moved until it shows a value: by keys, or else by dragging its handle. What it shows is what it tells
/// itself, or a number near it that follows it.
struct Slider {
    let actor: PageActor
    let page: Page
    let control: Seen

    /// The most keys that are pressed.
    private static let mostKeys = 2000
    /// How often the handle is dragged until the value is met.
    private static let mostDrags = 12

    /// - Throws: ``ActionFailure`` when it does not reach the value; `BrowserError`; `CancellationError`.
    func reach(_ wanted: Double) async throws -> ActionOutcome {
        let start = try await state()
        for (limit, isBeyond) in [(start.minimum, { wanted < $0 }), (start.maximum, { wanted > $0 })]
            as [(Double?, (Double) -> Bool)]
        {
            guard let limit, isBeyond(limit) else { continue }
            let range = "\(text(start.minimum ?? limit)) to \(text(start.maximum ?? limit))"
            throw ActionFailure(.refusedValue, "\"\(control.name)\" goes from \(range), not to \(text(wanted))")
        }
        if start.value == wanted { return outcome(wanted) }
        if try await reachByKeys(wanted, from: start) { return outcome(wanted) }
        if try await reachByDragging(wanted) { return outcome(wanted) }
        let now = try await state().value
        let shown = now.map { "it stands at \(text($0))" } ?? "nothing near it shows its value"
        throw ActionFailure(.notVerified, "\"\(control.name)\" could not be set to \(text(wanted)): \(shown)")
    }

    private func outcome(_ value: Double) -> ActionOutcome {
        ActionOutcome(
            .typed(text(value), into: actor.label(control.name)),
            verified: [.holds(text(value), field: control.name)]
        )
    }

    private func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }

    private func state() async throws -> SliderState {
        try await page.sliderState(of: control.reference, timeout: actor.limits.element)
    }

    /// The number that has followed the control from one state to another: its own, or one near it.
    private func follower(from before: SliderState, to after: SliderState) -> Int?? {
        if let value = before.value, let now = after.value, value != now { return .some(nil) }
        for near in after.near {
            if let old = before.near.first(where: { $0.element == near.element }), old.value != near.value {
                return .some(near.element)
            }
        }
        return nil
    }

    private func value(_ state: SliderState, of follower: Int?) -> Double? {
        guard let follower else { return state.value }
        return state.near.first { $0.element == follower }?.value
    }

    private func reachByKeys(_ wanted: Double, from start: SliderState) async throws -> Bool {
        try await page.press("ArrowRight", times: 1, at: control)
        var state = try await state()
        var follower = follower(from: start, to: state)
        if follower == nil {
            // At its upper end it does not go on.
            try await page.press("ArrowLeft", times: 1, at: control.reference)
            let other = try await self.state()
            follower = self.follower(from: state, to: other)
            state = other
        }
        guard let follower, let first = value(start, of: follower), let second = value(state, of: follower) else {
            return false
        }
        var current = second
        var step = abs(second - first)
        var pressed = 1
        while current != wanted, step > 0, pressed < Self.mostKeys {
            let count = Int((abs(wanted - current) / step).rounded())
            guard count > 0 else { break }
            let batch = min(count, 500)
            try await page.press(wanted > current ? "ArrowRight" : "ArrowLeft", times: batch, at: control.reference)
            pressed += batch
            state = try await self.state()
            guard let now = value(state, of: follower), now != current else { break }
            step = abs(now - current) / Double(batch)
            current = now
        }
        return current == wanted
    }

    private func reachByDragging(_ wanted: Double) async throws -> Bool {
        var before = try await state()
        var follower: Int?? = before.value == nil ? nil : .some(nil)
        // How far the handle goes for one unit.
        var scale: Double?
        if let minimum = before.minimum, let maximum = before.maximum, maximum > minimum, before.value != nil {
            scale = before.rail / (maximum - minimum)
        }
        for _ in 0..<Self.mostDrags {
            var distance = before.rail / 5
            if case .some(let known) = follower, let scale, let current = value(before, of: known) {
                if current == wanted { return true }
                distance = (wanted - current) * scale
                if abs(distance) < 1 { distance = distance < 0 ? -1 : 1 }
            }
            try await page.dragHandle(of: control.reference, by: distance, isVertical: before.isVertical)
            let after = try await state()
            if follower == nil { follower = self.follower(from: before, to: after) }
            guard case .some(let known) = follower, let old = value(before, of: known),
                let now = value(after, of: known)
            else { return false }
            if now == wanted { return true }
            if now != old {
                let measured = distance / (now - old)
                if measured > 0 { scale = measured }
            } else if abs(distance) > before.rail {
                return false
            }
            before = after
        }
        return false
    }
}
