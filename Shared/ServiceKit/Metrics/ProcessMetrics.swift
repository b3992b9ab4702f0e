//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What Prometheus's own libraries tell of a process, under the same names.
enum ProcessMetrics {
    static let descriptions: [String: MetricRegistry.Description] = [
        "process_cpu_seconds_total": .init("CPU time of the process, user and system, in seconds."),
        "process_resident_memory_bytes": .init("Resident memory of the process."),
        "process_open_fds": .init("Open file descriptors."),
        "process_max_fds": .init("The limit on open file descriptors."),
        "process_start_time_seconds": .init("When the process started, in seconds since 1970."),
        "stepcast_build_info": .init("The version that runs; the value is always 1."),
    ]

    static let start = Timestamp.now()

    static func samples() -> [MetricSample] {
        var samples: [MetricSample] = [
            .gauge("stepcast_build_info", labels: [("version", Release.version)], 1),
            .gauge("process_start_time_seconds", Double(start.milliseconds) / 1000),
        ]
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            let time = [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }
            samples.append(.counter("process_cpu_seconds_total", time.reduce(0, +)))
        }
        // statm: total and resident pages.
        if let text = try? String(contentsOf: FilePath("/proc/self/statm")),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        {
            samples.append(.gauge("process_resident_memory_bytes", pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
        }
        if let count = openDescriptors { samples.append(.gauge("process_open_fds", Double(count))) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            samples.append(.gauge("process_max_fds", Double(limit.rlim_cur)))
        }
        return samples
    }

    /// The kernel keeps the number as the size of this directory since Linux 6.2; before, it is 0 and left out.
    private static var openDescriptors: Int? {
        var status = stat()
        guard stat("/proc/self/fd", &status) == 0, status.st_size > 0 else { return nil }
        return status.st_size
    }
}

extension MetricRegistry {
    /// A registry with the metrics that every service has.
    package static func service() -> MetricRegistry {
        let registry = MetricRegistry()
        _ = ProcessMetrics.start
        registry.describe(ProcessMetrics.descriptions)
        registry.describe([
            RequestMetrics.metric: .init("Time from a request to the beginning of its response, in seconds.")
        ])
        registry.collect { ProcessMetrics.samples() }
        return registry
    }
}
