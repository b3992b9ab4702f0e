//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension StressSession {
    /// What happened, and whether it was as it should be.
    func report(seed: UInt64) -> String {
        let tally = self.tally
        var lines = ["", "seed \(seed), \(Tally.time(Clock.now - tally.origin)) s"]
        let faults = self.faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines.append("faults       \(self.faults.values.reduce(0, +)): \(faults.joined(separator: ", "))")
        let records = self.runs.reduce(0) { $0 + $1.confirmed }
        lines.append(
            "records      \(records) in \(self.runs.count) runs, of which \(self.runs.count { $0.isOver }) are over"
        )
        let (repeats, reconnections) = self.writers.reduce((0, 0)) {
            ($0.0 + $1.repeatedWrites, $0.1 + $1.reconnections)
        }
        lines.append("writers      \(reconnections) connections, \(repeats) records sent again that were there already")
        lines.append(
            "deliveries   \(tally.deliveries), \(tally.ends) ends, \(tally.heartbeats) heartbeats, \(tally.errors) errors told"
        )
        lines.append(
            "viewers      \(tally.connections) connections, \(tally.resumes) resumes, \(tally.drops) left on their own, "
                + "\(tally.refused) refused, \(tally.turnedAway) turned away, \(tally.noContents) times 204"
        )
        lines.append("memory       \(self.gatewayMemory) kB at most in a gateway that was there at the end")
        let unconfirmed = tally.unconfirmed.values.reduce(0) { $0 + $1.count }
        lines.append("unconfirmed  \(unconfirmed) records were seen, then lost by Redis before it confirmed them")
        let counts = Violation.Kind.allCases.map { "\(tally.counts[$0] ?? 0) \($0.rawValue)" }
        lines.append("violations   \(counts.joined(separator: ", "))")
        let unexplained = tally.unexplained
        for violation in unexplained.prefix(100) { lines.append("\(violation.kind.rawValue): \(violation.text)") }
        // Of each kind a few whole stories.
        for kind in Violation.Kind.allCases {
            for violation in unexplained.filter({ $0.kind == kind && !$0.history.isEmpty }).prefix(4) {
                lines += ["", "\(kind.rawValue): \(violation.text)"] + violation.history.map { "    \($0)" }
            }
        }
        lines.append(unexplained.isEmpty ? "verdict      passed" : "verdict      FAILED")
        return lines.joined(separator: "\n")
    }
}
