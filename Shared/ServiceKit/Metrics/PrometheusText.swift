//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The text format of Prometheus, version 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The samples, each metric's together behind its help and type, sorted by name.
    static func text(of samples: [MetricSample], descriptions: [String: MetricRegistry.Description]) -> String {
        var text = ""
        for (metric, samples) in Dictionary(grouping: samples, by: \.metric).sorted(by: { $0.key < $1.key }) {
            let name = Self.name(metric)
            if let help = descriptions[metric]?.help, !help.isEmpty {
                text += "# HELP \(name) \(escaped(help, quotes: false))\n"
            }
            text += "# TYPE \(name) \(samples[0].kind.rawValue)\n"
            // The buckets of a histogram stay in the order of their bounds.
            let series = samples.enumerated().sorted { first, second in
                let (one, other) = (key(first.element), key(second.element))
                return one == other ? first.offset < second.offset : one.lexicographicallyPrecedes(other)
            }
            for (_, sample) in series { text += line(sample, name) }
        }
        return text
    }

    /// A number as Prometheus reads it: whole ones without a fraction.
    static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value == -.infinity { return "-Inf" }
        if value.isNaN { return "NaN" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func line(_ sample: MetricSample, _ name: String) -> String {
        let labels = sample.labels.pairs.map { pair in
            "\(Self.name(pair.name))=\"\(escaped(pair.value, quotes: true))\""
        }
        let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        return "\(name)\(sample.suffix)\(braces) \(number(sample.value))\n"
    }

    private static func key(_ sample: MetricSample) -> [String] {
        sample.labels.pairs.filter { $0.name != "le" }.flatMap { [$0.name, $0.value] }
    }

    /// The name with `_` for what Prometheus does not take, such as the dots of other libraries.
    private static func name(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        let text = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return quotes ? text.replacing("\"", with: "\\\"") : text
    }
}
