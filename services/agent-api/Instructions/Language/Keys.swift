//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Names of keys.
enum Keys {
    private static let names: [String: String] = [
        "enter": "Enter", "return": "Enter", "tab": "Tab", "escape": "Escape", "esc": "Escape", "space": "Space",
        "spacebar": "Space", "backspace": "Backspace",
        "delete": "Delete", "del": "Delete", "home": "Home", "end": "End", "insert": "Insert", "pageup": "PageUp",
        "pagedown": "PageDown", "page up": "PageUp", "page down": "PageDown",
        "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight", "arrow up": "ArrowUp",
        "arrow down": "ArrowDown", "arrow left": "ArrowLeft",
        "arrow right": "ArrowRight", "up arrow": "ArrowUp", "down arrow": "ArrowDown", "left arrow": "ArrowLeft",
        "right arrow": "ArrowRight", "arrowup": "ArrowUp",
        "arrowdown": "ArrowDown", "arrowleft": "ArrowLeft", "arrowright": "ArrowRight", "space bar": "Space",
        "arrow-down": "ArrowDown", "arrow-up": "ArrowUp", "arrow-left": "ArrowLeft", "arrow-right": "ArrowRight",
        "f1": "F1", "f2": "F2", "f3": "F3", "f4": "F4", "f5": "F5", "f6": "F6", "f7": "F7", "f8": "F8", "f9": "F9",
        "f10": "F10", "f11": "F11", "f12": "F12",
    ]
    private static let modifiers: [String: String] = [
        "ctrl": "Control", "control": "Control", "shift": "Shift", "alt": "Alt", "meta": "Meta", "cmd": "Meta",
        "command": "Meta", "option": "Alt", "strg": "Control",
    ]

    /// The key that words mean.
    ///
    /// - Parameter isCertain: Whether the words say that they mean a key, so that single characters count.
    static func name(_ words: [String], isCertain: Bool = false) -> String? {
        let text = words.joined(separator: " ")
        if let name = names[text] { return name }
        if isCertain, text.count == 1 { return text }
        var parts = text.split(whereSeparator: { $0 == "+" || $0 == " " || $0 == "-" }).map(String.init)
        guard parts.count > 1, let last = parts.popLast() else { return nil }
        let held = parts.compactMap { modifiers[$0] }
        guard held.count == parts.count, let key = names[last] ?? (last.count == 1 ? last.uppercased() : nil) else {
            return nil
        }
        return (held + [key]).joined(separator: "+")
    }

    /// Keys that no button is called by.
    static func isOnlyKey(_ name: String) -> Bool {
        name.contains("+")
            || ["Enter", "Tab", "Escape", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Backspace"].contains(name)
            || name.hasPrefix("F")
    }
}
