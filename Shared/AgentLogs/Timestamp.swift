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
/// Whole milliseconds, because the wire has seconds with three decimals in one place and ISO 8601 in another, and a
/// floating-point `Date` between them turns .123 into .122 now and then.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// The moment that is so many milliseconds after 1970.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Now, by the system's clock.
    public static func now() -> Self {
        Timestamp(seconds: Date().timeIntervalSince1970) ?? Timestamp(milliseconds: 0)
    }

    /// From seconds since 1970 as Python's `time.time()` gives them, rounded to the millisecond. `nil` for what is no
    /// moment of the years 1 to 9999: not a number, infinite, or out of range.
    public init?(seconds: Double) {
        let milliseconds = (seconds * 1000).rounded()
        guard milliseconds >= -62_135_596_800_000, milliseconds < 253_402_300_800_000 else { return nil }
        self.milliseconds = Int64(milliseconds)
    }

    /// Parses ISO 8601 with or without fractions of a second (`2025-09-21T10:30:00.123Z`).
    public init?(iso8601 text: String) {
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let date = (try? fractional.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
        guard let date, let timestamp = Timestamp(seconds: date.timeIntervalSince1970) else { return nil }
        self = timestamp
    }

    /// Earlier is less.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// Seconds since 1970 with three decimals, as in the channel's payload: `1695307200.123`.
    public var secondsText: String {
        let magnitude = self.milliseconds.magnitude
        return "\(self.milliseconds < 0 ? "-" : "")\(magnitude / 1000).\(Self.padded(magnitude % 1000, to: 3))"
    }

    /// `2025-09-21T10:30:00.123Z`.
    public var iso8601: String {
        let days = self.milliseconds.flooredQuotient(86_400_000)
        let rest = UInt64(self.milliseconds - days * 86_400_000)
        let (year, month, day) = Self.civil(days: days)
        let date = "\(Self.padded(UInt64(max(year, 0)), to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
        let hours = Self.padded(rest / 3_600_000, to: 2)
        let minutes = Self.padded(rest / 60_000 % 60, to: 2)
        let seconds = Self.padded(rest / 1000 % 60, to: 2)
        return "\(date)T\(hours):\(minutes):\(seconds).\(Self.padded(rest % 1000, to: 3))Z"
    }

    private static func padded(_ value: UInt64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day counted from 1970 in the proleptic Gregorian calendar, by counting whole 400-year eras of
    /// 146,097 days with years that begin in March, so that the leap day is the last of its year.
    private static func civil(days: Int64) -> (year: Int64, month: UInt64, day: UInt64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = UInt64(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), UInt64(month), day)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp: Codable {
    /// Decodes ISO 8601.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(iso8601: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 date and time")
        }
        self = timestamp
    }

    /// Encodes ISO 8601.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.iso8601)
    }
}
