//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Writes one JSON object, field by field in the order of the calls, into bytes.
///
/// `JSONEncoder` keeps no order, and the order of the fields is part of the wire: the documented ones come first. The
/// text is compact, raw UTF-8, and escapes only what RFC 8259 asks for and the line breaks of Unicode, at which some
/// readers of lines would cut it; so a record is the same bytes wherever it is encoded.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]
    private var isFirst = true

    /// Starts an object, with room for so many bytes.
    public init(reservingCapacity capacity: Int = 512) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
        self.bytes.append(UInt8(ascii: "{"))
    }

    /// Writes that value and nothing around it.
    init(value: JSONValue) {
        self.bytes = []
        self.value(value)
    }

    /// Ends the object and gives its bytes.
    public consuming func finish() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        return self.bytes
    }

    /// Writes a field with a string.
    public mutating func field(_ name: StaticString, _ value: some StringProtocol) {
        self.name(name)
        self.string(value)
    }

    /// Writes a field with a whole number.
    public mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        self.name(name)
        self.bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a field with any JSON value, the names inside it sorted.
    public mutating func field(_ name: StaticString, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }

    /// Writes a field that is an object itself.
    public mutating func field(_ name: StaticString, object write: (inout JSONWriter) -> Void) {
        self.name(name)
        let outer = self.isFirst
        self.bytes.append(UInt8(ascii: "{"))
        self.isFirst = true
        write(&self)
        self.bytes.append(UInt8(ascii: "}"))
        self.isFirst = outer
    }

    /// Writes a field whose value is JSON text already.
    public mutating func field(_ name: StaticString, raw text: String) {
        self.name(name)
        self.bytes.append(contentsOf: text.utf8)
    }

    private mutating func name(_ name: StaticString) {
        if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
        self.isFirst = false
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }

    /// A string in quotes, escaped as RFC 8259, section 7 asks; U+0085, U+2028 and U+2029 too.
    private mutating func string(_ text: some StringProtocol) {
        self.bytes.append(UInt8(ascii: "\""))
        // The last bytes of what may be a line break to somebody: U+0085, U+2028, U+2029.
        var (last, lastButOne): (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.bytes.append(UInt8(ascii: "\\"))
                self.bytes.append(byte)
            case 0x0A: self.bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: self.bytes.append(contentsOf: "\\r".utf8)
            case 0x09: self.bytes.append(contentsOf: "\\t".utf8)
            case 0x00..<0x20:
                self.bytes.append(contentsOf: "\\u00".utf8)
                self.bytes.append(Self.hexadecimal[Int(byte >> 4)])
                self.bytes.append(Self.hexadecimal[Int(byte & 15)])
            case 0x85 where last == 0xC2:
                self.bytes.removeLast()
                self.bytes.append(contentsOf: "\\u0085".utf8)
            case 0xA8 where last == 0x80 && lastButOne == 0xE2, 0xA9 where last == 0x80 && lastButOne == 0xE2:
                self.bytes.removeLast(2)
                self.bytes.append(contentsOf: (byte == 0xA8 ? "\\u2028" : "\\u2029").utf8)
            default: self.bytes.append(byte)
            }
            (last, lastButOne) = (byte, last)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): self.bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let integer): self.bytes.append(contentsOf: String(integer).utf8)
        case .number(let number):
            // JSON has no other numbers; a value of ours is never one, a foreign one cannot have been parsed as one.
            self.bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case .largeInteger(let digits): self.bytes.append(contentsOf: digits.utf8)
        case .string(let text): self.string(text)
        case .array(let elements):
            self.bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
                self.value(element)
            }
            self.bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            self.bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
                self.string(member.key)
                self.bytes.append(UInt8(ascii: ":"))
                self.value(member.value)
            }
            self.bytes.append(UInt8(ascii: "}"))
        }
    }
}
