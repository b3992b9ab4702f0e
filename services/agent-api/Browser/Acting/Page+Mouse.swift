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
    ///   - modifiers: keys that are held.
    ///   - place: a place in the element, from 0 to 1 of its width and height; without one it is wherever the mouse reaches it.
    ///   - timeout: how long to wait for the element.
    /// - Returns: what the element is called.
    /// - Throws: ``BrowserError``: `elementNotFound` when it is gone, `elementNotReady` with the reason, such as what
    ///   covers it, or that the page is gone; `CancellationError`.
    @discardableResult
    package func click(
        _ element: some ElementTarget,
        button: MouseButton = .left,
        count: Int = 1,
        modifiers: Set<KeyModifier> = [],
        at place: (x: Double, y: Double)? = nil,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let point = try await waitUntilReady(element, at: place, until: deadline)
        let before = mark()
        try await click(at: point, button: button, count: max(count, 1), modifiers: modifiers, until: deadline)
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Clicks an element twice, as ``click(_:button:count:modifiers:at:timeout:)``.
    @discardableResult
    package func doubleClick(_ element: some ElementTarget, timeout: Duration = .seconds(10)) async throws -> String {
        try await click(element, count: 2, timeout: timeout)
    }

    /// Moves the mouse onto an element, when it is ready as for ``click(_:button:count:modifiers:at:timeout:)``.
    ///
    /// - Returns: what the element is called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    @discardableResult
    package func hover(_ element: some ElementTarget, timeout: Duration = .seconds(10)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let point = try await waitUntilReady(element, wants: "point", until: deadline)
        let before = mark()
        _ = try await call("Input.dispatchMouseEvent", Self.mouse("mouseMoved", point), until: deadline)
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return element.label
    }

    /// Drags an element onto another one with the mouse: by mouse or pointer events, or, where the element is
    /// `draggable`, by drag events.
    ///
    /// - Returns: what the two are called.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``, and `elementNotReady` when it cannot be said that anything
    ///   has moved.
    @discardableResult
    package func drag(
        _ element: some ElementTarget,
        to target: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> (element: String, target: String) {
        let drag = try await drag(element, to: target, at: nil, timeout: timeout)
        return (drag.element, drag.target)
    }

    /// What came of dragging.
    package struct Dragging: Sendable, Hashable {
        package var element: String
        package var target: String
        /// Whether the element lies somewhere else now, or is gone from where it was.
        package var hasMoved: Bool
    }

    /// Drags an element to a place in another one, from 0 to 1 of its width and height, or beyond its edges.
    ///
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    package func drag(
        _ element: some ElementTarget,
        to target: some ElementTarget,
        at place: (x: Double, y: Double)?,
        timeout: Duration = .seconds(10)
    ) async throws -> Dragging {
        let deadline = Deadline.after(timeout)
        let source = try await locate(element, until: deadline)
        let target = try await locate(target, until: deadline)
        let spot = place.map { (min(max($0.x, 0.02), 0.98), min(max($0.y, 0.02), 0.98)) }
        // The target first: what scrolls last is what is dragged.
        _ = try await waitUntilReady(target, wants: "point", at: spot, until: deadline)
        let start = try await waitUntilReady(source, wants: "point", until: deadline)
        let end = try await waitUntilReady(target, wants: "point", at: spot, until: deadline)
        let hasMoved = try await drag(source, from: start, to: end, until: deadline)
        return Dragging(element: source.label, target: target.label, hasMoved: hasMoved)
    }

    /// Drags an element by a distance in CSS pixels.
    ///
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    package func drag(
        _ element: some ElementTarget,
        byX x: Double,
        y: Double,
        timeout: Duration = .seconds(10)
    ) async throws -> Dragging {
        let deadline = Deadline.after(timeout)
        let source = try await locate(element, until: deadline)
        let start = try await waitUntilReady(source, wants: "point", until: deadline)
        let end = PagePoint(x: max(start.x + x, 0), y: max(start.y + y, 0))
        let hasMoved = try await drag(source, from: start, to: end, until: deadline)
        return Dragging(element: source.label, target: "", hasMoved: hasMoved)
    }

    /// - Returns: whether the element lies somewhere else afterwards.
    func drag(
        _ source: LocatedElement,
        from start: PagePoint,
        to end: PagePoint,
        until deadline: Deadline
    ) async throws -> Bool {
        let placeBefore = try await look("placeOf(\(source.key.number))", at: source, until: deadline).string
        let before = mark()
        func mouse(_ kind: String, _ point: PagePoint) async throws {
            var params = Self.mouse(kind, point, button: .left, count: 1)
            if kind == "mouseMoved" { params = Self.mouse(kind, point, held: .left) }
            _ = try await call("Input.dispatchMouseEvent", params, until: deadline)
        }
        _ = try await call("Input.dispatchMouseEvent", Self.mouse("mouseMoved", start), until: deadline)
        try await mouse("mousePressed", start)
        // A drag begins only when the mouse has moved a little, and lists make room on the way.
        let length = max(abs(end.x - start.x), abs(end.y - start.y))
        let steps = min(max(Int(length / 25), 4), 16)
        for step in 1...steps {
            let part = Double(step) / Double(steps)
            try await mouse(
                "mouseMoved",
                PagePoint(x: start.x + (end.x - start.x) * part, y: start.y + (end.y - start.y) * part)
            )
        }
        try await mouse("mouseMoved", end)
        try await mouse("mouseReleased", end)
        try await settle(since: before, in: source.frame, until: .after(.seconds(30)))
        let placeAfter = try? await look("placeOf(\(source.key.number))", at: source, until: .after(.seconds(5))).string
        try Task.checkCancellation()
        return placeAfter != placeBefore
    }

    /// Presses and releases a mouse button at a point. The browser takes commands in order, and answers a movement only
    /// with the next frame unless something follows it; so only the last answer is waited for.
    func click(
        at point: PagePoint,
        button: MouseButton,
        count: Int,
        modifiers: Set<KeyModifier> = [],
        until deadline: Deadline
    ) async throws {
        let keys = modifiers.reduce(0) { $0 | $1.bit }
        connection.post("Input.dispatchMouseEvent", Self.mouse("mouseMoved", point), session: session)
        for number in 1...count {
            let pressed = Self.mouse("mousePressed", point, button: button, count: number, keys: keys)
            connection.post("Input.dispatchMouseEvent", pressed, session: session)
            let released = Self.mouse("mouseReleased", point, button: button, count: number, keys: keys)
            do {
                _ = try await call("Input.dispatchMouseEvent", released, until: deadline)
            } catch let error as BrowserError where error.code == .pageClosed {
                // A click may close its own page; that is what it did then.
                return
            }
        }
    }

    static func mouse(
        _ kind: String,
        _ point: PagePoint,
        button: MouseButton? = nil,
        held: MouseButton? = nil,
        count: Int = 0,
        keys: Int = 0
    ) -> DevToolsValue {
        let isPressed = kind == "mousePressed"
        return [
            "type": .string(kind), "x": .number(point.x), "y": .number(point.y),
            "button": .string((button ?? held)?.rawValue ?? "none"),
            "buttons": .integer(isPressed ? button?.bit ?? 0 : held?.bit ?? 0),
            "clickCount": .integer(Int64(count)), "modifiers": .integer(Int64(keys)),
        ]
    }
}
