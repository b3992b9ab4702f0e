//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// A place in the bytes of a payload, which moves over what has exactly our publishers' form.
struct PayloadCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    /// - Parameter bytes: UTF-8.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// The value of a field: of a string what is between the quotes.
    mutating func value(_ form: RecordField.Form) -> Range<Int>? {
        switch form {
        case .text, .agentName, .identifier, .level, .kind, .entryID: string()
        case .time: digits(or: UInt8(ascii: "."))
        case .number(let least): number(from: least)
        // Its names would have to be sorted.
        case .json: nil
        }
    }

    mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return start..<(index - 1)
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count else { return nil }
                switch bytes[index + 1] {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    index += 2
                default:
                    return nil
                }
            case 0..<0x20:
                return nil
            case 0xC2 where follows(0x85), 0xE2 where follows(0x80, 0xA8) || follows(0x80, 0xA9):
                return nil
            default:
                index += 1
            }
        }
        return nil
    }

    /// Whether these bytes follow: U+0085, U+2028 and U+2029 have to be escaped.
    private func follows(_ first: UInt8, _ second: UInt8? = nil) -> Bool {
        let index = self.index + 1
        guard index < bytes.count, bytes[index] == first else { return false }
        guard let second else { return true }
        return index + 1 < bytes.count && bytes[index + 1] == second
    }

    private mutating func digits(or other: UInt8? = nil) -> Range<Int>? {
        let start = index
        while index < bytes.count, isDigit || bytes[index] == other { index += 1 }
        return index > start ? start..<index : nil
    }

    /// A number as it is written: without a leading zero, which is no JSON, and of at most 15 digits, as a longer one may
    /// be beyond 2^53, which is none of ours.
    private mutating func number(from least: Int) -> Range<Int>? {
        guard let digits = digits(), digits.count <= 15 else { return nil }
        guard bytes[digits.lowerBound] != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        return Self.number(bytes[digits]) >= least ? digits : nil
    }

    /// The number that digits say.
    static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private var isDigit: Bool {
        bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
    }
}
