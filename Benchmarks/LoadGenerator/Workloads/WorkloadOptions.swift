//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Loopback

/// How big the workloads are, and how long they take.
struct WorkloadOptions: ParsableArguments {
    @Option(help: "How many viewers (default: the workload's, from 50 to 10000).")
    var viewers: Int?

    @Option(help: "Records a second in all, in A to C, F to I, K and L (default: the workload's, 100 to 5000).")
    var rate: Double?

    @Option(help: "How long the measured time is, in seconds.")
    var seconds = 10.0

    @Option(help: "How long to publish before it, in seconds.")
    var warmUp = 2.0

    @Option(help: "How many records viewers are behind in E.")
    var behind = 1000

    @Option(help: "How many records stalled viewers in J have before them.")
    var history = 5000

    @Option(help: "How large the entry of K is, in bytes.")
    var largeBytes = 300_000_000

    @Option(help: "How often viewers come back in E; the median counts.")
    var times = 5

    func validate() throws {
        try check("viewers", self.viewers ?? 1, in: 1...19_000)
        try check("rate", self.rate ?? 1, in: 1...100_000)
        try check("seconds", self.seconds, in: 0.5...600)
        try check("warm-up", warmUp, in: 0...60)
        try check("behind", self.behind, in: 1...15_000)
        try check("history", self.history, in: 1...15_000)
        try check("large-bytes", largeBytes, in: 1...500_000_000)
        try check("times", self.times, in: 1...100)
    }

    private func check<Value: Comparable>(_ name: String, _ value: Value, in range: ClosedRange<Value>) throws {
        if range.contains(value) { return }
        throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
    }
}
