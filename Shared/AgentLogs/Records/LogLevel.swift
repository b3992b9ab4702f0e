//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How severe a record is. The names are those of Python's `logging`, which existing publishers send.
package enum LogLevel: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    case debug = "DEBUG"
    case info = "INFO"
    case warning = "WARNING"
    case error = "ERROR"
    case critical = "CRITICAL"

    /// Accepts a level in any case, and its usual other names (`warn`, `err`, `fatal`, `trace`, `notice`).
    package init?(name: some StringProtocol) {
        switch name.uppercased() {
        case "DEBUG", "TRACE": self = .debug
        case "INFO", "NOTICE": self = .info
        case "WARNING", "WARN": self = .warning
        case "ERROR", "ERR": self = .error
        case "CRITICAL", "CRIT", "FATAL": self = .critical
        default: return nil
        }
    }

    /// From the least to the most severe.
    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        case .critical: 4
        }
    }
}
