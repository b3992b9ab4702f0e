//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import Steering

/// Carries out what a person does on the picture of a run's page, while that person has control, and tells of it.
struct HumanHands: Sendable {
    let steering: Steering
    let log: RunLog
    /// The page that the run is on; `nil` before there is one.
    let page: @Sendable () -> Page?

    /// Acts until the task is cancelled.
    func run() async {
        var held: MouseButton?
        var typed = 0
        for await inputs in steering.inputs {
            guard let page = page(), !page.hasCrashed else { continue }
            // Of all that has come at once.
            let size = try? await page.windowSize()
            for input in inputs {
                guard !Task.isCancelled, await steering.untilControlled() else { break }
                if input.kind == .text || (input.kind == .key && input.key?.count == 1) {
                    typed += input.text?.count ?? 1
                } else if input.kind != .move, typed > 0 {
                    await tell("Typed \(typed) \(typed == 1 ? "character" : "characters")", page)
                    typed = 0
                }
                // What cannot be done, as its page is on its way out, is left out.
                if let text = try? await carryOut(input, on: page, size ?? (0, 0), &held) { await tell(text, page) }
            }
        }
    }

    private func tell(_ text: String, _ page: Page) async {
        await log.report(AgentEvent(.human(text), url: page.url))
    }

    /// - Returns: What is to be told, if anything.
    private func carryOut(
        _ input: HumanInput,
        on page: Page,
        _ size: (width: Double, height: Double),
        _ held: inout MouseButton?
    ) async throws -> String? {
        let modifiers = Set((input.modifiers ?? []).compactMap(KeyModifier.init(rawValue:)))
        let (x, y) = ((input.x ?? 0) * size.width, (input.y ?? 0) * size.height)
        let button = input.button.flatMap(MouseButton.init(rawValue:)) ?? .left
        let count = min(max(input.count ?? 1, 1), 3)
        switch input.kind {
        case .move: try await page.dispatch(.move(held: held), x: x, y: y)
        case .down, .click:
            let name = (try? await page.name(atX: x, y: y)) ?? ""
            try await page.dispatch(.move(held: held), x: x, y: y)
            try await page.dispatch(.down(button, count: count), x: x, y: y, modifiers: modifiers)
            if input.kind == .click {
                try await page.dispatch(.up(button, count: count), x: x, y: y, modifiers: modifiers)
            } else {
                held = button
            }
            let place = name.isEmpty ? "at \(Int(x)), \(Int(y))" : "\"\(name)\""
            return (count == 2 ? "Double-clicked " : "Clicked ") + place
        case .up:
            held = nil
            try await page.dispatch(.up(button, count: count), x: x, y: y, modifiers: modifiers)
        case .wheel:
            let wheel = PageInput.wheel(deltaX: input.deltaX ?? 0, deltaY: input.deltaY ?? 0)
            try await page.dispatch(wheel, x: x, y: y, modifiers: modifiers)
        case .key:
            let key = input.key ?? ""
            try await page.dispatch(.key(key), modifiers: modifiers)
            return key.count > 1 ? "Pressed \(key)" : nil
        case .text: try await page.dispatch(.text(input.text ?? ""))
        }
        return nil
    }
}
