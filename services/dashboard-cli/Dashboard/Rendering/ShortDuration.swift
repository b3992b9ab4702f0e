//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How long something took, in few characters.
enum ShortDuration {
    /// `9.5s`, `2m05s`, `3h12m`, `5d03h`.
    static func text(_ milliseconds: Int64) -> String {
        let tenths = (milliseconds + 50) / 100
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
            "\(large)\(largeUnit)\(small < 10 ? "0" : "")\(small)\(smallUnit)"
        }
        let seconds = (milliseconds + 500) / 1000
        if seconds < 3600 { return pair(seconds / 60, "m", seconds % 60, "s") }
        if seconds < 86_400 { return pair(seconds / 3600, "h", seconds / 60 % 60, "m") }
        return pair(seconds / 86_400, "d", seconds / 3600 % 24, "h")
    }
}
