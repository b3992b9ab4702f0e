//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser

/// How large the test is.
struct StressOptions: ParsableArguments {
    @Option(help: "All that is random depends on it: the faults, and what viewers and writers do (default: by chance).")
    var seed: UInt64?

    @Option(help: "How long things break, in seconds (1 to 86400).")
    var seconds = 60.0

    @Option(help: "How many viewers there are at a time (1 to 5000).")
    var viewers = 200

    @Option(help: "How many writers there are (1 to 100).")
    var writers = 4

    @Option(help: "How many runs each writer writes at a time (1 to 100).")
    var runsPerWriter = 3

    @Option(help: "It goes on beyond --seconds until there were as many deliveries, up to three times as long.")
    var deliveriesAtLeast = 0

    @Option(help: "The mean time between two faults, in seconds (0.1 to 3600).")
    var faultInterval = 1.5

    @Option(help: "How long viewers may take to see everything after the last fault, in seconds (1 to 3600).")
    var drainSeconds = 90.0

    @Option(help: "The program stream-gateway (default: beside this one).")
    var gateway: String?

    @Option(
        help: ArgumentHelp(
            "Leave a part of the variety out (may be repeated): "
                + Variety.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "part"
        )
    )
    var without: [Variety] = []

    @Flag(help: "Have the gateways keep an archive in SQLite, and compare it with what was written.")
    var archive = false

    @Flag(help: "Keep the archive in a PostgreSQL instead, which is killed at random too (Debian's postgresql).")
    var postgres = false

    @Flag(help: "Keep the servers' directory, with their logs.")
    var keep = false

    mutating func validate() throws {
        if postgres, !archive { throw ValidationError("--postgres goes with --archive.") }
        try Self.check("seconds", self.seconds, 1...86_400)
        try Self.check("viewers", Double(self.viewers), 1...5000)
        try Self.check("writers", Double(self.writers), 1...100)
        try Self.check("runs-per-writer", Double(runsPerWriter), 1...100)
        try Self.check("deliveries-at-least", Double(deliveriesAtLeast), 0...1e12)
        try Self.check("fault-interval", faultInterval, 0.1...3600)
        try Self.check("drain-seconds", drainSeconds, 1...3600)
    }

    private static func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
        if range.contains(value) { return }
        throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
    }
}
