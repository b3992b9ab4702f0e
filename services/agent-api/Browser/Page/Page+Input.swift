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
        for kind in [stroke.text == nil ? "rawKeyDown" : "keyDown", "keyUp"] {
            var params: [String: DevToolsValue] = [
                "type": .string(kind), "key": .string(stroke.key), "code": .string(stroke.code),
                "windowsVirtualKeyCode": .integer(Int64(stroke.virtualKey)),
                "modifiers": .integer(Int64(stroke.modifiers)),
            ]
            if kind == "keyDown", let text = stroke.text { params["text"] = .string(text) }
            do {
                _ = try await call("Input.dispatchKeyEvent", .object(params), until: deadline)
            } catch let error as BrowserError where kind == "keyUp" && error.code == .pageClosed {
                // The key closed its page.
            }
        }
    }
}
