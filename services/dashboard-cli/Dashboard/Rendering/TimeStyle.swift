//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Glibc

/// How times are written for people: in the time zone of this process, or in UTC.
struct TimeStyle: Sendable {
    var isUTC = false
    /// Date, milliseconds and time zone with each time.
    var isFull = false

    /// What a line begins with: `10:30:00`, or `2025-09-21T10:30:00.000+02:00` in full.
    func lineStart(_ timestamp: Timestamp) -> String {
        guard isFull else { return timeOfDay(timestamp) }
        guard !isUTC else { return timestamp.iso8601 }
        let minutes = components(of: timestamp).tm_gmtoff / 60
        let milliseconds = (timestamp.milliseconds % 1000 + 1000) % 1000
        let fraction = String(1000 + milliseconds).dropFirst()
        let offset = "\(minutes < 0 ? "-" : "+")\(padded(abs(minutes) / 60)):\(padded(abs(minutes) % 60))"
        return "\(date(timestamp))T\(timeOfDay(timestamp)).\(fraction)\(offset)"
    }

    /// `10:30:00`.
    func timeOfDay(_ timestamp: Timestamp) -> String {
        let time = components(of: timestamp)
        return [time.tm_hour, time.tm_min, time.tm_sec].map { padded(Int($0)) }.joined(separator: ":")
    }

    /// `2025-09-21`.
    func date(_ timestamp: Timestamp) -> String {
        let time = components(of: timestamp)
        return "\(time.tm_year + 1900)-\(padded(Int(time.tm_mon) + 1))-\(padded(Int(time.tm_mday)))"
    }

    /// `2025-09-21 10:30:00`.
    func dateAndTime(_ timestamp: Timestamp) -> String {
        "\(date(timestamp)) \(timeOfDay(timestamp))"
    }

    /// As short as it can be: `10:30:00` today, `09-21 10:30` this year, else `2025-09-21`.
    func brief(_ timestamp: Timestamp, now: Timestamp = .now()) -> String {
        let (day, today) = (date(timestamp), date(now))
        if day == today { return timeOfDay(timestamp) }
        return day.prefix(5) == today.prefix(5) ? "\(day.dropFirst(5)) \(timeOfDay(timestamp).prefix(5))" : day
    }

    private func components(of timestamp: Timestamp) -> tm {
        var seconds = time_t((Double(timestamp.milliseconds) / 1000).rounded(.down))
        var result = tm()
        if isUTC { gmtime_r(&seconds, &result) } else { localtime_r(&seconds, &result) }
        return result
    }

    private func padded(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
