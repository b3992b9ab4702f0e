//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents

/// The earlier steps of a run, in short, within a budget.
struct StepHistory: Sendable {
    /// How many characters all of it may have.
    var limit: Int
    private var entries: [String] = []

    init(limit: Int) { self.limit = limit }

    mutating func add(_ step: Int, _ decision: ModelDecision, _ results: [ActionResult]) {
        var lines = ["Step \(step):"]
        if !decision.evaluation.isEmpty { lines.append("Evaluation: \(decision.evaluation.clipped(to: 300))") }
        if !decision.memory.isEmpty { lines.append("Memory: \(decision.memory.clipped(to: 600))") }
        if !decision.nextGoal.isEmpty { lines.append("Goal: \(decision.nextGoal.clipped(to: 300))") }
        for result in results {
            lines.append("Result: \((result.isError ? "Failed: " : "") + result.text.clipped(to: 300))")
            // What was read is worth more than how it was read.
            if let content = result.content { lines.append(content.clipped(to: 600)) }
        }
        entries.append(lines.joined(separator: "\n"))
    }

    mutating func add(_ step: Int, note: String) { entries.append("Step \(step):\n\(note.clipped(to: 600))") }

    /// The first step, which tells how it began, and as many of the last as fit, with a line in place of those between.
    var text: String {
        guard let first = entries.first, entries.count > 1 else { return entries.joined().clipped(to: limit) }
        let opening = first.clipped(to: limit / 4)
        var room = limit - opening.count - 60
        var kept: [String] = []
        for entry in entries.dropFirst().reversed() {
            guard room >= entry.count + 1 else { break }
            room -= entry.count + 1
            kept.append(entry)
        }
        let leftOut = entries.count - 1 - kept.count
        let gap = leftOut > 0 ? ["… \(leftOut) \(leftOut == 1 ? "step is" : "steps are") left out …"] : []
        return ([opening] + gap + kept.reversed()).joined(separator: "\n")
    }
}
