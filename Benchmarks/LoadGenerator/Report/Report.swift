//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Everything that was measured, and how it compares.
struct Report: Codable {
    var machine: MachineFacts
    /// Of the records' texts, in bytes.
    var textLength: Int
    var comparisons: [Comparison]
    /// The measurements that are compared: of each server and workload, the medians of all rounds.
    var compared: [Measurement]
    /// All measurements in the order in which they were taken.
    var measurements: [Measurement]

    /// Puts the report together.
    ///
    /// - Parameter workloads: In the order of the table.
    init(_ measurements: [Measurement], workloads: [Workload], textLength: Int) {
        machine = MachineFacts()
        self.textLength = textLength
        self.measurements = measurements
        comparisons = []
        compared = []
        for workload in workloads {
            let valid = measurements.filter { $0.workload == workload.rawValue && $0.failure == nil }
            if valid.isEmpty { continue }
            let medians = Measurement.medians(valid)
            let stepcast = medians.first { $0.server == ServerKind.stepcast.name }
            let nchan = medians.filter { $0.server != ServerKind.stepcast.name }
                .max { workload.isBetter($1, than: $0) }
            comparisons += workload.comparisons(stepcast, nchan)
            compared += medians
        }
    }

    /// The report as Markdown.
    ///
    /// - Parameter titles: What each workload is.
    func markdown(titles: [String: String]) -> String {
        let facts = machine.lines + ["Texts of \(textLength) bytes; no randomness, hence no seed."]
        let rows = comparisons.map { line in
            [
                "\(line.workload). \(titles[line.workload] ?? "")", line.measure, line.stepcast, line.nchan,
                line.ratio.map { Table.number($0) + "×" } ?? "–", line.target,
                line.isMet.map { $0 ? "met" : "**missed**" } ?? "–",
            ]
        }
        let main = Table.text(["workload", "measure", "Stepcast", "nchan", "ratio", "target", ""], rows)
        let failures = measurements.compactMap { line in
            line.failure.map { "- \(line.workload), \(line.server): failed: \($0)" }
        }
        let tables = compared.isEmpty ? [] : [main, details, checks]
        return ([facts.map { "- \($0)" }.joined(separator: "\n")] + tables + failures).joined(separator: "\n\n")
    }

    private var details: String {
        Table.text(
            [
                "", "server", "taken/s", "delivered/s", "p50 ms", "p99 ms", "max ms", "µs/delivery", "with Redis",
                "Redis µs/record", "bytes", "CPUs", "Redis", "generator", "others", "resident MB", "peak MB",
                "connected in s", "kB/viewer",
                "caught up in s",
            ],
            compared.map { line in
                [line.workload, line.server]
                    + [
                        line.publishedPerSecond, line.deliveriesPerSecond, line.latencyP50, line.latencyP99,
                        line.latencyMaximum, line.microsecondsPerDelivery, line.microsecondsPerDeliveryWithRedis,
                        line.redisMicrosecondsPerRecord, line.bytesPerDelivery, line.serverProcessors,
                        line.redisProcessors, line.generatorProcessors,
                        line.otherProcessors, line.residentMegabytes, line.peakMegabytes, line.connectSeconds,
                        line.kilobytesPerViewer,
                        line.catchUpSeconds,
                    ].map { Table.number($0) }
            }
        )
    }

    private var checks: String {
        Table.text(
            [
                "", "server", "deliveries checked", "lost", "late", "repeated", "out of order", "malformed",
                "closed by the server",
            ],
            compared.map { line in
                [line.workload, line.server]
                    + [
                        line.checked, line.lost, line.late, line.repeated, line.outOfOrder, line.malformed,
                        line.dropped,
                    ]
                    .map { Table.number(Double($0)) }
            }
        )
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension Measurement {
    /// For each server the median of each measure, and the sum of each count.
    static func medians(_ all: [Measurement]) -> [Measurement] {
        var servers: [String] = []
        for measurement in all where !servers.contains(measurement.server) { servers.append(measurement.server) }
        return servers.map { server in Self.median(all.filter { $0.server == server }) }
    }

    private static func median(_ rounds: [Measurement]) -> Measurement {
        var result = rounds[0]
        for path in Self.measures {
            let values = rounds.compactMap { $0[keyPath: path] }.sorted()
            result[keyPath: path] = values.isEmpty ? nil : values[values.count / 2]
        }
        for path in [\Self.checked, \.lost, \.late, \.repeated, \.outOfOrder, \.malformed, \.dropped] {
            result[keyPath: path] = rounds.reduce(0) { $0 + $1[keyPath: path] }
        }
        return result
    }

    private static var measures: [WritableKeyPath<Measurement, Double?>] {
        [
            \.publishedPerSecond, \.deliveriesPerSecond, \.microsecondsPerDelivery,
            \.microsecondsPerDeliveryWithRedis, \.latencyP50, \.latencyP99, \.latencyMaximum, \.serverProcessors,
            \.redisProcessors, \.generatorProcessors, \.otherProcessors, \.residentMegabytes, \.bytesPerDelivery,
            \.connectSeconds, \.kilobytesPerViewer, \.catchUpSeconds, \.redisMicrosecondsPerRecord, \.peakMegabytes,
        ]
    }
}
