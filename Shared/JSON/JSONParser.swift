//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads JSON text (RFC 8259) from bytes that anybody may have sent: strictly, in one pass, and never deeper than the
/// stack is.
///
/// `JSONDecoder` cannot say what a value is without trying each type in turn, which takes seconds for a mebibyte of small
/// values, and it lets a comma before a closing brace and bytes that are not UTF-8 through.
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

    /// The value that the text is.
    ///
    /// - Parameters:
    ///   - text: UTF-8.
    ///   - isLenient: Whether numbers may be of the kinds that ``JSONValue/init(lenientlyParsing:)`` takes.
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

    /// The value that the text begins with.
    ///
    /// - Parameter length: Is set to how many bytes were read.
    /// - Throws: ``InvalidJSON``.
    static func prefix(of text: ArraySlice<UInt8>, length: inout Int) throws(InvalidJSON) -> JSONValue {
        try text.withUnsafeBufferPointer { (bytes) throws(InvalidJSON) in
            var parser = JSONParser(bytes, isLenient: false)
            defer { length = parser.index }
            return try parser.value(depth: 0)
        }
    }

    private func failure(_ expected: String) -> InvalidJSON { InvalidJSON(offset: self.index, expected: expected) }

    private var next: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private mutating func skipWhitespace() {
        while let byte = self.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.next == UInt8(ascii: character) else { return false }
        self.index += 1
        return true
    }

    private mutating func value(depth: Int) throws(InvalidJSON) -> JSONValue {
        self.skipWhitespace()
        switch self.next {
        case UInt8(ascii: "{"): return try self.object(depth: depth + 1)
        case UInt8(ascii: "["): return try self.array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "N") where self.isLenient: return try self.word("NaN", .null)
        case UInt8(ascii: "I") where self.isLenient: return try self.word("Infinity", .null)
        default: return try self.number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(InvalidJSON) -> JSONValue {
        let matches = word.withUTF8Buffer { self.bytes[self.index...].starts(with: $0) }
        guard matches else { throw self.failure("a value") }
        self.index += word.utf8CodeUnitCount
        return value
    }

    private mutating func array(depth: Int) throws(InvalidJSON) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw self.failure("at most \(Self.maximumDepth) levels") }
        self.index += 1
        var elements: [JSONValue] = []
        self.skipWhitespace()
        if self.take("]") { return .array(elements) }
        while true {
            elements.append(try self.value(depth: depth))
            self.skipWhitespace()
            if self.take("]") { return .array(elements) }
            guard self.take(",") else { throw self.failure("',' or ']'") }
        }
    }

    private mutating func object(depth: Int) throws(InvalidJSON) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw self.failure("at most \(Self.maximumDepth) levels") }
        self.index += 1
        var members: [String: JSONValue] = [:]
        self.skipWhitespace()
        if self.take("}") { return .object(members) }
        while true {
            self.skipWhitespace()
            guard self.next == UInt8(ascii: "\"") else { throw self.failure("a name in quotes") }
            let name = try self.string()
            self.skipWhitespace()
            guard self.take(":") else { throw self.failure("':'") }
            members[name] = try self.value(depth: depth)
            self.skipWhitespace()
            if self.take("}") { return .object(members) }
            guard self.take(",") else { throw self.failure("',' or '}'") }
        }
    }

    private mutating func digits() throws(InvalidJSON) {
        let start = self.index
        while let byte = self.next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { self.index += 1 }
        if self.index == start { throw self.failure("a digit") }
    }

    private mutating func number() throws(InvalidJSON) -> JSONValue {
        let start = self.index
        let isNegative = self.take("-")
        if self.isLenient, isNegative, self.next == UInt8(ascii: "I") { return try self.word("Infinity", .null) }
        guard let first = self.next, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else {
            throw self.failure(isNegative ? "a digit" : "a value")
        }
        if !self.take("0") { try self.digits() }
        var isWhole = true
        if self.take(".") {
            isWhole = false
            try self.digits()
        }
        if self.take("e") || self.take("E") {
            isWhole = false
            if !self.take("+") { _ = self.take("-") }
            try self.digits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: self.bytes[start..<self.index]), as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            if self.isLenient { return .null }
            throw InvalidJSON(offset: start, expected: "a number that 64 bits can hold")
        }
        return isWhole && self.isLenient ? .largeInteger(text) : .number(value)
    }
}

extension JSONParser {
    private mutating func string() throws(InvalidJSON) -> String {
        self.index += 1
        var start = self.index
        // Stays empty, and nothing is copied, as long as there is no escape.
        var unescaped: [UInt8] = []
        while let byte = self.next {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = UnsafeBufferPointer(rebasing: self.bytes[start..<self.index])
                self.index += 1
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
                unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: self.bytes[start..<self.index]))
                self.index += 1
                unescaped.append(contentsOf: UTF8.encode(try self.escape()) ?? UTF8.encodedReplacementCharacter)
                start = self.index
            case 0x00..<0x20:
                throw self.failure("no control character, which is escaped in a string,")
            default:
                self.index += 1
            }
        }
        throw self.failure("a quote that ends the string")
    }

    /// What stands behind a backslash.
    private mutating func escape() throws(InvalidJSON) -> Unicode.Scalar {
        guard let byte = self.next else { throw self.failure("an escaped character") }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try self.unicodeEscape()
        default:
            self.index -= 1
            throw self.failure("one of \" \\ / b f n r t u")
        }
    }

    /// A surrogate without its other half, as in a text that was cut within an emoji, becomes U+FFFD (RFC 8259, section
    /// 8.2, leaves it open).
    private mutating func unicodeEscape() throws(InvalidJSON) -> Unicode.Scalar {
        let unit = try self.hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let afterFirst = self.index
        if UTF16.isLeadSurrogate(unit), self.take("\\"), self.take("u") {
            let second = try self.hexadecimal()
            if UTF16.isTrailSurrogate(second) {
                let code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                return Unicode.Scalar(code) ?? "\u{FFFD}"
            }
        }
        self.index = afterFirst
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(InvalidJSON) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch self.next {
            case .some(let byte) where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = byte - UInt8(ascii: "0")
            case .some(let byte) where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"):
                digit = byte - UInt8(ascii: "a") + 10
            case .some(let byte) where byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "F"):
                digit = byte - UInt8(ascii: "A") + 10
            default:
                throw self.failure("four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
            self.index += 1
        }
        return value
    }
}
