//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The durations of the same work with Stepcast and with browser-use, measured alternately.
struct Comparison {
    var ours: Durations
    var other: Durations

    /// - Parameter target: The upper limit of our median, in milliseconds.
    init(_ what: String, target: Double) {
        ours = Durations(what, target: target)
        other = Durations(what)
    }

    /// A row of the table.
    var line: String {
        func text(_ number: Double?) -> String { number.map(Durations.text) ?? "–" }
        let (ours, other) = (self.ours.median, self.other.median)
        let ratio = ours.flatMap { ours in other.map { $0 / ours } }
        let cells = [self.ours.what, text(ours), text(other), text(ratio), "≤ \(text(self.ours.target))"]
        return "| \(cells.joined(separator: " | ")) | \(self.ours.isMet ? "met" : "**missed**") |"
    }
}
