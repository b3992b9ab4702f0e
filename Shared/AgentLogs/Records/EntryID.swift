//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The id of an entry of a Redis stream, `<milliseconds>-<sequence>`. It is also the record's SSE event id, which
/// viewers send back as `Last-Event-ID`.
package struct EntryID: Hashable, Sendable, Comparable, LosslessStringConvertible {
    /// Milliseconds since 1970, by the clock of the Redis server.
    package var milliseconds: UInt64

    /// Counts the entries of one millisecond from 0.
    package var sequence: UInt64

    /// The position before every entry.
    package static let zero = EntryID(milliseconds: 0, sequence: 0)

    /// Combines the two numbers.
    package init(milliseconds: UInt64, sequence: UInt64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    /// Parses `<milliseconds>-<sequence>`, or `<milliseconds>` alone as Redis does.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        let id = text.withUTF8 { bytes in
            Self(ascii: bytes) ?? Self.number(bytes[...]).map { Self(milliseconds: $0, sequence: 0) }
        }
        guard let id else { return nil }
        self = id
    }

    /// Parses `<milliseconds>-<sequence>` from bytes. A number alone is not accepted here: it may be another kind of
    /// id.
    package init?(ascii text: UnsafeBufferPointer<UInt8>) {
        guard let separator = text.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        guard let milliseconds = Self.number(text[..<separator]), let sequence = Self.number(text[(separator + 1)...])
        else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    /// Digits only: `UInt64.init` would also take a sign.
    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 20 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// `<milliseconds>-<sequence>`.
    package var description: String { "\(milliseconds)-\(sequence)" }

    /// The greatest id that Redis allows. No entry can follow it.
    package static let greatest = EntryID(milliseconds: .max, sequence: .max)

    /// The id right before this one. The predecessor of zero is zero.
    package var predecessor: EntryID {
        if sequence > 0 { return EntryID(milliseconds: milliseconds, sequence: sequence - 1) }
        if milliseconds > 0 { return EntryID(milliseconds: milliseconds - 1, sequence: .max) }
        return .zero
    }

    /// The order of the entries in the stream.
    package static func < (left: Self, right: Self) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }
}
