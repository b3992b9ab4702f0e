//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// What was counted, and what was wrong.
final class Tally {
    /// When the test began.
    let origin = Clock.now

    var deliveries = 0
    var connections = 0
    var resumes = 0
    var drops = 0
    var refused = 0
    var turnedAway = 0
    var ends = 0
    var noContents = 0
    var heartbeats = 0
    var errors = 0
    var gaps = 0
    /// How often a viewer stopped reading for longer than a gateway keeps what it has missed.
    var stalls = 0

    /// Topics of which viewers saw a record that Redis had lost afterwards, before it was confirmed.
    var unconfirmed: Set<String> = []

    private(set) var violations: [Violation] = []
    private(set) var counts: [Violation.Kind: Int] = [:]

    /// How many of each kind are kept with their history.
    private static let limit = 20

    /// Counts a violation that is like one that was told.
    func count(_ kind: Violation.Kind) {
        counts[kind, default: 0] += 1
    }

    func add(_ violation: Violation) {
        count(violation.kind)
        violations.append(violation)
        let isKept = counts[violation.kind, default: 0] <= Self.limit
        if !isKept { violations[violations.count - 1].history = [] }
    }

    /// Violations that are not explained by a record that Redis lost after it had sent it out, before it had confirmed it:
    /// the publisher does it again, it gets another id, and no gateway can tell.
    var unexplained: [Violation] {
        violations.filter { violation in
            ![.repeated, .gap, .outOfOrder].contains(violation.kind) || !unconfirmed.contains(violation.run)
        }
    }

    /// A time in seconds since the beginning, as it is printed.
    static func time(_ nanoseconds: Int64) -> String {
        let milliseconds = Int(nanoseconds / 1_000_000)
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
