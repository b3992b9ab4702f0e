//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Repeated durations of one operation, and their target.
struct Durations {
    let what: String

    /// The upper limit of the median, in milliseconds; `nil` if there is none.
    let target: Double?
    private var nanoseconds: [Int64] = []

    init(_ what: String, target: Double? = nil) {
        self.what = what
        self.target = target
    }

    mutating func add(_ nanoseconds: Int64) { self.nanoseconds.append(nanoseconds) }

    /// Measures the body once.
    mutating func measure<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        let start = Clock.now
        let result = try await body()
        add(Clock.now - start)
        return result
    }

    private func quantile(_ share: Double) -> Double {
        guard !nanoseconds.isEmpty else { return .infinity }
        let sorted = nanoseconds.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))].seconds * 1000
    }

    var isMet: Bool { target.map { quantile(0.5) <= $0 } ?? true }

    /// A row of the table.
    var line: String {
        let verdict = self.target == nil ? "" : isMet ? "met" : "**missed**"
        let target = self.target.map { "≤ \(Self.text($0))" } ?? "–"
        let (median, high) = (Self.text(quantile(0.5)), Self.text(quantile(0.9)))
        return "| \(what) | \(median) | \(high) | \(target) | \(verdict) |"
    }

    /// In milliseconds; `nil` if nothing was measured.
    var median: Double? { nanoseconds.isEmpty ? nil : quantile(0.5) }

    static func text(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
