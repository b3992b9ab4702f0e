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
        let records = topics.reduce(0) { $0 + ($1.isBatch ? 0 : $1.records.count) }
        let runs = topics.filter { !$0.isBatch }
        lines.append("records      \(records) in \(runs.count) runs, of which \(runs.count { $0.isOver }) are over")
        let forms = Form.allCases.map { "\(self.events.forms[$0] ?? 0) \($0.rawValue)" }
        lines.append("forms        \(forms.joined(separator: "; "))")
        let events = self.events.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        lines.append("events       \(events.joined(separator: ", ")), \(tally.stalls) stalls, \(tally.gaps) gaps told")
        let (operations, repeats, reconnections) = self.writers.reduce((0, 0, 0)) {
            ($0.0 + $1.operations, $0.1 + $1.repeats, $0.2 + $1.reconnections)
        }
        lines.append("writers      \(reconnections) connections, \(operations) operations, \(repeats) sent again")
        lines.append(
            "deliveries   \(tally.deliveries), \(tally.ends) ends, \(tally.heartbeats) heartbeats, \(tally.errors) errors told"
        )
        lines.append(
            "viewers      \(tally.connections) connections, \(tally.resumes) resumes, \(tally.drops) left on their own, "
                + "\(tally.refused) refused, \(tally.turnedAway) turned away, \(tally.noContents) times 204"
        )
        lines.append("memory       \(gatewayMemory) kB at most in a gateway that was there at the end")
        let unconfirmed = topics.reduce(0) { $0 + $1.unconfirmed }
        lines.append("unconfirmed  \(unconfirmed) records were seen, then lost by Redis before it confirmed them")
        if options.archive {
            lines.append(
                "archive      \(archive.records) records of \(archive.runs) runs; \(archive.missed) had been removed from Redis"
            )
            if let server = archiveServer { lines.append("postgres     killed \(server.kills) times") }
        }
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
