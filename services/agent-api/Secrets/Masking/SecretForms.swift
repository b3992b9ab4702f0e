//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// The encoded forms of a value to search for, in addition to those that decoding the text covers.
struct SecretForms {
    struct Form: Hashable {
        var bytes: [UInt8]
        /// Whether the match is case-sensitive.
        var isExact: Bool
    }

    /// Values of at least this length are matched case-insensitively. In longer values such a match is no coincidence.
    static let foldedFrom = 8

    /// The shortest prefix of a value that counts as a truncated value.
    static let shortestBeginning = 4

    /// The forms of a value, the unencoded ones first.
    static func forms(of value: String) -> [Form] {
        let isExact = value.count < foldedFrom
        var forms: [Form] = []
        func add(_ bytes: [UInt8], isExact: Bool) {
            let form = Form(bytes: bytes, isExact: isExact)
            if bytes.count >= shortestBeginning, !forms.contains(form) { forms.append(form) }
        }
        let trimmed = value.trimmed
        add(Array(trimmed.utf8), isExact: isExact)
        // With white space collapsed, as a page shows it.
        add(Array(trimmed.split(whereSeparator: \.isWhitespace).joined(separator: " ").utf8), isExact: isExact)
        // A value that looks encoded itself would be decoded along with the text around it.
        var decoded = TextView(Array(trimmed.utf8))
        for _ in 0..<SecretMask.depth {
            guard let next = decoded.decoded() else { break }
            decoded = next
            add(decoded.bytes, isExact: isExact)
        }
        let whole = Set([Array(value.utf8), Array(trimmed.utf8)])
        for bytes in whole {
            for piece in base64Pieces(of: bytes) { add(piece, isExact: true) }
            add(Array(bytes.map { hex($0) }.joined().utf8), isExact: false)
        }
        return forms
    }

    /// The Base64 characters (RFC 4648, sections 4 and 5) that depend only on the value, for each of its three possible
    /// alignments.
    private static func base64Pieces(of value: [UInt8]) -> [[UInt8]] {
        (0..<3).flatMap { offset -> [[UInt8]] in
            let encoded = Array(Data([UInt8](repeating: 0, count: offset) + value).base64EncodedString().utf8)
            let bits = (offset + value.count) * 8
            let start = (offset * 8 + 5) / 6
            guard start < bits / 6 else { return [] }
            let piece = Array(encoded[start..<(bits / 6)])
            let forURLs = piece.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: byte
                }
            }
            return [piece, forURLs]
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

extension String {
    /// A text without this word, where it stands alone: neither a letter nor a digit is next to it.
    func hidden(in text: String, behind mark: String) -> String {
        var result = ""
        var last: Character?
        var rest = text[...]
        func isPart(_ character: Character?) -> Bool { character.map { $0.isLetter || $0.isNumber } ?? false }
        while let character = rest.first {
            if rest.hasPrefix(self), !isPart(last), !isPart(rest.dropFirst(count).first) {
                result += mark
                rest = rest.dropFirst(count)
                last = nil
            } else {
                result.append(character)
                last = character
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Without white space at both ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
