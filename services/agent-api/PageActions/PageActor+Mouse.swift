//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    func useMouse(_ action: PageAction, on page: Page) async throws -> ActionOutcome {
        switch action {
        case .click(let seen, let click):
            let label = try await page.click(
                seen,
                button: click.button,
                count: click.count,
                modifiers: click.modifiers,
                timeout: limits.element
            )
            if click.button == .right { return ActionOutcome(.rightClicked(label)) }
            return ActionOutcome(click.count == 2 ? .doubleClicked(label) : .clicked(label))
        case .clickPoint(let seen, let x, let y):
            return ActionOutcome(.clicked(try await page.click(seen, at: (x, y), timeout: limits.element)))
        case .hover(let seen): return ActionOutcome(.hovered(try await page.hover(seen, timeout: limits.element)))
        case .focus(let seen):
            let label = try await page.focus(seen, timeout: limits.element)
            guard try await page.hasFocus(seen.reference) else {
                throw ActionFailure(.notVerified, "\"\(label)\" does not take the focus")
            }
            return ActionOutcome(.focused(label), verified: [.focused(label)])
        case .drag(let seen, let destination): return try await drag(seen, to: destination, on: page)
        case .selectText(let text, let seen):
            let selected = try await page.selectText(text, in: seen, timeout: limits.element)
            guard !selected.isEmpty else {
                throw ActionFailure(.notVerified, "the page lets nothing be selected in \"\(seen.name)\"")
            }
            return ActionOutcome(
                .selected([selected.clipped(to: 200)], in: label(seen.name)),
                verified: [.selectedText(selected)]
            )
        default: throw ActionFailure(.notSupported, "\(action.name) is not done with the mouse")
        }
    }

    private func drag(
        _ seen: Seen,
        to destination: PageAction.DragDestination,
        on page: Page
    ) async throws -> ActionOutcome {
        let time = limits.element
        let dragging: Page.Dragging
        switch destination {
        case .onto(let other): dragging = try await page.drag(seen, to: other, at: nil, timeout: time)
        case .before(let other): dragging = try await drag(seen, besides: other, isBefore: true, on: page)
        case .after(let other): dragging = try await drag(seen, besides: other, isBefore: false, on: page)
        case .place(let other, let x, let y): dragging = try await page.drag(seen, to: other, at: (x, y), timeout: time)
        case .by(let x, let y):
            dragging = try await page.drag(seen, byX: x, y: y, timeout: time)
            let distance = "\(Int(x)), \(Int(y)) pixels"
            return ActionOutcome(
                .dragged(dragging.element, onto: distance),
                verified: dragging.hasMoved ? [.moved(dragging.element)] : []
            )
        }
        return ActionOutcome(
            .dragged(dragging.element, onto: dragging.target),
            verified: dragging.hasMoved ? [.moved(dragging.element)] : []
        )
    }

    /// Lists take what is dragged over an edge of their entries, some above it and some below.
    private func drag(_ seen: Seen, besides other: Seen, isBefore: Bool, on page: Page) async throws -> Page.Dragging {
        try await page.drag(seen, to: other, at: (0.5, isBefore ? 0.1 : 0.9), timeout: limits.element)
    }

    // MARK: Scrolling

    func scroll(_ action: PageAction, on page: Page) async throws -> ActionOutcome {
        switch action {
        case .scrollTo(let seen):
            let label = try await page.scrollIntoView(seen, timeout: limits.element)
            return ActionOutcome(.scrolledTo(label), verified: [.scrolled("\"\(label)\"")])
        case .findText(let text):
            guard try await page.findText(text, timeout: limits.element) else {
                throw BrowserError(.elementNotFound, "the page does not show \"\(text)\"")
            }
            return ActionOutcome(.scrolledToText(text))
        case .scroll(let direction, let pages, let seen):
            var hasMoved = try await scroll(direction, pages, seen, on: page)
            // A page that loads more at its end may be about to.
            if !hasMoved, direction == .down || direction == .bottom, page.isLoading {
                let end = Deadline.after(limits.element)
                while !hasMoved, page.isLoading, !end.hasPassed {
                    try await Task.sleep(for: .milliseconds(50))
                    hasMoved = try await scroll(direction, pages, seen, on: page)
                }
            }
            return ActionOutcome(
                .scrolled(direction.spoken, hasMoved: hasMoved),
                verified: hasMoved ? [.scrolled(seen.map { "\"\($0.name)\"" } ?? "the page")] : []
            )
        default: throw ActionFailure(.notSupported, "\(action.name) is no scrolling")
        }
    }

    private func scroll(
        _ direction: ScrollDirection,
        _ pages: Double,
        _ seen: Seen?,
        on page: Page
    ) async throws -> Bool {
        guard let seen else { return try await page.scroll(direction, pages: pages) }
        return try await page.scroll(direction, pages: pages, around: seen, timeout: limits.element)
    }
}

extension ScrollDirection {
    /// The direction in words: `down`, `to the top`.
    package var spoken: String { self == .top || self == .bottom ? "to the \(rawValue)" : rawValue }
}
