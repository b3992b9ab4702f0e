//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One line of the table: a measure of Stepcast beside that of nchan, and the target that it has.
struct Comparison: Codable {
    var workload: String
    var measure: String
    var stepcast: String
    var nchan: String
    var ratio: Double?
    var target: String
    /// `nil` when one of the two was not measured.
    var isMet: Bool?

    /// A measure that has to stay below, or above, a multiple of nchan's.
    init(
        _ workload: Workload,
        _ measure: String,
        _ stepcast: Measurement?,
        _ nchan: Measurement?,
        _ value: KeyPath<Measurement, Double?>,
        target: String,
        isMet: (_ ratio: Double) -> Bool
    ) {
        self.init(workload, measure, stepcast, nchan, value, target: target)
        self.isMet = self.ratio.map(isMet)
    }

    /// A measure that has a limit of its own.
    init(
        _ workload: Workload,
        _ measure: String,
        _ stepcast: Measurement?,
        _ nchan: Measurement?,
        _ value: KeyPath<Measurement, Double?>,
        target: String,
        isEnough: (_ stepcast: Double) -> Bool
    ) {
        self.init(workload, measure, stepcast, nchan, value, target: target)
        isMet = (stepcast?[keyPath: value]).map(isEnough)
    }

    /// A measure that has no target.
    init(
        _ workload: Workload,
        _ measure: String,
        _ stepcast: Measurement?,
        _ nchan: Measurement?,
        _ value: KeyPath<Measurement, Double?>,
        target: String = "–"
    ) {
        self.workload = workload.rawValue
        self.measure = measure
        self.target = target
        let (own, other) = (stepcast?[keyPath: value], nchan?[keyPath: value])
        self.stepcast = own.map(Table.number) ?? "–"
        self.nchan = other.map(Table.number) ?? "–"
        if let own, let other, other > 0 { ratio = own / other }
    }
}

extension Workload {
    /// The targets, as the project has set them.
    func comparisons(_ stepcast: Measurement?, _ nchan: Measurement?) -> [Comparison] {
        let processor = "µs of CPU per delivery"
        let (cost, p99) = (\Measurement.microsecondsPerDelivery, \Measurement.latencyP99)
        return switch self {
        case .busyRun:
            [
                Comparison(
                    self,
                    "deliveries/s",
                    stepcast,
                    nchan,
                    \.deliveriesPerSecond,
                    target: "≥ 7× nchan's",
                    isMet: { $0 >= 7 }
                ),
                Comparison(self, processor, stepcast, nchan, cost, target: "≤ 0.15× nchan's", isMet: { $0 <= 0.15 }),
                Comparison(self, "p99, ms", stepcast, nchan, p99, target: "< 100 ms", isEnough: { $0 < 100 }),
            ]
        case .calmRun, .calmRunStored, .calmRunPublished, .manyRuns, .manyRunsStored, .manyRunsPublished:
            [
                Comparison(self, processor, stepcast, nchan, cost, target: "≤ 1.0× nchan's", isMet: { $0 <= 1 }),
                Comparison(self, "the same with Redis", stepcast, nchan, \.microsecondsPerDeliveryWithRedis),
                Comparison(self, "µs of Redis's CPU per record", stepcast, nchan, \.redisMicrosecondsPerRecord),
                Comparison(self, "p50, ms", stepcast, nchan, \.latencyP50),
                runs == .one
                    ? Comparison(self, "p99, ms", stepcast, nchan, p99, target: "≤ 1.0× nchan's", isMet: { $0 <= 1 })
                    : Comparison(self, "p99, ms", stepcast, nchan, p99),
            ]
        case .stalled:
            [
                Comparison(
                    self,
                    "kB resident per viewer",
                    stepcast,
                    nchan,
                    \.kilobytesPerViewer,
                    target: "≤ 262 kB",
                    isEnough: { $0 <= 262.144 }
                ),
                Comparison(self, "s until all have read on", stepcast, nchan, \.catchUpSeconds),
            ]
        case .largeEntry, .longTail:
            [
                Comparison(self, "the greatest delay of others, ms", stepcast, nchan, \.latencyMaximum),
                Comparison(self, "peak MB", stepcast, nchan, \.peakMegabytes),
                Comparison(self, "s until the large one has come", stepcast, nchan, \.catchUpSeconds),
            ]
        case .idle:
            [
                Comparison(
                    self,
                    "kB resident per viewer",
                    stepcast,
                    nchan,
                    \.kilobytesPerViewer,
                    target: "≤ 12 kB",
                    isEnough: { $0 <= 12 }
                )
            ]
        case .reconnect:
            [
                Comparison(
                    self,
                    "s until all have caught up",
                    stepcast,
                    nchan,
                    \.catchUpSeconds,
                    target: "≤ 0.5× nchan's",
                    isMet: { $0 <= 0.5 }
                )
            ]
        }
    }
}
