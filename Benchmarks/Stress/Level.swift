//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How severe a record is.
enum Level: Int, CaseIterable, Comparable {
    case debug
    case info
    case warning
    case error
    case critical

    /// As it is written.
    var name: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
}
