//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A key that was pressed.
enum Key: Hashable, Sendable {
    case character(Character)

    /// With Ctrl: `control("c")`.
    case control(Character)

    case enter, escape, tab, backspace
    case up, down, left, right
    case pageUp, pageDown, home, end
}

/// Reads keys from what a terminal sends. What it sends and is no key, such as an answer to a question, is passed over.
struct KeyParser {
    private var rest: [UInt8] = []

    /// Whether an escape has come that may be the key itself, or the beginning of another; ``flush()`` after a while
    /// tells.
    var isPending: Bool { !rest.isEmpty }

    mutating func feed(_ bytes: [UInt8]) -> [Key] {
        rest += bytes
        var keys: [Key] = []
        while let (key, length) = next() {
            if let key { keys.append(key) }
            rest.removeFirst(length)
        }
        return keys
    }

    /// Nothing more has come for a while.
    mutating func flush() -> [Key] {
        defer { rest = [] }
        return rest.first == Self.escape && rest.count == 1 ? [.escape] : []
    }

    private static let escape: UInt8 = 0x1B

    /// The first key and how many bytes it takes; `nil` while it is not whole.
    private func next() -> (Key?, Int)? {
        guard let first = rest.first else { return nil }
        switch first {
        case Self.escape: return sequence()
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x08, 0x7F: return (.backspace, 1)
        case 0x01...0x1A: return (.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0x00, 0x1C...0x1F: return (nil, 1)
        case 0x20..<0x80: return (.character(Character(Unicode.Scalar(first))), 1)
        default:
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
            guard rest.count >= length else { return nil }
            let text = String(decoding: rest.prefix(length), as: UTF8.self)
            guard let character = text.first, text.unicodeScalars.count == 1, character != "\u{FFFD}",
                !TerminalText.needsCare(character.unicodeScalars[character.unicodeScalars.startIndex])
            else { return (nil, 1) }
            return (.character(character), length)
        }
    }

    private func sequence() -> (Key?, Int)? {
        guard rest.count > 1 else { return nil }
        switch rest[1] {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            guard let end = rest.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                return rest.count > 64 ? (nil, rest.count) : nil
            }
            return (key(of: rest[end], parameters: String(decoding: rest[2..<end], as: UTF8.self)), end + 1)
        case UInt8(ascii: "_"), UInt8(ascii: "P"), UInt8(ascii: "]"):
            // A string up to its terminator, ESC \ or BEL.
            for index in rest.indices.dropFirst(2) {
                if rest[index] == 0x07 { return (nil, index + 1) }
                if rest[index] == UInt8(ascii: "\\"), rest[index - 1] == Self.escape { return (nil, index + 1) }
            }
            return rest.count > 4096 ? (nil, rest.count) : nil
        default: return (.escape, 1)
        }
    }

    private func key(of final: UInt8, parameters: String) -> Key? {
        switch (Character(Unicode.Scalar(final)), parameters) {
        case ("A", _): .up
        case ("B", _): .down
        case ("C", _): .right
        case ("D", _): .left
        case ("H", _), ("~", "1"), ("~", "7"): .home
        case ("F", _), ("~", "4"), ("~", "8"): .end
        case ("~", "5"): .pageUp
        case ("~", "6"): .pageDown
        default: nil
        }
    }
}
