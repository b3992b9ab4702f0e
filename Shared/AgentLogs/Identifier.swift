//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The name of a run, a session or a batch: 1 to 128 characters of `A-Z a-z 0-9 . _ : -`, except `.` and `..`
/// (protocol, section 1).
///
/// A value of this type is safe in a Redis key, a path or a URL. No other text may be put there.
package struct Identifier: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The characters, 1 to 128 of them.
    package let rawValue: String

    /// The longest identifier, in characters.
    package static let maximumLength = 128

    /// The rule in words, for error messages.
    package static let rule = "1 to 128 characters of A-Z a-z 0-9 . _ : -"

    /// Accepts a text that follows the rule.
    ///
    /// - Throws: ``InvalidIdentifier``, which says what is wrong.
    package init(_ text: String) throws(InvalidIdentifier) {
        let utf8 = text.utf8
        if utf8.isEmpty { throw InvalidIdentifier(reason: "is empty") }
        for (offset, byte) in utf8.enumerated() where !Self.allows(byte) {
            throw InvalidIdentifier(reason: "has \(Self.describe(byte)) at position \(offset + 1)")
        }
        // No URL can name them: `.` and `..` are steps of a path (RFC 3986, section 5.2.4).
        if text == "." || text == ".." {
            throw InvalidIdentifier(reason: "is \(text), which cannot be part of an address")
        }
        if utf8.count > Self.maximumLength { throw InvalidIdentifier(reason: "has \(utf8.count) characters") }
        rawValue = text
    }

    /// The same as ``init(_:)``, without a reason for the failure.
    package init?(rawValue: String) {
        try? self.init(rawValue)
    }

    /// The characters themselves.
    package var description: String { rawValue }

    /// Whether UTF-8 text follows the rule.
    package static func allows(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (1...maximumLength).contains(text.count), text.allSatisfy({ allows($0) }) else { return false }
        return text.count > 2 || text.contains { $0 != UInt8(ascii: ".") }
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    /// Describes the byte without repeating it raw: the text may be hostile, and the message ends up in logs.
    private static func describe(_ byte: UInt8) -> String {
        switch byte {
        case 0x0A, 0x0D: "a line break"
        case 0x20: "a space"
        case 0x21...0x7E: "the character \(Character(UnicodeScalar(byte)))"
        case 0x80...: "a character outside of ASCII"
        default: "a control character"
        }
    }
}

/// Why a text is not a valid ``Identifier``.
package struct InvalidIdentifier: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, phrased to follow the name of the field: "is empty", "has a space at position 3".
    package let reason: String

    /// What is wrong and what is allowed.
    package var description: String { "\(reason); allowed are \(Identifier.rule)" }
}

extension Identifier: Codable {
    /// Decodes a string that follows the rule.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    /// Encodes the characters as a string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
