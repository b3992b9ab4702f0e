//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import CoreMetrics
import Synchronization

/// The metrics of one service, written as Prometheus text on request.
///
/// It is a factory for swift-metrics, so that libraries report to it too. A metric's series are those of its label
/// values, which must be few: no label may hold a name of a run, a client or a path.
package final class MetricRegistry: MetricsFactory, Sendable {
    /// What is known of a metric besides its values.
    package struct Description: Sendable, Hashable {
        package var help: String
        /// The upper bounds of a histogram's buckets, in seconds.
        package var buckets: [Double]

        package init(_ help: String, buckets: [Double] = Description.durations) {
            self.help = help
            self.buckets = buckets
        }

        /// From a cached answer to a long run.
        package static let durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    }

    private struct Family {
        var kind: MetricKind
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    private struct State {
        var descriptions: [String: Description] = [:]
        var families: [String: Family] = [:]
        var collectors: [@Sendable () async -> [MetricSample]] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Describes metrics, by name. A metric without a description is written without help.
    package func describe(_ descriptions: [String: Description]) {
        state.withLock { $0.descriptions.merge(descriptions) { $1 } }
    }

    /// Adds samples that are taken when the metrics are asked for. It must be cheap and must not wait long.
    package func collect(_ samples: @escaping @Sendable () async -> [MetricSample]) {
        state.withLock { $0.collectors.append(samples) }
    }

    /// All metrics in the text format of Prometheus, version 0.0.4.
    package func text() async -> String {
        var samples: [MetricSample] = []
        for collect in state.withLock({ $0.collectors }) { samples += await collect() }
        let (descriptions, families) = state.withLock { ($0.descriptions, $0.families) }
        for (name, family) in families {
            for (labels, series) in family.series { samples += series.samples(name: name, labels: labels) }
        }
        return PrometheusText.text(of: samples, descriptions: descriptions)
    }

    /// The series of a name and labels, made if there is none.
    private func series<Series: MetricSeries>(
        _ name: String,
        _ dimensions: [(String, String)],
        make: (Description) -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        return state.withLock { state in
            if let known = state.families[name]?.series[labels] as? Series { return known }
            let fresh = make(state.descriptions[name] ?? Description(""))
            state.families[name, default: Family(kind: Series.kind)].series[labels] = fresh
            return fresh
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { _ in CounterSeries() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { _ in GaugeSeries() }
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? series(label, dimensions) { HistogramSeries(buckets: $0.buckets) }
            : series(label, dimensions) { _ in GaugeSeries() }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions) { HistogramSeries(buckets: $0.buckets) }
    }

    // A series stays: a counter that vanished and came back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
