//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in the page's window, in CSS pixels.
struct PagePoint: Sendable {
    var x: Double
    var y: Double
}

extension Page {
    func dispatch(_ stroke: KeyStroke, until deadline: Deadline) async throws {
        let (down, up) = Self.events(of: stroke)
        _ = try await call("Input.dispatchKeyEvent", down, until: deadline)
        do {
            _ = try await call("Input.dispatchKeyEvent", up, until: deadline)
        } catch let error as BrowserError where error.code == .pageClosed {
            // The key closed its page.
        }
    }

    /// The same without waiting: the browser takes commands in order.
    func post(_ stroke: KeyStroke) {
        let (down, up) = Self.events(of: stroke)
        connection.post("Input.dispatchKeyEvent", down, session: session)
        connection.post("Input.dispatchKeyEvent", up, session: session)
    }

    private static func events(of stroke: KeyStroke) -> (down: DevToolsValue, up: DevToolsValue) {
        var params: [String: DevToolsValue] = [
            "key": .string(stroke.key), "code": .string(stroke.code),
            "windowsVirtualKeyCode": .integer(Int64(stroke.virtualKey)),
            "modifiers": .integer(Int64(stroke.modifiers)), "type": "keyUp",
        ]
        let up = params
        params["type"] = stroke.text == nil ? "rawKeyDown" : "keyDown"
        if let text = stroke.text { params["text"] = .string(text) }
        return (.object(params), .object(up))
    }
}
