//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// What processes have used so far, as `/proc` says.
struct ProcessUsage {
    /// Processor time in user and kernel mode, in seconds, in steps of a clock tick (10 ms).
    var processorSeconds: Double

    /// Of all processes; a process that is gone counts as 0.
    init(of processes: [Int32]) {
        let ticks = processes.reduce(0) { $0 + Self.ticks(in: "/proc/\($1)/stat") }
        processorSeconds = Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory, in bytes. Pages that processes share are divided among them.
    static func residentBytes(of processes: [Int32]) -> Int {
        processes.reduce(0) { $0 + (ProcFile.number("Pss", in: "/proc/\($1)/smaps_rollup") ?? 0) } * 1024
    }

    /// The most resident memory that they ever had, in bytes.
    static func peakBytes(of processes: [Int32]) -> Int {
        processes.reduce(0) { $0 + (ProcFile.number("VmHWM", in: "/proc/\($1)/status") ?? 0) } * 1024
    }

    /// How many files and sockets are open.
    static func openDescriptors(of processes: [Int32]) -> Int {
        processes.reduce(0) { count, process in
            guard let directory = opendir("/proc/\(process)/fd") else { return count }
            defer { closedir(directory) }
            var entries = 0
            while readdir(directory) != nil { entries += 1 }
            return count + entries
        }
    }

    /// A process's children.
    static func children(of process: Int32) -> [Int32] {
        let text = ProcFile.read("/proc/\(process)/task/\(process)/children") ?? ""
        return text.split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) }
    }

    /// Processor time of the whole machine that was not idle, in seconds.
    static var machineSeconds: Double {
        let line = ProcFile.read("/proc/stat")?.split(separator: "\n").first ?? ""
        let columns = line.split(separator: " ").dropFirst().compactMap { Int($0) }
        guard columns.count >= 8 else { return 0 }
        let busy = columns[0] + columns[1] + columns[2] + columns[5] + columns[6] + columns[7]
        return Double(busy) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// User and system time: the 14th and the 15th field. The 2nd is the program's name, which may hold anything.
    private static func ticks(in path: String) -> Int {
        guard let text = ProcFile.read(path), let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[end...].split(separator: " ")
        return fields.count > 13 ? (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0) : 0
    }
}
