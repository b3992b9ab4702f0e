//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text as bytes, each mapped to its place in the original text. Decoding creates one view from another, so that
/// places found in decoded text are known in the original.
struct TextView {
    var bytes: [UInt8] = []
    /// The start and end of each byte's place in the original; empty if the bytes are the original.
    var starts: [Int32] = []
    var ends: [Int32] = []

    /// The original text.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    fileprivate init(reserving capacity: Int) {
        bytes.reserveCapacity(capacity)
        starts.reserveCapacity(capacity)
        ends.reserveCapacity(capacity)
    }

    /// The place of a range of bytes in the original.
    func place(of range: Range<Int>) -> Range<Int> {
        guard !starts.isEmpty, let last = range.last else { return range }
        return Int(starts[range.lowerBound])..<Int(ends[last])
    }

    private mutating func append(_ byte: UInt8, from range: Range<Int>, of view: TextView) {
        let place = view.place(of: range)
        bytes.append(byte)
        starts.append(Int32(place.lowerBound))
        ends.append(Int32(place.upperBound))
    }
}

extension TextView {
    /// The text decoded once: URL (`%41`), HTML (`&#65;`, `&amp;`), JSON and JavaScript (`\u0041`, `
    /// `) escapes. Invisible characters are removed, and white space is collapsed to one space. `nil` if that changes
    /// nothing.
    func decoded() -> TextView? {
        guard bytes.contains(where: Self.mayChange) else { return nil }
        var view = TextView(reserving: bytes.count)
        var isChanged = false
        var index = 0
        while index < bytes.count {
            let (decoded, length) = escape(at: index)
            if let decoded {
                isChanged = true
                for byte in decoded { view.append(byte, from: index..<(index + length), of: self) }
            } else {
                view.append(bytes[index], from: index..<(index + 1), of: self)
            }
            index += length
        }
        return isChanged ? view : nil
    }

    private static func mayChange(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "\\"), 0x20, 0x09...0x0D, 0xC2, 0xE2, 0xEF: true
        default: false
        }
    }

    /// The decoded bytes of the escape at an index, and the escape's length.
    private func escape(at index: Int) -> (decoded: [UInt8]?, length: Int) {
        switch bytes[index] {
        case UInt8(ascii: "%"):
            if let value = number(at: index + 1, digits: 2, radix: 16) { return ([UInt8(value)], 3) }
            // An escape that was cut in the middle.
            let rest = bytes[(index + 1)...].prefix(4)
            let digits = rest.prefix(1).prefix { Self.digit($0) < 16 }.count
            return rest.dropFirst(digits).starts(with: SecretMask.ellipsis) ? ([], 1 + digits) : (nil, 1)
        case UInt8(ascii: "&"): return entity(at: index)
        case UInt8(ascii: "\\"): return backslash(at: index)
        case 0x20, 0x09...0x0D:
            let length = bytes[index...].prefix { $0 == 0x20 || (0x09...0x0D).contains($0) }.count
            return length == 1 && bytes[index] == 0x20 ? (nil, 1) : ([0x20], length)
        case 0xC2 where following(index, [0xA0]): return ([0x20], 2)
        case 0xC2 where following(index, [0xAD]): return ([], 2)
        case 0xE2 where following(index, [0x80]) && index + 2 < bytes.count && (0x8B...0x8F).contains(bytes[index + 2]):
            return ([], 3)
        case 0xE2 where following(index, [0x81, 0xA0]): return ([], 3)
        case 0xEF where following(index, [0xBB, 0xBF]): return ([], 3)
        default: return (nil, 1)
        }
    }

    private func following(_ index: Int, _ expected: [UInt8]) -> Bool {
        bytes[(index + 1)...].starts(with: expected)
    }

    private static let entities: [(name: [UInt8], value: [UInt8])] = [
        ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"), ("nbsp", " "), ("sol", "/"),
        ("plus", "+"),
        ("equals", "="), ("num", "#"), ("percnt", "%"), ("excl", "!"), ("dollar", "$"), ("commat", "@"), ("grave", "`"),
    ].map { (Array("\($0.0);".utf8), Array($0.1.utf8)) }

    private func entity(at index: Int) -> ([UInt8]?, Int) {
        guard index + 2 < bytes.count else { return (nil, 1) }
        if bytes[index + 1] == UInt8(ascii: "#") {
            let isHex = bytes[index + 2] | 0x20 == UInt8(ascii: "x")
            let start = index + (isHex ? 3 : 2)
            let digits = bytes[start...].prefix(7).prefix { Self.digit($0) < (isHex ? 16 : 10) }.count
            guard digits > 0, let value = number(at: start, digits: digits, radix: isHex ? 16 : 10) else {
                return (nil, 1)
            }
            let end = start + digits
            let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: ";")
            return (Self.scalar(value), end - index + (isClosed ? 1 : 0))
        }
        for (name, value) in Self.entities where bytes[(index + 1)...].starts(with: name) {
            return (value, name.count + 1)
        }
        return (nil, 1)
    }

    private func backslash(at index: Int) -> ([UInt8]?, Int) {
        guard index + 1 < bytes.count else { return (nil, 1) }
        let letter = bytes[index + 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"): return ([letter], 2)
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): return ([0x20], 2)
        case UInt8(ascii: "x"):
            guard let value = number(at: index + 2, digits: 2, radix: 16) else { return (nil, 1) }
            return (Self.scalar(value), 4)
        case UInt8(ascii: "u"):
            guard let high = number(at: index + 2, digits: 4, radix: 16) else { return (nil, 1) }
            guard (0xD800..<0xDC00).contains(high), following(index + 5, Array("\\u".utf8)),
                let low = number(at: index + 8, digits: 4, radix: 16), (0xDC00..<0xE000).contains(low)
            else { return (Self.scalar(high), 6) }
            return (Self.scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)), 12)
        default: return (nil, 1)
        }
    }

    private static func scalar(_ value: UInt32) -> [UInt8]? {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) }
    }

    private func number(at index: Int, digits: Int, radix: UInt32) -> UInt32? {
        guard index + digits <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[index..<(index + digits)] {
            let digit = Self.digit(byte)
            guard digit < radix else { return nil }
            value = value &* radix &+ digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt32 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: .max
        }
    }
}

extension TextView {
    /// The text with Unicode-equivalent letters spelled as in the table: `é` is one scalar or two.
    func respelled(_ spelling: [Character: [UInt8]]) -> TextView? {
        guard bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        var view = TextView(reserving: bytes.count)
        var index = 0
        for character in text {
            let length = character.utf8.count
            let range = index..<(index + length)
            if let known = spelling[character] {
                for byte in known { view.append(byte, from: range, of: self) }
            } else {
                for offset in range { view.append(bytes[offset], from: offset..<(offset + 1), of: self) }
            }
            index += length
        }
        return view
    }
}
