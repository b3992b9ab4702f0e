//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What kind of control a value can be given to.
package enum ControlKind: String, Sendable {
    /// A date, time, colour or range of HTML, which is set as a whole.
    case native
    /// A field that takes a text.
    case text
    /// A field that takes no text itself: another control fills it in.
    case readonly
    case select
    /// Something with the role of a slider or spin button.
    case slider
    case other
    case gone
}

/// What a control that is moved says of its value, or what stands near it.
package struct SliderState: Sendable, Hashable {
    /// A number that stands near the control, by the number of its element.
    package struct Near: Sendable, Hashable {
        package var element: Int
        package var value: Double
    }

    /// The value that the control itself tells; `nil` where it tells none.
    package var value: Double?
    package var near: [Near]
    package var minimum: Double?
    package var maximum: Double?
    package var isVertical: Bool
    /// The length of the rail in CSS pixels.
    package var rail: Double
    /// Whether the control is the whole rail, not the handle on it.
    package var isTrack: Bool
}

extension Page {
    /// What kind of control an element is.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func controlKind(
        of element: some ElementTarget,
        timeout: Duration = .seconds(5)
    ) async throws
        -> ControlKind
    {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let kind = try await look("controlKind(\(element.key.number))", at: element, until: deadline).string
        return kind.flatMap(ControlKind.init) ?? .other
    }

    /// What a page says near a field of how it is to be written; empty where it says nothing.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func statedForm(of element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        return try await look("statedForm(\(element.key.number))", at: element, until: deadline).string ?? ""
    }

    /// What a slider shows now.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func sliderState(
        of element: some ElementTarget,
        timeout: Duration = .seconds(5)
    ) async throws
        -> SliderState
    {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let answer = try await look("sliderState(\(element.key.number))", at: element, until: deadline)
        if answer["gone"] == true { throw Self.gone("\"\(element.label)\"") }
        let near = (answer["near"]?.array ?? []).compactMap { pair -> SliderState.Near? in
            guard let parts = pair.array, parts.count == 2, let number = parts[0].integer, let value = parts[1].number
            else { return nil }
            return SliderState.Near(element: number, value: value)
        }
        return SliderState(
            value: answer["value"]?.number,
            near: near,
            minimum: answer["min"]?.number,
            maximum: answer["max"]?.number,
            isVertical: answer["isVertical"] == true,
            rail: answer["rail"]?.number ?? 0,
            isTrack: answer["isTrack"] == true
        )
    }

    /// Puts the focus on an element and presses a key there so many times, without waiting in between.
    ///
    /// - Throws: as ``press(_:timeout:)`` and ``focus(_:timeout:)``.
    package func press(
        _ key: String,
        times: Int,
        at element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws {
        let stroke = try KeyStroke(key)
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let before = mark()
        _ = try await look("focus(look.handleOf(\(element.key.number)), false)", at: element, until: deadline)
        for time in 0..<times {
            if time == times - 1 || time % 50 == 49 {
                try await dispatch(stroke, until: deadline)
            } else {
                post(stroke)
            }
        }
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
    }

    /// Drags the handle of a slider along its rail.
    ///
    /// - Parameter distance: in CSS pixels, to the right or, of one that stands upright, upwards.
    /// - Throws: as ``click(_:button:count:modifiers:at:timeout:)``.
    package func dragHandle(
        of element: some ElementTarget,
        by distance: Double,
        isVertical: Bool,
        timeout: Duration = .seconds(10)
    ) async throws {
        let deadline = Deadline.after(timeout)
        var handle = try await locate(element, until: deadline)
        let number = try await look("handleOf(\(handle.key.number))", at: handle, until: deadline).integer
        if let number, number != 0 { handle.key.number = number }
        handle.meaning = nil
        let start = try await waitUntilReady(handle, wants: "point", until: deadline)
        let end =
            isVertical
            ? PagePoint(x: start.x, y: start.y - distance) : PagePoint(x: start.x + distance, y: start.y)
        _ = try await drag(handle, from: start, to: end, until: deadline)
    }

    /// Selects a text in an element, as by the mouse: all of it where none is named.
    ///
    /// - Returns: what is selected then.
    /// - Throws: as ``text(of:timeout:)``, and `elementNotReady` when the text is not there.
    package func selectText(
        _ text: String?,
        in element: some ElementTarget,
        timeout: Duration = .seconds(10)
    ) async throws -> String {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        let before = mark()
        let wanted = text.map { DevToolsValue.string($0).text } ?? "null"
        let answer = try await look("selectText(\(element.key.number), \(wanted))", at: element, until: deadline)
        if answer["gone"] == true { throw Self.gone("\"\(element.label)\"") }
        if let reason = answer["reason"]?.string {
            throw BrowserError(.elementNotReady, "\"\(element.label)\" cannot be selected: \(reason)")
        }
        try await settle(since: before, in: element.frame, until: .after(.seconds(30)))
        return answer["selected"]?.string ?? ""
    }

    /// Whether an element, or something in it, has the focus.
    ///
    /// - Throws: as ``text(of:timeout:)``.
    package func hasFocus(_ element: some ElementTarget, timeout: Duration = .seconds(5)) async throws -> Bool {
        let deadline = Deadline.after(timeout)
        let element = try await locate(element, until: deadline)
        return try await look("isActive(\(element.key.number))", at: element, until: deadline).bool ?? false
    }
}
