//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Loopback

/// The workloads of the benchmark.
enum Workload: String, CaseIterable, ExpressibleByArgument {
    /// One run that everybody watches, at a rate that keeps any server busy.
    case busyRun = "A"
    /// The same at a tenth of the rate.
    case calmRun = "B"
    /// Many runs, each with a viewer of its own.
    case manyRuns = "C"
    /// Viewers of a run on which nothing happens.
    case idle = "D"
    /// Viewers who come back all at once.
    case reconnect = "E"

    /// What it is, for the table.
    func title(_ options: WorkloadOptions) -> String {
        let viewers = self.viewers(options)
        return switch self {
        case .busyRun, .calmRun:
            "\(viewers) viewers of one run, \(Int(self.rate(options))) records/s"
        case .manyRuns:
            "\(viewers) runs with one viewer each, \(Int(self.rate(options))) records/s in all"
        case .idle:
            "\(viewers) idle viewers, heartbeats on"
        case .reconnect:
            "\(viewers) viewers reconnect at once, each \(options.behind) records behind"
        }
    }

    /// Loads a server.
    func measure(
        _ server: any StreamServer,
        options: WorkloadOptions,
        setup: ServerSetup
    ) throws(LoadError) -> Measurement {
        let viewers = self.viewers(options)
        switch self {
        case .busyRun, .calmRun, .manyRuns:
            let load = LiveLoad(
                viewers: viewers,
                runs: self == .manyRuns ? viewers : 1,
                rate: self.rate(options),
                warmUpSeconds: options.warmUp,
                seconds: options.seconds
            )
            return try load.measure(server, workload: self, setup: setup)
        case .idle:
            let load = IdleLoad(viewers: viewers, seconds: options.seconds)
            return try load.measure(server, workload: self, setup: setup)
        case .reconnect:
            let load = ReconnectLoad(viewers: viewers, records: options.behind, times: options.times)
            return try load.measure(server, workload: self, setup: setup)
        }
    }

    /// The setup that it needs: idle viewers must hear heartbeats while they are watched.
    func setup(_ setup: ServerSetup) -> ServerSetup {
        var setup = setup
        if self == .idle { setup.heartbeatSeconds = 2 }
        return setup
    }

    /// Whether of two measurements of servers of one kind this is the better, by what the workload is about.
    func isBetter(_ measurement: Measurement, than other: Measurement) -> Bool {
        switch self {
        case .busyRun: (measurement.deliveriesPerSecond ?? 0) > (other.deliveriesPerSecond ?? 0)
        case .calmRun, .manyRuns:
            (measurement.microsecondsPerDelivery ?? .infinity) < (other.microsecondsPerDelivery ?? .infinity)
        case .idle: (measurement.kilobytesPerViewer ?? .infinity) < (other.kilobytesPerViewer ?? .infinity)
        case .reconnect: (measurement.catchUpSeconds ?? .infinity) < (other.catchUpSeconds ?? .infinity)
        }
    }

    private func viewers(_ options: WorkloadOptions) -> Int {
        options.viewers ?? (self == .idle ? 10_000 : 1000)
    }

    private func rate(_ options: WorkloadOptions) -> Double {
        if let rate = options.rate { return rate }
        switch self {
        case .busyRun: return 1000
        case .calmRun: return 100
        default: return 5000
        }
    }
}
