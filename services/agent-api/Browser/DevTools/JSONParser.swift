//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads JSON text (RFC 8259). The DevTools protocol sends thousands of messages a second while a page loads, of which
/// most fields are never looked at; a parser that builds one `DevToolsValue` in one pass keeps that cheap.
struct JSONParser {
    /// Why the text is not JSON, with the offset of the first byte that does not fit.
    struct Malformed: Error, CustomStringConvertible {
        var expected: String
        var offset: Int
        var description: String { "not JSON: \(expected) expected at byte \(offset)" }
    }

    /// Deeper nesting is refused, so that a hostile text cannot exhaust the stack.
    static let maximumDepth = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Parses one value that fills the whole text.
    static func parse(_ text: [UInt8]) throws -> DevToolsValue {
        try text.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(buffer)
            let value = try parser.value()
            parser.skipWhitespace()
            guard parser.index == buffer.count else { throw parser.malformed("the end") }
            return value
        }
    }

    private func malformed(_ expected: String) -> Malformed {
        Malformed(expected: expected, offset: index)
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws -> DevToolsValue {
        skipWhitespace()
        switch current {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws -> DevToolsValue) throws -> DevToolsValue {
        guard depth < Self.maximumDepth else { throw malformed("less than \(Self.maximumDepth) levels of nesting") }
        depth += 1
        defer { depth -= 1 }
        index += 1
        return try body(&self)
    }

    private mutating func literal(_ text: StaticString, _ value: DevToolsValue) throws -> DevToolsValue {
        for offset in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[offset]) else { throw malformed("'\(text)'") }
        }
        return value
    }

    private mutating func object() throws -> DevToolsValue {
        var members: [String: DevToolsValue] = [:]
        skipWhitespace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipWhitespace()
            let name = try string()
            skipWhitespace()
            guard take(UInt8(ascii: ":")) else { throw malformed("':'") }
            members[name] = try value()
            skipWhitespace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw malformed("',' or '}'") }
        }
    }

    private mutating func array() throws -> DevToolsValue {
        var elements: [DevToolsValue] = []
        skipWhitespace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value())
            skipWhitespace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw malformed("',' or ']'") }
        }
    }

    private mutating func number() throws -> Double {
        let start = index
        while let byte = current, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
        guard
            start < index,
            let value = Double(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self))
        else {
            index = start
            throw malformed("a value")
        }
        return value
    }

    private mutating func string() throws -> String {
        guard take(UInt8(ascii: "\"")) else { throw malformed("'\"'") }
        let start = index
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { index += 1 }
        let plain = UnsafeBufferPointer(rebasing: bytes[start..<index])
        if take(UInt8(ascii: "\"")) { return String(decoding: plain, as: UTF8.self) }
        return try escapedString(after: plain)
    }

    private mutating func escapedString(after plain: UnsafeBufferPointer<UInt8>) throws -> String {
        var text = Array(plain)
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            default: text.append(byte)
            }
        }
        throw malformed("'\"'")
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws {
        guard let byte = current else { throw malformed("an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape()
            text += Array(String(Character(scalar)).utf8)
        default: throw malformed("an escape")
        }
    }

    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A surrogate: with its other half it is one scalar, alone it is the replacement character.
        let mark = index
        if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hexadecimal()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return scalar
            }
        }
        index = mark
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard index + 4 <= bytes.count else { throw malformed("four hexadecimal digits") }
        let digits = String(decoding: UnsafeBufferPointer(rebasing: bytes[index..<index + 4]), as: UTF8.self)
        guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
            throw malformed("four hexadecimal digits")
        }
        index += 4
        return value
    }
}
