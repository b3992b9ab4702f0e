//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CoreMetrics
import Synchronization

/// What the type of a metric is called in Prometheus.
package enum MetricKind: String, Sendable, Hashable {
    case counter
    case gauge
    case histogram
}

/// The labels of a series, sorted by name.
package struct MetricLabels: Sendable, Hashable {
    let pairs: [Pair]

    struct Pair: Sendable, Hashable {
        var name: String
        var value: String
    }

    package init(_ dimensions: [(String, String)] = []) {
        pairs = dimensions.map { Pair(name: $0, value: $1) }.sorted { $0.name < $1.name }
    }
}

/// One line of the text: a value of a series.
package struct MetricSample: Sendable, Hashable {
    /// The name of the metric.
    let metric: String
    let kind: MetricKind
    /// What follows the metric's name, such as `_bucket`.
    let suffix: String
    let labels: MetricLabels
    let value: Double

    init(_ metric: String, _ kind: MetricKind, suffix: String = "", labels: MetricLabels, _ value: Double) {
        (self.metric, self.kind, self.suffix, self.labels, self.value) = (metric, kind, suffix, labels, value)
    }

    /// The current value of something that rises and falls.
    package static func gauge(_ metric: String, labels: [(String, String)] = [], _ value: Double) -> Self {
        MetricSample(metric, .gauge, labels: MetricLabels(labels), value)
    }

    /// The current value of something that only rises.
    package static func counter(_ metric: String, labels: [(String, String)] = [], _ value: Double) -> Self {
        MetricSample(metric, .counter, labels: MetricLabels(labels), value)
    }

    /// A distribution.
    ///
    /// - Parameters:
    ///   - bounds: The upper bounds of the buckets, in their order.
    ///   - counts: How many were in each bucket, and in one more behind the last bound.
    package static func histogram(
        _ metric: String,
        labels: [(String, String)] = [],
        bounds: [Double],
        counts: [Int],
        sum: Double
    ) -> [Self] {
        var samples: [Self] = []
        var total = 0
        for (bound, count) in zip(bounds.map(PrometheusText.number) + ["+Inf"], counts) {
            total += count
            let labels = MetricLabels(labels + [("le", bound)])
            samples.append(MetricSample(metric, .histogram, suffix: "_bucket", labels: labels, Double(total)))
        }
        let labels = MetricLabels(labels)
        samples.append(MetricSample(metric, .histogram, suffix: "_sum", labels: labels, sum))
        samples.append(MetricSample(metric, .histogram, suffix: "_count", labels: labels, Double(total)))
        return samples
    }
}

protocol MetricSeries: AnyObject, Sendable {
    static var kind: MetricKind { get }
    func samples(name: String, labels: MetricLabels) -> [MetricSample]
}

final class CounterSeries: CounterHandler, MetricSeries {
    static let kind = MetricKind.counter
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func samples(name: String, labels: MetricLabels) -> [MetricSample] {
        [MetricSample(name, .counter, labels: labels, Double(value.load(ordering: .relaxed)))]
    }
}

final class GaugeSeries: MeterHandler, RecorderHandler, MetricSeries {
    static let kind = MetricKind.gauge
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func samples(name: String, labels: MetricLabels) -> [MetricSample] {
        [MetricSample(name, .gauge, labels: labels, value.withLock { $0 })]
    }
}

final class HistogramSeries: TimerHandler, RecorderHandler, MetricSeries {
    static let kind = MetricKind.histogram

    private struct State {
        var counts: [Int]
        var count = 0
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(buckets: [Double]) {
        bounds = buckets.sorted()
        state = Mutex(State(counts: [Int](repeating: 0, count: buckets.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            state.count += 1
            state.sum += value
            if let bucket { state.counts[bucket] += 1 }
        }
    }

    func samples(name: String, labels: MetricLabels) -> [MetricSample] {
        let state = self.state.withLock { $0 }
        let last = state.count - state.counts.reduce(0, +)
        return MetricSample.histogram(
            name,
            labels: labels.pairs.map { ($0.name, $0.value) },
            bounds: bounds,
            counts: state.counts + [last],
            sum: state.sum
        )
    }
}
