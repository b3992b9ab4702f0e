//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A point in time in whole milliseconds since 1970, UTC.
///
/// It counts whole milliseconds because the protocol has seconds with three decimals in one place and ISO 8601 in
/// another. A floating-point `Date` between them would sometimes turn .123 into .122.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64

    /// The start of the year 1.
    package static let earliest = Timestamp(milliseconds: -62_135_596_800_000)

    /// The last time that ISO 8601 can write with a four-digit year: 9999-12-31T23:59:59.999Z.
    package static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// The time this many milliseconds after 1970.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Now, by the system's clock.
    package static func now() -> Self {
        Timestamp(seconds: Date().timeIntervalSince1970) ?? Timestamp(milliseconds: 0)
    }

    /// From seconds since 1970 as Python's `time.time()` gives them, rounded to the millisecond. `nil` if the number is
    /// NaN, infinite, or outside the years 1 to 9999.
    package init?(seconds: Double) {
        let milliseconds = (seconds * 1000).rounded()
        guard milliseconds >= Double(Self.earliest.milliseconds), milliseconds <= Double(Self.latest.milliseconds)
        else {
            return nil
        }
        self.milliseconds = Int64(milliseconds)
    }

    /// From a publisher's number: seconds since 1970, or milliseconds if as seconds it would be after the year 9999.
    init?(number: Double) {
        guard let timestamp = Timestamp(seconds: number) ?? (number > 0 ? Timestamp(seconds: number / 1000) : nil)
        else { return nil }
        self = timestamp
    }

    /// From a publisher's text: a number, or ISO 8601. A time without an offset is UTC. Python writes a comma before
    /// the milliseconds.
    init?(text: String) {
        if let number = Double(text) {
            self.init(number: number)
        } else if let timestamp = Timestamp(iso8601: text) ?? Timestamp(iso8601: text.replacing(",", with: ".") + "Z") {
            self = timestamp
        } else {
            return nil
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Seconds since 1970 with three decimals, as in the channel's payload: `1695307200.123`.
    package var secondsText: String {
        let magnitude = milliseconds.magnitude
        return "\(milliseconds < 0 ? "-" : "")\(magnitude / 1000).\(Self.padded(magnitude % 1000, to: 3))"
    }

    static func padded(_ value: UInt64, to width: Int) -> String {
        let digits = String(value)
        let missing = width - digits.utf8.count
        return missing > 0 ? String(repeating: "0", count: missing) + digits : digits
    }
}

extension Timestamp: Codable {
    /// Decodes ISO 8601.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 date and time")
        }
        self = timestamp
    }

    /// Encodes ISO 8601.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}
