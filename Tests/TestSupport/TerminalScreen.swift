//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a terminal shows that was sent some bytes: a small part of what terminals understand. What it does not understand
/// is kept, for a test to find fault with.
package struct TerminalScreen: Sendable {
    private struct Buffer: Sendable {
        var rows: [[Character]]
        var row = 0
        var column = 0
        /// Whether the last column is written, and the next character begins a row.
        var wraps = false
    }

    package private(set) var columns: Int
    package private(set) var rowCount: Int

    /// Whether the alternate screen is shown.
    package private(set) var isAlternate = false
    package private(set) var isCursorShown = true

    /// Sequences that it does not understand.
    package private(set) var unknown: [String] = []

    /// The parameters of all that has changed colours.
    package private(set) var colours: Set<String> = []

    private var main: Buffer
    private var alternate: Buffer
    private var rest: [UInt8] = []
    /// Up to where the end of a string has been looked for.
    private var searched = 3

    package init(columns: Int, rows: Int) {
        self.columns = columns
        rowCount = rows
        main = Buffer(rows: Self.empty(columns, rows))
        alternate = main
    }

    private static func empty(_ columns: Int, _ rows: Int) -> [[Character]] {
        Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    /// The rows that are shown, without spaces at their ends.
    package var rows: [String] {
        (isAlternate ? alternate : main).rows.map { row in
            String(row.filter { $0 != "\0" }.reversed().drop { $0 == " " }.reversed())
        }
    }

    package var text: String { rows.joined(separator: "\n") }

    package mutating func resize(columns: Int, rows: Int) {
        self.columns = columns
        rowCount = rows
        main = Self.resized(main, columns, rows)
        alternate = Self.resized(alternate, columns, rows)
    }

    private static func resized(_ buffer: Buffer, _ columns: Int, _ count: Int) -> Buffer {
        var buffer = buffer
        let excess = max(0, buffer.row - count + 1)
        buffer.rows.removeFirst(excess)
        buffer.rows = (0..<count).map { index in
            let row = index < buffer.rows.count ? buffer.rows[index] : []
            return Array((row + Array(repeating: " ", count: columns)).prefix(columns))
        }
        buffer.row -= excess
        buffer.column = min(buffer.column, columns - 1)
        buffer.wraps = false
        return buffer
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        rest += bytes
        while let length = take() {
            rest.removeFirst(length)
            searched = 3
        }
    }

    // MARK: Parsing

    /// Does what the first thing says that has come.
    ///
    /// - Returns: How many bytes it has; `nil` while it is not whole.
    private mutating func take() -> Int? {
        guard let first = rest.first else { return nil }
        switch first {
        case 0x1B: return takeSequence()
        case 0x0D:
            change {
                $0.column = 0
                $0.wraps = false
            }
        case 0x0A: lineFeed()
        case 0x08: change { $0.column = max(0, $0.column - 1) }
        case 0x07, 0x00: break
        case 0x01..<0x20, 0x7F: unknown.append("control \(first)")
        default:
            let text = wholeCharacters()
            guard !text.isEmpty else { return nil }
            for character in text { put(character) }
            return text.utf8.count
        }
        return 1
    }

    /// The text up to the next control character, without a character that may not be whole.
    private func wholeCharacters() -> String {
        let bytes = rest.prefix { $0 >= 0x20 && $0 != 0x7F }
        var end = bytes.count
        while end > 0, end == rest.count, bytes[end - 1] >= 0x80 {
            let start = bytes[..<end].lastIndex { $0 & 0xC0 != 0x80 } ?? 0
            let length = bytes[start] >= 0xF0 ? 4 : bytes[start] >= 0xE0 ? 3 : bytes[start] >= 0xC0 ? 2 : 1
            guard start + length > end else { break }
            end = start
        }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    private mutating func takeSequence() -> Int? {
        guard rest.count > 1 else { return nil }
        switch rest[1] {
        case UInt8(ascii: "["):
            guard let end = rest.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
            perform(String(decoding: rest[2..<end], as: UTF8.self), Character(Unicode.Scalar(rest[end])))
            return end + 1
        case UInt8(ascii: "_"), UInt8(ascii: "P"), UInt8(ascii: "]"):
            while searched < rest.count {
                if rest[searched] == UInt8(ascii: "\\"), rest[searched - 1] == 0x1B {
                    unknown.append("string " + String(decoding: rest[1..<min(searched, 24)], as: UTF8.self))
                    return searched + 1
                }
                searched += 1
            }
            return nil
        default:
            unknown.append("ESC " + String(decoding: rest[1...1], as: UTF8.self))
            return 2
        }
    }

    private mutating func perform(_ parameters: String, _ final: Character) {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = numbers.first ?? 0
        switch (final, parameters) {
        case ("m", _): colours.insert(parameters)
        case ("H", _):
            change { [rowCount, columns] buffer in
                buffer.row = min(max(first, 1), rowCount) - 1
                buffer.column = min(max(numbers.count > 1 ? numbers[1] : 1, 1), columns) - 1
                buffer.wraps = false
            }
        case ("A", _): change { $0.row = max(0, $0.row - max(1, first)) }
        case ("B", _): change { [rowCount] in $0.row = min(rowCount - 1, $0.row + max(1, first)) }
        case ("C", _): change { [columns] in $0.column = min(columns - 1, $0.column + max(1, first)) }
        case ("D", _): change { $0.column = max(0, $0.column - max(1, first)) }
        case ("G", _): change { [columns] in $0.column = min(columns, max(1, first)) - 1 }
        case ("P", _):
            change { buffer in
                let count = min(max(1, first), buffer.rows[buffer.row].count - buffer.column)
                buffer.rows[buffer.row].removeSubrange(buffer.column..<(buffer.column + count))
                buffer.rows[buffer.row] += Array(repeating: " ", count: count)
            }
        case ("J", "2"): change { [rowCount, columns] in $0.rows = Self.empty(columns, rowCount) }
        case ("J", ""), ("J", "0"):
            eraseLine()
            change { [columns] buffer in
                for row in buffer.rows.indices where row > buffer.row {
                    buffer.rows[row] = Array(repeating: " ", count: columns)
                }
            }
        case ("K", ""), ("K", "0"): eraseLine()
        case ("h", "?1049"): isAlternate = true
        case ("l", "?1049"): isAlternate = false
        case ("h", "?25"): isCursorShown = true
        case ("l", "?25"): isCursorShown = false
        default: unknown.append("CSI \(parameters)\(final)")
        }
    }

    // MARK: Writing

    private mutating func change(_ body: (inout Buffer) -> Void) {
        if isAlternate { body(&alternate) } else { body(&main) }
    }

    private mutating func eraseLine() {
        change { [columns] buffer in
            for column in buffer.column..<columns { buffer.rows[buffer.row][column] = " " }
        }
    }

    private mutating func lineFeed() {
        change { [rowCount, columns] buffer in
            buffer.wraps = false
            guard buffer.row == rowCount - 1 else {
                buffer.row += 1
                return
            }
            buffer.rows.removeFirst()
            buffer.rows.append(Array(repeating: " ", count: columns))
        }
    }

    private mutating func put(_ character: Character) {
        let width = Self.width(of: character)
        let buffer = isAlternate ? alternate : main
        if buffer.wraps || buffer.column + width > columns {
            lineFeed()
            change { $0.column = 0 }
        }
        change { [columns] buffer in
            buffer.rows[buffer.row][buffer.column] = character
            // The second half of a wide character.
            if width == 2 { buffer.rows[buffer.row][buffer.column + 1] = "\0" }
            buffer.column += width
            if buffer.column >= columns {
                buffer.column = columns - 1
                buffer.wraps = true
            }
        }
    }

    private static func width(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 1 }
        let isWide = first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}")
        return isWide || (0x1100...0x115F).contains(first.value) || (0x2E80...0xA4CF).contains(first.value)
            || (0xAC00...0xD7A3).contains(first.value) ? 2 : 1
    }
}
