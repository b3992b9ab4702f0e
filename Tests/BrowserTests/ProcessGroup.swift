//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// The processes of a group as the system sees them.
enum ProcessGroup {
    /// The process ids of the group's members that have not ended; one that ended and waits to be reaped has.
    static func members(of group: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { process in
            guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
                return false
            }
            // The name, in parentheses, may hold spaces; what follows it is: state, parent, group.
            let fields = status.drop { $0 != ")" }.split(separator: " ").dropFirst()
            guard fields.count > 2, fields[fields.startIndex] != "Z" else { return false }
            return Int32(fields[fields.startIndex + 2]) == group
        }
    }

    /// How long its processes have run on processors.
    static func processorTime(of group: Int32) -> Duration {
        let ticks = members(of: group).reduce(0) { sum, process in
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            // Behind the name: the 12th and 13th are the times of the process and of the system for it.
            let fields = (status ?? "").drop { $0 != ")" }.split(separator: " ").dropFirst()
            return sum + fields.dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
        }
        return .milliseconds(ticks * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }
}
