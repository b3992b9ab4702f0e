//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Dates of the proleptic Gregorian calendar. They are not read and written by Foundation, because its parser accepts
/// the 31st of September as the 1st of October and switches to the Julian calendar before 1582.
extension Timestamp {
    /// `2025-09-21T10:30:00.123Z`.
    package var iso8601: String {
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        let (year, month, day) = Self.civil(days: days)
        let clock = UInt32(rest)
        return String(unsafeUninitializedCapacity: 24) { text in
            _ = text.initialize(fromContentsOf: "0000-00-00T00:00:00.000Z".utf8)
            func put(_ value: UInt32, at start: Int, digits: Int) {
                var value = value
                for index in (start..<start + digits).reversed() {
                    text[index] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
            }
            put(UInt32(max(year, 0)), at: 0, digits: 4)
            put(UInt32(month), at: 5, digits: 2)
            put(UInt32(day), at: 8, digits: 2)
            put(clock / 3_600_000, at: 11, digits: 2)
            put(clock / 60_000 % 60, at: 14, digits: 2)
            put(clock / 1000 % 60, at: 17, digits: 2)
            put(clock % 1000, at: 20, digits: 3)
            return 24
        }
    }

    /// Parses a date and time of RFC 3339, section 5.6. Fractions of a second are optional and cut to milliseconds. The
    /// offset is `Z`, `+02:00` (`2025-09-21T12:30:00.123456+02:00`) or, as `strftime` writes it, `+0200`. `nil` for
    /// anything else, for a date that does not exist, and for times outside the years 1 to 9999.
    package init?(iso8601 text: String) {
        var rest = Substring(text).utf8
        guard let year = rest.takeNumber(digits: 4), rest.take("-"), let month = rest.takeNumber(digits: 2),
            rest.take("-"), let day = rest.takeNumber(digits: 2), rest.take("T") || rest.take("t") || rest.take(" "),
            let hour = rest.takeNumber(digits: 2), rest.take(":"), let minute = rest.takeNumber(digits: 2),
            rest.take(":"), let second = rest.takeNumber(digits: 2)
        else { return nil }
        guard year >= 1, let days = Self.days(year: year, month: month, day: day) else { return nil }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        guard let fraction = rest.takeFraction(), let offset = rest.takeOffset(), rest.isEmpty else { return nil }
        milliseconds = days * 86_400_000 + (hour * 60 + minute - offset) * 60_000 + second * 1000 + fraction
        // An offset can move a time on the first or last day out of the calendar.
        guard self >= .earliest, self <= .latest else { return nil }
    }

    /// The date of a day counted from 1970. It counts 400-year eras of 146,097 days, with years that begin in March so
    /// that the leap day is the last day of a year.
    private static func civil(days: Int64) -> (year: Int64, month: UInt64, day: UInt64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (Int64(yearOfEra) + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The reverse of ``civil(days:)``; `nil` for a date that does not exist.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let marchYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = marchYear.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = Int64(yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100) + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        // The 31st of a month with 30 days has become the 1st of the next.
        return Self.civil(days: days).day == UInt64(day) ? days : nil
    }
}

extension Int64 {
    /// The quotient rounded down, and the remainder, which is at least 0 and below the divisor. It never overflows.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: UInt64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, UInt64(remainder + divisor)) : (quotient, UInt64(remainder))
    }
}

extension Substring.UTF8View {
    private var firstDigit: Int64? {
        guard let byte = first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        return Int64(byte - UInt8(ascii: "0"))
    }

    fileprivate mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard first == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    fileprivate mutating func takeNumber(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = firstDigit else { return nil }
            value = value * 10 + digit
            removeFirst()
        }
        return value
    }

    /// The milliseconds of a fraction of any length, 0 if there is none. `nil` for a point without digits.
    fileprivate mutating func takeFraction() -> Int64? {
        guard take(".") else { return 0 }
        guard firstDigit != nil else { return nil }
        var (value, weight): (Int64, Int64) = (0, 100)
        while let digit = firstDigit {
            value += digit * weight
            weight /= 10
            removeFirst()
        }
        return value
    }

    /// The minutes east of UTC.
    fileprivate mutating func takeOffset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-") else { return nil }
        guard let hours = takeNumber(digits: 2) else { return nil }
        _ = take(":")
        guard let minutes = takeNumber(digits: 2), hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isEast ? 1 : -1)
    }
}
