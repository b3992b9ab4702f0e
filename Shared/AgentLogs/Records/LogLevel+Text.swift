//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Levels as other programs write them.
extension LogLevel {
    /// Reads the field of a record. The value is a level's name, which may be padded, or a number of Python's
    /// `logging`. A number between two levels counts as the lower one (25 is INFO).
    init?(value: JSONValue) {
        if let text = value.string {
            if let level = LogLevel(rawValue: text) {
                self = level
                return
            }
            let name = text.split(whereSeparator: \.isWhitespace)
            guard name.count == 1, let level = LogLevel(name: name[0]) ?? Int(name[0]).flatMap(Self.init(number:))
            else {
                return nil
            }
            self = level
        } else if let level = value.integer.flatMap(Self.init(number:)) {
            self = level
        } else {
            return nil
        }
    }

    private init?(number: Int) {
        switch number {
        // Such as the numbers of syslog, which run in the opposite direction.
        case ..<5: return nil
        case ..<20: self = .debug
        case ..<30: self = .info
        case ..<40: self = .warning
        case ..<50: self = .error
        default: self = .critical
        }
    }

    /// Reads the level that a formatter put in front of a line: `ERROR    [agent] …`, `ERROR:root:…`,
    /// `[error] …`, `2025-01-01 12:00:00,123 - agent - ERROR - …`.
    ///
    /// The level must be in capitals or in brackets. Only times, bracketed parts, and one name after a time may precede
    /// it, so that a word in a sentence is not taken for a level.
    init?(leading text: String) {
        var header = LineHeader(text)
        guard let level = header.level() else { return nil }
        self = level
    }
}

/// Looks for a level among the parts that a formatter writes in front of a message.
private struct LineHeader {
    /// The longest header, in bytes.
    private static let longest = 200

    /// The most parts of a header.
    private static let mostParts = 8

    private var rest: ArraySlice<UInt8>
    private var isBracketed = false
    private var hasTime = false
    private var hasName = false

    init(_ text: String) {
        rest = ArraySlice(Self.withoutColors(text.utf8.prefix(Self.longest)))
    }

    mutating func level() -> LogLevel? {
        for _ in 0..<Self.mostParts {
            skip(" \t")
            if take("[") {
                isBracketed = true
                skip(" ")
            }
            if let level = levelName() { return level }
            guard takeTime() || takeName() else { return nil }
            skip(" \t")
            if take("]") { isBracketed = false }
            skip(" \t|-:,")
        }
        return nil
    }

    /// The level, if the next word is one.
    private func levelName() -> LogLevel? {
        let word = rest.prefix { Self.isLetter($0) }
        let name = String(decoding: word, as: UTF8.self)
        guard let level = LogLevel(name: name) else { return nil }
        let behind = rest.dropFirst(word.count)
        if isBracketed, behind.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "]") { return level }
        let ends = behind.first.map { " \t\r\n:|[]/".utf8.contains($0) } ?? true
        return ends && name == name.uppercased() ? level : nil
    }

    /// A date, a time of day, or the offset after one.
    private mutating func takeTime() -> Bool {
        let token = rest.prefix { Self.isDigit($0) || "-/:.,TZ+".utf8.contains($0) }
        let separators = token.count { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }
        let isDate = separators == 2 && token.first.map(Self.isDigit) == true
        let isTime = token.contains(UInt8(ascii: ":")) && token.first.map(Self.isDigit) == true
        let isOffset = hasTime && token.first == UInt8(ascii: "+")
        guard isDate || isTime || isOffset else { return false }
        rest.removeFirst(token.count)
        hasTime = true
        return true
    }

    /// A bracketed part, or the logger's name after a time.
    private mutating func takeName() -> Bool {
        let name: ArraySlice<UInt8>
        if isBracketed {
            name = rest.prefix { $0 != UInt8(ascii: "]") && $0 != 0x0A }
            guard name.endIndex < rest.endIndex else { return false }
        } else {
            guard hasTime, !hasName else { return false }
            name = rest.prefix { Self.isLetter($0) || Self.isDigit($0) || "._-:/".utf8.contains($0) }
            hasName = true
        }
        rest.removeFirst(name.count)
        return !name.isEmpty
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skip(_ characters: StaticString) {
        characters.withUTF8Buffer { wanted in
            rest = rest.drop { wanted.contains($0) }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    /// The bytes without the escape sequences of terminal colours: ESC, `[`, parameters, `m`.
    private static func withoutColors(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var isEscape = false
        for byte in bytes {
            if byte == 0x1B {
                isEscape = true
            } else if !isEscape {
                kept.append(byte)
            } else if byte == UInt8(ascii: "m") {
                isEscape = false
            }
        }
        return kept
    }
}
