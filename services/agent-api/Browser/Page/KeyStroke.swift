//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A key that is held while another one is pressed or the mouse is clicked.
package enum KeyModifier: String, Sendable, CaseIterable {
    case alt
    case control
    case meta
    case shift

    /// Its bit in the DevTools protocol.
    var bit: Int {
        switch self {
        case .alt: 1
        case .control: 2
        case .meta: 4
        case .shift: 8
        }
    }
}

/// A key with its modifiers, in the terms of UI Events (`key`, `code`) that the DevTools protocol uses.
struct KeyStroke: Sendable, Hashable {
    /// What the key means, such as `Enter` or `a`.
    var key: String
    /// Which key it is, such as `Enter` or `KeyA`.
    var code: String
    /// The Windows virtual key code, which pages still read as `keyCode`.
    var virtualKey: Int
    /// The text that the key types; `nil` where it types none.
    var text: String?
    /// The sum of Alt 1, Control 2, Meta 4 and Shift 8.
    var modifiers = 0

    private struct Named {
        var key: String
        var virtualKey: Int
        var text: String?
    }

    private static let named: [String: Named] = [
        "enter": Named(key: "Enter", virtualKey: 13, text: "\r"),
        "tab": Named(key: "Tab", virtualKey: 9),
        "escape": Named(key: "Escape", virtualKey: 27),
        "backspace": Named(key: "Backspace", virtualKey: 8),
        "delete": Named(key: "Delete", virtualKey: 46),
        "space": Named(key: " ", virtualKey: 32, text: " "),
        "arrowup": Named(key: "ArrowUp", virtualKey: 38),
        "arrowdown": Named(key: "ArrowDown", virtualKey: 40),
        "arrowleft": Named(key: "ArrowLeft", virtualKey: 37),
        "arrowright": Named(key: "ArrowRight", virtualKey: 39),
        "home": Named(key: "Home", virtualKey: 36),
        "end": Named(key: "End", virtualKey: 35),
        "pageup": Named(key: "PageUp", virtualKey: 33),
        "pagedown": Named(key: "PageDown", virtualKey: 34),
    ]

    private static let synonyms = [
        "return": "enter", "esc": "escape", "del": "delete", "spacebar": "space", "up": "arrowup", "down": "arrowdown",
        "left": "arrowleft", "right": "arrowright",
    ]

    private static let modifierBits = [
        "alt": 1, "option": 1, "control": 2, "ctrl": 2, "meta": 4, "command": 4, "cmd": 4, "shift": 8,
    ]

    /// A key that is known to be in the table.
    static func named(_ name: StaticString) -> KeyStroke {
        (try? KeyStroke("\(name)")) ?? KeyStroke(key: "\(name)", code: "\(name)", virtualKey: 0)
    }

    private init(key: String, code: String, virtualKey: Int) {
        self.key = key
        self.code = code
        self.virtualKey = virtualKey
    }

    /// Reads a key as people write it: `Enter`, `page down`, `Ctrl+A`, `x`.
    init(_ description: String) throws(BrowserError) {
        var parts = description.split(separator: "+", omittingEmptySubsequences: true).map(String.init)
        let last = parts.popLast() ?? description
        var modifiers = 0
        for part in parts {
            guard let bit = Self.modifierBits[Self.plain(part)] else { throw Self.unknown(description) }
            modifiers |= bit
        }
        let plain = Self.plain(last)
        let name = Self.synonyms[plain] ?? plain
        if let named = Self.named[name] {
            self.init(key: named.key, code: named.key == " " ? "Space" : named.key, virtualKey: named.virtualKey)
            text = named.text
        } else if name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...12).contains(number) {
            self.init(key: "F\(number)", code: "F\(number)", virtualKey: 111 + number)
        } else if last.count == 1, let ascii = last.uppercased().utf8.first, last.utf8.count == 1 {
            let isLetter = (65...90).contains(ascii)
            let isDigit = (48...57).contains(ascii)
            let code = isLetter ? "Key\(last.uppercased())" : isDigit ? "Digit\(last)" : ""
            self.init(key: last, code: code, virtualKey: isLetter || isDigit ? Int(ascii) : 0)
            text = last
        } else {
            throw Self.unknown(description)
        }
        self.modifiers = modifiers
        // With Control, Alt or Meta a key is a command and types nothing.
        if modifiers & 7 != 0 { text = nil }
    }

    /// The stroke of a character that is typed: with Shift held where a keyboard needs it.
    var typed: KeyStroke {
        var stroke = self
        if key.count == 1, key.first?.isUppercase == true { stroke.modifiers |= KeyModifier.shift.bit }
        return stroke
    }

    private static func plain(_ text: String) -> String {
        text.lowercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "_" }
    }

    private static func unknown(_ description: String) -> BrowserError {
        let names =
            "Enter, Tab, Escape, Backspace, Delete, Space, Up, Down, Left, Right, Home, End, Page Up, Page Down, F1 to F12"
        return BrowserError(
            .notSupported,
            "no key \"\(description)\"; known are \(names) and single characters, with Control+, Alt+, Shift+ or Meta+ before them"
        )
    }
}

extension Page {
    /// Whether ``press(_:timeout:)`` knows a key.
    package static func knowsKey(_ key: String) -> Bool {
        (try? KeyStroke(key)) != nil
    }
}
