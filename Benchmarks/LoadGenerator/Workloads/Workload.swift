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
    /// C and B for publishers of other kinds.
    case manyRunsStored = "F"
    case manyRunsPublished = "G"
    case calmRunStored = "H"
    case calmRunPublished = "I"
    /// Viewers who ask for a long history and do not read it.
    case stalled = "J"
    /// Runs that are watched while another has something very large.
    case largeEntry = "K"
    /// Runs that are watched while viewers want much of another at once.
    case longTail = "L"

    /// How many runs there are.
    enum Runs {
        case one
        /// As many as viewers.
        case many
    }

    var runs: Runs {
        switch self {
        case .manyRuns, .manyRunsStored, .manyRunsPublished, .largeEntry, .longTail: .many
        default: .one
        }
    }

    /// How its records are handed to Redis.
    var form: PublisherForm {
        switch self {
        case .manyRunsStored, .calmRunStored: .storedAndPublished
        case .manyRunsPublished, .calmRunPublished: .published
        default: .ours
        }
    }

    /// What it is, for the table.
    func title(_ options: WorkloadOptions) -> String {
        let viewers = self.viewers(options)
        let rate = Int(self.rate(options))
        let form =
            switch self.form {
            case .ours: ""
            case .storedAndPublished: ", by XADD and PUBLISH"
            case .published: ", by PUBLISH alone"
            }
        return switch self {
        case .busyRun, .calmRun, .calmRunStored, .calmRunPublished:
            "\(viewers) viewers of one run, \(rate) records/s\(form)"
        case .manyRuns, .manyRunsStored, .manyRunsPublished:
            "\(viewers) runs with one viewer each, \(rate) records/s in all\(form)"
        case .idle:
            "\(viewers) idle viewers, heartbeats on"
        case .reconnect:
            "\(viewers) viewers reconnect at once, each \(options.behind) records behind"
        case .stalled:
            "\(viewers) viewers that do not read, each \(options.history) records behind"
        case .largeEntry:
            "\(viewers) runs, \(rate) records/s in all, and an entry of \(options.largeBytes / 1_000_000) MB in another"
        case .longTail:
            "\(viewers) runs, \(rate) records/s in all, and ten viewers a second that want the last \(Self.tail) records of another"
        }
    }

    /// Whether a server has what it takes.
    func suits(_ kind: ServerKind) -> Bool {
        switch (self, kind) {
        case (.largeEntry, .nchan), (.longTail, .nchan): false
        default: true
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
        case .busyRun, .calmRun, .calmRunStored, .calmRunPublished, .manyRuns, .manyRunsStored, .manyRunsPublished:
            let load = LiveLoad(
                viewers: viewers,
                runs: runs == .many ? viewers : 1,
                rate: rate(options),
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
        case .stalled:
            let load = StalledLoad(viewers: viewers, records: options.history, seconds: options.seconds)
            return try load.measure(server, workload: self, setup: setup)
        case .largeEntry, .longTail:
            let load = LargeLoad(
                runs: viewers,
                rate: rate(options),
                seconds: options.seconds,
                burden: self == .longTail ? .tail(records: Self.tail) : .entry(bytes: options.largeBytes)
            )
            return try load.measure(server, workload: self, setup: setup)
        }
    }

    /// The setup that it needs: idle viewers must hear heartbeats while they are watched.
    func setup(_ setup: ServerSetup) -> ServerSetup {
        var setup = setup
        if self == .idle { setup.heartbeatSeconds = 2 }
        setup.form = form
        return setup
    }

    /// Whether of two measurements of servers of one kind this is the better, by what the workload is about.
    func isBetter(_ measurement: Measurement, than other: Measurement) -> Bool {
        switch self {
        case .busyRun: (measurement.deliveriesPerSecond ?? 0) > (other.deliveriesPerSecond ?? 0)
        case .calmRun, .calmRunStored, .calmRunPublished, .manyRuns, .manyRunsStored, .manyRunsPublished:
            (measurement.microsecondsPerDelivery ?? .infinity) < (other.microsecondsPerDelivery ?? .infinity)
        case .idle, .stalled: (measurement.kilobytesPerViewer ?? .infinity) < (other.kilobytesPerViewer ?? .infinity)
        case .reconnect: (measurement.catchUpSeconds ?? .infinity) < (other.catchUpSeconds ?? .infinity)
        case .largeEntry, .longTail: (measurement.latencyMaximum ?? .infinity) < (other.latencyMaximum ?? .infinity)
        }
    }

    /// The most that a viewer can ask for.
    private static let tail = 10_000

    private func viewers(_ options: WorkloadOptions) -> Int {
        if let viewers = options.viewers { return viewers }
        return switch self {
        case .idle: 10_000
        case .stalled: 300
        case .largeEntry, .longTail: 50
        default: 1000
        }
    }

    private func rate(_ options: WorkloadOptions) -> Double {
        if let rate = options.rate { return rate }
        return switch self {
        case .busyRun: 1000
        case .calmRun, .calmRunStored, .calmRunPublished: 100
        case .largeEntry, .longTail: 500
        default: 5000
        }
    }
}
