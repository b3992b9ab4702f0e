//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import Testing

@Suite("Points in time")
struct TimestampTests {
    @Test(
        "Known dates are written as ISO 8601",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (1_695_307_200_123, "2023-09-21T14:40:00.123Z"),
            (1_758_450_600_000, "2025-09-21T10:30:00.000Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            // 2100 and 1900 are not leap years, though they are divisible by 4.
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ]
    )
    func knownDates(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test("Every day of the years 1 to 9999 is written and read back")
    func everyYear() {
        // A step that is not a multiple of a day covers all months and times of day.
        for milliseconds in stride(from: Int64(-62_135_596_800_000), to: 253_402_300_800_000, by: 11_159_123_457) {
            let timestamp = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(iso8601: timestamp.iso8601) == timestamp, "\(milliseconds)")
        }
    }

    @Test("Seconds with three decimals and milliseconds are the same to the millisecond")
    func seconds() throws {
        for start in [Int64(0), 1_695_307_200_000, 253_402_300_799_000, -62_135_596_800_000, -1000] {
            for offset in Int64(0)..<1000 {
                let timestamp = Timestamp(milliseconds: start + offset)
                let seconds = try #require(Double(timestamp.secondsText))
                #expect(Timestamp(seconds: seconds) == timestamp, "\(timestamp.secondsText)")
            }
        }
    }

    @Test(
        "Seconds are written with three decimals",
        arguments: [
            (Int64(1_695_307_200_123), "1695307200.123"), (1_695_307_200_000, "1695307200.000"), (7, "0.007"),
            (0, "0.000"), (-7, "-0.007"), (-1500, "-1.500"), (Int64.min, "-9223372036854775.808"),
        ]
    )
    func secondsText(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).secondsText == text)
    }

    @Test(
        "Seconds outside the years 1 to 9999 are rejected",
        arguments: [
            Double.nan, .infinity, -.infinity, 1e300, -1e300, .greatestFiniteMagnitude, 253_402_300_800,
            -62_135_596_800.001,
        ]
    )
    func outOfRange(seconds: Double) {
        #expect(Timestamp(seconds: seconds) == nil)
    }

    @Test("The first and the last time are accepted")
    func limits() {
        #expect(Timestamp(seconds: -62_135_596_800)?.iso8601 == "0001-01-01T00:00:00.000Z")
        #expect(Timestamp(seconds: 253_402_300_799.999)?.iso8601 == "9999-12-31T23:59:59.999Z")
    }

    @Test(
        "Milliseconds outside the calendar are still written",
        arguments: [Int64.min, .max, -62_135_596_800_001]
    )
    func extremes(milliseconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601.hasSuffix("Z"))
    }

    @Test(
        "ISO 8601 is read with and without fractions",
        arguments: [
            ("2023-09-21T14:40:00Z", Int64(1_695_307_200_000)),
            ("2023-09-21T14:40:00.123Z", 1_695_307_200_123),
            ("2023-09-21T14:40:00.1Z", 1_695_307_200_100),
            // As written by Python's datetime.
            ("2023-09-21T14:40:00.123456Z", 1_695_307_200_123),
            ("2023-09-21T14:40:00.123456+00:00", 1_695_307_200_123),
            ("2023-09-21T14:40:00+00:00", 1_695_307_200_000),
            ("2023-09-21T16:40:00+02:00", 1_695_307_200_000),
            ("2023-09-21 09:10:00.123999-05:30", 1_695_307_200_123),
        ]
    )
    func forms(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(
        "Anything but a date and time is rejected",
        arguments: [
            "", " ", "now", "1695307200.123", "2023-09-21", "14:40:00Z", "2023-13-21T14:40:00Z", "2023-02-29T00:00:00Z",
            "2023-09-31T00:00:00Z", "2023-09-21T24:40:00Z", "2023-09-21T14:60:00Z", "2023-09-21 at noon",
            "2023-09-21T14:40:00Z and more", "2023-09-21T14:40:00.Z",
            "2023-09-21T14:40:00", "2023-09-21T14:40:00+2:00", "2023-09-21T14:40:00+24:00", "2023-09-21T14:40:60Z",
            "2023-00-21T14:40:00Z", "2023-09-00T14:40:00Z", "1900-02-29T00:00:00Z", "0000-12-31T23:59:59Z",
            "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2023-09-21T14:40:0１Z", "+2023-09-21T14:40:00Z",

        ]
    )
    func invalid(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test("Now lies between two readings of the clock")
    func now() {
        let before = Date().timeIntervalSince1970
        let now = Timestamp.now()
        let after = Date().timeIntervalSince1970
        #expect(Double(now.milliseconds) >= (before * 1000).rounded(.down))
        #expect(Double(now.milliseconds) <= (after * 1000).rounded(.up))
    }

    @Test("Timestamps order by time")
    func order() {
        #expect(Timestamp(milliseconds: -1) < Timestamp(milliseconds: 0))
        #expect(!(Timestamp(milliseconds: 5) < Timestamp(milliseconds: 5)))
    }

    @Test("In JSON it is ISO 8601")
    func json() throws {
        let timestamp = Timestamp(milliseconds: 1_695_307_200_123)
        let encoded = try JSONEncoder().encode([timestamp])
        #expect(String(decoding: encoded, as: UTF8.self) == #"["2023-09-21T14:40:00.123Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: encoded) == [timestamp])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[\"x\"]".utf8)) }
    }
}
