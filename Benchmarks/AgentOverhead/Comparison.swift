//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How long the same took with us and with browser-use, in turns.
struct Comparison {
    var ours: Durations
    var other: Durations

    /// - Parameter target: the most that our median may be, in milliseconds.
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
