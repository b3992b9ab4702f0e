//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a person does on a page's picture.
package enum PageInput: Sendable, Hashable {
    /// - Parameter held: the button that is down.
    case move(held: MouseButton?)
    case down(MouseButton, count: Int)
    case up(MouseButton, count: Int)
    case wheel(deltaX: Double, deltaY: Double)
    case key(String)
    case text(String)
}

extension Page {
    /// The size of the page's window in CSS pixels.
    ///
    /// - Throws: ``BrowserError``; `CancellationError`.
    package func windowSize(timeout: Duration = .seconds(2)) async throws -> (width: Double, height: Double) {
        let size = try await evaluate("[innerWidth, innerHeight]", timeout: timeout).array ?? []
        return (size.first?.number ?? 0, size.last?.number ?? 0)
    }

    /// What stands at a point of the window, in a few words; empty for nothing that has a name. Never what a field holds.
    ///
    /// - Throws: ``BrowserError``; `CancellationError`.
    package func name(atX x: Double, y: Double, timeout: Duration = .milliseconds(300)) async throws -> String {
        try await evaluate("(\(Embedded.nameAtJS))(\(x), \(y))", timeout: timeout).string ?? ""
    }

    /// Does at once what a person does, without looking at the page first and without waiting for what comes of it.
    ///
    /// - Parameters:
    ///   - x: in CSS pixels of the window, as is `y`.
    ///   - modifiers: keys that are held.
    /// - Throws: ``BrowserError``; `CancellationError`.
    package func dispatch(
        _ input: PageInput,
        x: Double = 0,
        y: Double = 0,
        modifiers: Set<KeyModifier> = []
    ) async throws {
        let point = PagePoint(x: x, y: y)
        let keys = modifiers.reduce(0) { $0 | $1.bit }
        switch input {
        case .move(let held):
            connection.post("Input.dispatchMouseEvent", Self.mouse("mouseMoved", point, held: held), session: session)
        case .down(let button, let count):
            let event = Self.mouse("mousePressed", point, button: button, count: count, keys: keys)
            connection.post("Input.dispatchMouseEvent", event, session: session)
        case .up(let button, let count):
            let event = Self.mouse("mouseReleased", point, button: button, count: count, keys: keys)
            connection.post("Input.dispatchMouseEvent", event, session: session)
        case .wheel(let deltaX, let deltaY):
            guard case .object(var event) = Self.mouse("mouseWheel", point, keys: keys) else { return }
            event["deltaX"] = .number(deltaX)
            event["deltaY"] = .number(deltaY)
            connection.post("Input.dispatchMouseEvent", .object(event), session: session)
        case .key(let name):
            var stroke = try KeyStroke(name)
            stroke.modifiers |= keys
            // With Control, Alt or Meta a key is a command and types nothing.
            if stroke.modifiers & 7 != 0 { stroke.text = nil }
            post(stroke.typed)
        case .text(let text): connection.post("Input.insertText", ["text": .string(text)], session: session)
        }
    }
}
