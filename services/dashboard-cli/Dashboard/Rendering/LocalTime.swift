//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Glibc

/// Times for people, in the time zone of this process.
enum LocalTime {
    /// `10:30:00`.
    static func timeOfDay(_ timestamp: Timestamp) -> String {
        let time = components(of: timestamp)
        return [time.tm_hour, time.tm_min, time.tm_sec].map { padded($0) }.joined(separator: ":")
    }

    /// `2025-09-21 10:30:00`.
    static func dateAndTime(_ timestamp: Timestamp) -> String {
        let time = components(of: timestamp)
        let date = "\(time.tm_year + 1900)-\(padded(time.tm_mon + 1))-\(padded(time.tm_mday))"
        return "\(date) \(timeOfDay(timestamp))"
    }

    private static func components(of timestamp: Timestamp) -> tm {
        var seconds = time_t(timestamp.milliseconds / 1000)
        var result = tm()
        localtime_r(&seconds, &result)
        return result
    }

    private static func padded(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
