//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package enum MouseButton: String, Sendable, CaseIterable {
    /// The main one.
    case left
    /// The wheel.
    case middle
    /// The one that opens a menu.
    case right

    /// Its bit in `MouseEvent.buttons` (UI Events, section 5.3).
    fileprivate var bit: Int64 {
        switch self {
        case .left: 1
        case .right: 2
        case .middle: 4
        }
    }
}

extension Page {
    /// Clicks an element as a user would: waits until it is visible, enabled, still and not covered, scrolls it into
    /// view, moves the mouse there and clicks; then waits until what that set off has ended.
    ///
    /// - Parameters:
    ///   - count: 2 for a double click.
    ///   - timeout: how long to wait for the element.
    /// - Returns: what the element is called.
    /// - Throws: ``BrowserError``: `elementNotFound` when it is gone, `elementNotReady` with the reason, such as what
    ///   covers it, or that the page is gone; `CancellationError`.
    @discardableResult
    package func click(
        _ element: ElementReference,
        button: MouseButton = .left,
        count: Int = 1,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let point = try await waitUntilReady(element, until: deadline)
        let before = mark()
        try await click(at: point, button: button, count: max(count, 1), until: deadline)
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Clicks an element twice, as ``click(_:button:count:timeout:)``.
    @discardableResult
    package func doubleClick(_ element: ElementReference, timeout: Duration = .seconds(10)) async throws -> String {
        try await click(element, count: 2, timeout: timeout)
    }

    /// Moves the mouse onto an element, when it is ready as for ``click(_:button:count:timeout:)``.
    ///
    /// - Returns: what the element is called.
    /// - Throws: as ``click(_:button:count:timeout:)``.
    @discardableResult
    package func hover(_ element: ElementReference, timeout: Duration = .seconds(10)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let point = try await waitUntilReady(element, until: deadline)
        let before = mark()
        _ = try await call("Input.dispatchMouseEvent", Self.mouse("mouseMoved", point), until: deadline)
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Drags an element onto another one with the mouse: by mouse or pointer events, or, where the element is
    /// `draggable`, by drag events.
    ///
    /// - Returns: what the two are called.
    /// - Throws: as ``click(_:button:count:timeout:)``.
    @discardableResult
    package func drag(
        _ element: ElementReference,
        to target: ElementReference,
        timeout: Duration = .seconds(10)
    ) async throws -> (element: String, target: String) {
        let deadline = Deadline.after(timeout)
        let source = try await locate(element, until: deadline)
        let target = try await locate(target, until: deadline)
        // The target first: what scrolls last is what is dragged.
        _ = try await waitUntilReady(target, until: deadline)
        let start = try await waitUntilReady(source, until: deadline)
        let end = try await waitUntilReady(target, until: deadline)
        let before = mark()
        func mouse(_ kind: String, _ point: PagePoint) async throws {
            var params = Self.mouse(kind, point, button: .left, count: 1)
            if kind == "mouseMoved" { params = Self.mouse(kind, point, held: .left) }
            _ = try await call("Input.dispatchMouseEvent", params, until: deadline)
        }
        _ = try await call("Input.dispatchMouseEvent", Self.mouse("mouseMoved", start), until: deadline)
        try await mouse("mousePressed", start)
        // A drag begins only when the mouse has moved a little, and lists make room on the way.
        for step in 1...4 {
            let part = Double(step) / 4
            try await mouse(
                "mouseMoved",
                PagePoint(x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part)
            )
        }
        try await mouse("mouseMoved", end)
        try await mouse("mouseReleased", end)
        try await settle(since: before, in: source.frame, until: .after(.seconds(30)))
        return (source.label, target.label)
    }

    /// Presses and releases a mouse button at a point. The browser takes commands in order, and answers a movement only
    /// with the next frame unless something follows it; so only the last answer is waited for.
    func click(at point: PagePoint, button: MouseButton, count: Int, until deadline: Deadline) async throws {
        connection.post("Input.dispatchMouseEvent", Self.mouse("mouseMoved", point), session: session)
        for number in 1...count {
            let pressed = Self.mouse("mousePressed", point, button: button, count: number)
            connection.post("Input.dispatchMouseEvent", pressed, session: session)
            let released = Self.mouse("mouseReleased", point, button: button, count: number)
            do {
                _ = try await call("Input.dispatchMouseEvent", released, until: deadline)
            } catch let error as BrowserError where error.code == .pageClosed {
                // A click may close its own page; that is what it did then.
                return
            }
        }
    }

    private static func mouse(
        _ kind: String,
        _ point: PagePoint,
        button: MouseButton? = nil,
        held: MouseButton? = nil,
        count: Int = 0
    ) -> DevToolsValue {
        let isPressed = kind == "mousePressed"
        return [
            "type": .string(kind), "x": .number(point.x), "y": .number(point.y),
            "button": .string((button ?? held)?.rawValue ?? "none"),
            "buttons": .integer(isPressed ? button?.bit ?? 0 : held?.bit ?? 0),
            "clickCount": .integer(Int64(count)),
        ]
    }
}
