//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// What the numbers depend on.
struct MachineFacts: Codable {
    var processor: String
    var processors: Int
    var kernel: String
    var memoryMegabytes: Int
    /// As `/proc/loadavg` says: over 1, 5 and 15 minutes.
    var load: String

    init() {
        let cpu = ProcFile.read("/proc/cpuinfo") ?? ""
        let model = cpu.split(separator: "\n").first { $0.hasPrefix("model name") }
        processor = model.flatMap { $0.split(separator: ":").last }.map { String($0.drop { $0 == " " }) } ?? "?"
        processors = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        self.kernel = ProcFile.read("/proc/sys/kernel/osrelease").map { String($0.dropLast()) } ?? "?"
        memoryMegabytes = (ProcFile.number("MemTotal", in: "/proc/meminfo") ?? 0) / 1024
        let load = ProcFile.read("/proc/loadavg")?.split(separator: " ").prefix(3).joined(separator: " ")
        self.load = load ?? "?"
    }

    var lines: [String] {
        [
            "\(self.processors) processors (\(processor)), \(memoryMegabytes) MiB, Linux \(kernel), "
                + "load \(self.load)"
        ]
    }
}
