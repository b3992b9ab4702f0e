//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How wide text is on a terminal.
enum TextWidth {
    /// The columns that the text takes up.
    static func columns(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The text with spaces up to a width.
    static func padded(_ text: String, to width: Int, onLeft: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - columns(text)))
        return onLeft ? space + text : text + space
    }

    /// The text, with an ellipsis where it is cut to fit into a width.
    static func shortened(_ text: String, to width: Int) -> String {
        guard columns(text) > width else { return text }
        return width < 1 ? "" : prefix(text, columns: width - 1) + "…"
    }

    /// So much of the text as fits into a width.
    static func prefix(_ text: some StringProtocol, columns width: Int) -> String {
        var used = 0
        return String(
            text.prefix { character in
                used += columns(of: character)
                return used <= width
            }
        )
    }

    /// The text in pieces of at most a width, one at least. A piece has one character at least.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var rest = text[...]
        var pieces: [String] = []
        repeat {
            let piece = prefix(rest, columns: width)
            let taken = piece.isEmpty ? rest.prefix(1) : rest.prefix(piece.count)
            pieces.append(String(taken))
            rest = rest.dropFirst(taken.count)
        } while !rest.isEmpty
        return pieces
    }

    /// East Asian wide characters and emoji take two columns (UAX 11), marks alone none.
    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return 1 }
        if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
