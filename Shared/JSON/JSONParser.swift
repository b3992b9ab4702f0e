//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Parses JSON text (RFC 8259) from untrusted bytes: strictly, in one pass, and with a limit on the depth that protects
/// the stack.
///
/// `JSONDecoder` can only find a value's type by trying each type in turn, which takes seconds for a mebibyte of small
/// values. It also accepts a trailing comma in an object and bytes that are not UTF-8.
struct JSONParser {
    /// How deep arrays and objects may nest.
    static let maximumDepth = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private let isLenient: Bool
    private var index = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, isLenient: Bool) {
        self.bytes = bytes
        self.isLenient = isLenient
    }

    /// Parses the whole text.
    ///
    /// - Parameters:
    ///   - text: UTF-8.
    ///   - isLenient: Whether to accept the additional numbers of ``JSONValue/init(lenientlyParsing:)``.
    /// - Throws: ``InvalidJSON``.
    static func value(of text: some Sequence<UInt8>, isLenient: Bool) throws(InvalidJSON) -> JSONValue {
        try ContiguousArray(text).withUnsafeBufferPointer { (bytes) throws(InvalidJSON) in
            var parser = JSONParser(bytes, isLenient: isLenient)
            let value = try parser.value(depth: 0)
            parser.skipWhitespace()
            if parser.index < bytes.count { throw parser.failure("the end of the text") }
            return value
        }
    }

    /// Parses the value at the start of the text.
    ///
    /// - Parameter length: Set to the number of bytes read.
    /// - Throws: ``InvalidJSON``.
    static func prefix(of text: ArraySlice<UInt8>, length: inout Int) throws(InvalidJSON) -> JSONValue {
        try text.withUnsafeBufferPointer { (bytes) throws(InvalidJSON) in
            var parser = JSONParser(bytes, isLenient: false)
            defer { length = parser.index }
            return try parser.value(depth: 0)
        }
    }

    private func failure(_ expected: String) -> InvalidJSON { InvalidJSON(offset: index, expected: expected) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func value(depth: Int) throws(InvalidJSON) -> JSONValue {
        skipWhitespace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N") where isLenient: return try word("NaN", .null)
        case UInt8(ascii: "I") where isLenient: return try word("Infinity", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(InvalidJSON) -> JSONValue {
        let matches = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
        guard matches else { throw failure("a value") }
        index += word.utf8CodeUnitCount
        return value
    }

    private mutating func array(depth: Int) throws(InvalidJSON) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw failure("at most \(Self.maximumDepth) levels") }
        index += 1
        var elements: [JSONValue] = []
        skipWhitespace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth))
            skipWhitespace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw failure("',' or ']'") }
        }
    }

    private mutating func object(depth: Int) throws(InvalidJSON) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw failure("at most \(Self.maximumDepth) levels") }
        index += 1
        var members: [String: JSONValue] = [:]
        skipWhitespace()
        if take("}") { return .object(members) }
        while true {
            skipWhitespace()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes") }
            let name = try string()
            skipWhitespace()
            guard take(":") else { throw failure("':'") }
            members[name] = try value(depth: depth)
            skipWhitespace()
            if take("}") { return .object(members) }
            guard take(",") else { throw failure("',' or '}'") }
        }
    }

    private mutating func digits() throws(InvalidJSON) {
        let start = index
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
        if index == start { throw failure("a digit") }
    }

    private mutating func number() throws(InvalidJSON) -> JSONValue {
        let start = index
        let isNegative = take("-")
        if isLenient, isNegative, next == UInt8(ascii: "I") { return try word("Infinity", .null) }
        guard let first = next, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else {
            throw failure(isNegative ? "a digit" : "a value")
        }
        if !take("0") { try digits() }
        var isWhole = true
        if take(".") {
            isWhole = false
            try digits()
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            if isLenient { return .null }
            throw InvalidJSON(offset: start, expected: "a number that 64 bits can hold")
        }
        return isWhole && isLenient ? .largeInteger(text) : .number(value)
    }
}

extension JSONParser {
    private mutating func string() throws(InvalidJSON) -> String {
        index += 1
        var start = index
        // Stays empty, so that nothing is copied, while there is no escape.
        var unescaped: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = UnsafeBufferPointer(rebasing: bytes[start..<index])
                index += 1
                let text: String?
                if unescaped.isEmpty {
                    text = String(validating: rest, as: UTF8.self)
                } else {
                    unescaped.append(contentsOf: rest)
                    text = String(validating: unescaped, as: UTF8.self)
                }
                guard let text else { throw InvalidJSON(offset: start, expected: "UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                index += 1
                unescaped.append(contentsOf: UTF8.encode(try self.escape()) ?? UTF8.encodedReplacementCharacter)
                start = index
            case 0x00..<0x20:
                throw failure("an escape sequence in place of the control character")
            default:
                index += 1
            }
        }
        throw failure("a quote that ends the string")
    }

    /// Parses what follows a backslash.
    private mutating func escape() throws(InvalidJSON) -> Unicode.Scalar {
        guard let byte = next else { throw failure("an escaped character") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            index -= 1
            throw failure("one of \" \\ / b f n r t u")
        }
    }

    /// A lone surrogate, as in a text cut inside an emoji, becomes U+FFFD. RFC 8259, section 8.2, leaves this open.
    private mutating func unicodeEscape() throws(InvalidJSON) -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let afterFirst = index
        if UTF16.isLeadSurrogate(unit), take("\\"), take("u") {
            let second = try hexadecimal()
            if UTF16.isTrailSurrogate(second) {
                let code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                return Unicode.Scalar(code) ?? "\u{FFFD}"
            }
        }
        index = afterFirst
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(InvalidJSON) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch next {
            case .some(let byte) where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = byte - UInt8(ascii: "0")
            case .some(let byte) where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"):
                digit = byte - UInt8(ascii: "a") + 10
            case .some(let byte) where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"):
                digit = byte - UInt8(ascii: "A") + 10
            default:
                throw failure("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }
}
