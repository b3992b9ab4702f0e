//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Writes one JSON object into bytes, field by field in the order of the calls.
///
/// `JSONEncoder` does not keep the order, which is part of the protocol: the documented fields come first. The text is
/// compact, raw UTF-8. It escapes only what RFC 8259 requires, and the line breaks of Unicode, where some line readers
/// would split it. So a record has the same bytes wherever it is encoded.
package struct JSONWriter: Sendable {
    /// The bytes written so far.
    package private(set) var bytes: [UInt8]
    private var isFirst = true

    /// Starts an object and reserves capacity, in bytes.
    package init(reservingCapacity capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(UInt8(ascii: "{"))
    }

    /// Writes the given content without an object around it.
    init(write: (inout JSONWriter) -> Void) {
        self.bytes = []
        write(&self)
    }

    /// Ends the object and returns its bytes.
    package consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Writes a string field.
    package mutating func field(_ name: StaticString, _ value: some StringProtocol) {
        self.name(name)
        string(value)
    }

    /// Writes a field with a whole number.
    package mutating func field(_ name: StaticString, _ value: some BinaryInteger) {
        self.name(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a field with any JSON value, with sorted names.
    package mutating func field(_ name: StaticString, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }

    /// Writes a field that is an object.
    package mutating func field(_ name: StaticString, object write: (inout JSONWriter) -> Void) {
        self.name(name)
        let outer = isFirst
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        write(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = outer
    }

    /// Writes a field whose value already is JSON text.
    package mutating func field(_ name: StaticString, raw text: String) {
        self.name(name)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func name(_ name: StaticString) {
        append(isFirst ? "\"" : ",\"")
        isFirst = false
        append(name)
        append("\":")
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes a string in quotes, with the escapes that RFC 8259, section 7, requires, and U+0085, U+2028 and U+2029.
    private mutating func string(_ text: some StringProtocol) {
        var text = String(text)
        text.withUTF8 { self.string($0) }
    }

    private mutating func string(_ text: UnsafeBufferPointer<UInt8>) {
        self.bytes.append(UInt8(ascii: "\""))
        Self.escape(text) { bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// Gives the characters of a JSON string piece by piece, without the quotes around them.
    ///
    /// - Parameter text: UTF-8.
    package static func escape(
        _ text: UnsafeBufferPointer<UInt8>,
        write: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        // Runs of bytes that need no escape are copied in one piece.
        var copied = 0
        for (index, byte) in text.enumerated() {
            let isPlain =
                byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x85 && byte != 0xA8
                && byte != 0xA9
            if isPlain { continue }
            guard let (found, length) = escape(of: byte, at: index, in: text) else { continue }
            var escape = found
            write(UnsafeBufferPointer(rebasing: text[copied..<(index + 1 - length)]))
            escape.withUTF8(write)
            copied = index + 1
        }
        write(UnsafeBufferPointer(rebasing: text[copied...]))
    }

    /// The escape for the character that ends with a byte, and the character's length in bytes. `nil` if it needs none.
    private static func escape(
        of byte: UInt8,
        at index: Int,
        in text: UnsafeBufferPointer<UInt8>
    ) -> (escape: String, length: Int)? {
        switch byte {
        case UInt8(ascii: "\""): ("\\\"", 1)
        case UInt8(ascii: "\\"): ("\\\\", 1)
        case 0x0A: ("\\n", 1)
        case 0x0D: ("\\r", 1)
        case 0x09: ("\\t", 1)
        case 0x00..<0x20: ("\\u00" + Self.hexadecimal[Int(byte >> 4)] + Self.hexadecimal[Int(byte & 15)], 1)
        // Line breaks to some readers.
        case 0x85: index >= 1 && text[index - 1] == 0xC2 ? ("\\u0085", 2) : nil
        case 0xA8, 0xA9:
            index >= 2 && text[index - 1] == 0x80 && text[index - 2] == 0xE2
                ? (byte == 0xA8 ? "\\u2028" : "\\u2029", 3) : nil
        default: nil
        }
    }

    private static let hexadecimal = "0123456789abcdef".map(String.init)

    mutating func value(_ value: JSONValue) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        case .number(let number):
            // JSON has no NaN and no infinity. Our own values never are, and parsed ones cannot be.
            bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
        case .largeInteger(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            list(elements, between: "[", "]") { writer, element in writer.value(element) }
        case .object(let members):
            list(members.sorted { $0.key < $1.key }, between: "{", "}") { writer, member in
                writer.member(member.key) { $0.value(member.value) }
            }
        }
    }

    /// Writes the elements of an array or an object, separated by commas.
    mutating func list<Element>(
        _ elements: [Element],
        between open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: close))
    }

    /// Writes a member of an object whose name is not a constant.
    mutating func member(_ name: String, write: (inout JSONWriter) -> Void) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        write(&self)
    }
}
