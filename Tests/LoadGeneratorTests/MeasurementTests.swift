//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback
import Testing

@testable import LoadGenerator

@Suite("Measurements")
struct MeasurementTests {
    @Test("Quantiles are right to 2 %", arguments: [1, 50, 999, 1_000_000, 5_000_000_000] as [Int64])
    func quantiles(unit: Int64) throws {
        var histogram = LatencyHistogram()
        for value in 1...1000 { histogram.record(Int64(value) * unit) }
        for (share, exact) in [(0.5, 500), (0.99, 990), (1, 1000)] {
            let value = Double(try #require(histogram.quantile(share)))
            let expected = Double(exact) * Double(unit)
            #expect(value >= expected && value <= expected * 1.02, "\(share)")
        }
        #expect(histogram.maximum == 1000 * unit)
    }

    @Test("No latencies, no quantile")
    func empty() {
        #expect(LatencyHistogram().quantile(0.99) == nil)
    }

    @Test("A latency beyond all measure is counted as well")
    func extremes() {
        var histogram = LatencyHistogram()
        histogram.record(-5)
        histogram.record(.max)
        #expect(histogram.quantile(0.5) == 0)
        #expect(histogram.quantile(1) == .max)
    }

    @Test("The processor time of a process is what it has used")
    func processorTime() {
        let own = [Int32(ProcFile.read("/proc/self/stat")?.split(separator: " ").first ?? "") ?? 0]
        let (before, start) = (ProcessUsage(of: own).processorSeconds, Clock.now)
        var sum = 0.0
        while ProcessUsage(of: own).processorSeconds < before + 0.1, (Clock.now - start).seconds < 60 {
            for value in 1...100_000 { sum += Double(value).squareRoot() }
        }
        #expect(sum > 0)
        #expect(ProcessUsage(of: own).processorSeconds >= before + 0.1)
        #expect(ProcessUsage.residentBytes(of: own) > 1 << 20)
    }

    private func measurement(_ server: String, _ deliveries: Double, _ cost: Double, _ p99: Double) -> Measurement {
        var measurement = Measurement(.busyRun, .stepcast, failure: "")
        measurement.failure = nil
        measurement.server = server
        measurement.deliveriesPerSecond = deliveries
        measurement.microsecondsPerDelivery = cost
        measurement.latencyP99 = p99
        return measurement
    }

    @Test("Stepcast is compared with the better nchan, by the medians of all rounds")
    func report() throws {
        let measurements = [
            measurement("Stepcast", 700, 1.5, 99), measurement("nchan", 100, 10, 5000),
            measurement("nchan (auto workers)", 90, 1, 10), measurement("Stepcast", 690, 1.4, 10),
            measurement("Stepcast", 710, 1.6, 200),
        ]
        let report = Report(measurements, workloads: [.busyRun], textLength: 100)
        #expect(report.comparisons.map(\.stepcast) == ["700", "1.50", "99.0"])
        #expect(report.comparisons.map(\.nchan) == ["100", "10.0", "5,000"])
        #expect(report.comparisons.map(\.isMet) == [true, true, true])
        #expect(report.markdown(titles: [:]).contains("| deliveries/s | 700 | 100 | 7.00× | ≥ 7× nchan's | met |"))
    }

    @Test("A measurement that failed is told, and not compared")
    func failure() {
        let failed = Measurement(.idle, .stepcast, failure: "no memory")
        let report = Report([failed], workloads: [.idle], textLength: 100)
        #expect(report.comparisons.isEmpty)
        #expect(report.markdown(titles: [:]).hasSuffix("- D, Stepcast: failed: no memory"))
    }

    @Test("A missed target is said to be missed, and one without a measurement is not judged")
    func missed() {
        let slow = measurement("Stepcast", 699, 1.51, 100)
        let nchan = measurement("nchan", 100, 10, 5000)
        #expect(Workload.busyRun.comparisons(slow, nchan).map(\.isMet) == [false, false, false])
        #expect(Workload.busyRun.comparisons(slow, nil).map(\.isMet) == [nil, nil, false])
    }

    @Test(
        "Numbers are written with about three digits that matter",
        arguments: [
            (0, "0"), (0.0123, "0.012"), (1.005, "1.00"), (12.34, "12.3"), (123.6, "124"), (999_999.5, "1,000,000"),
        ]
    )
    func numbers(value: Double, text: String) {
        #expect(Table.number(value) == text)
    }
}
