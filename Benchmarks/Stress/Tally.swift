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

    /// Numbers of records, by run, that were seen and that Redis had lost afterwards, before they were confirmed.
    var unconfirmed: [String: [Int]] = [:]

    private(set) var violations: [Violation] = []
    private(set) var counts: [Violation.Kind: Int] = [:]

    /// How many are kept with their history.
    private static let limit = 50

    /// Counts a violation that is like one that was told.
    func count(_ kind: Violation.Kind) {
        self.counts[kind, default: 0] += 1
    }

    func add(_ violation: Violation) {
        self.count(violation.kind)
        self.violations.append(violation)
        if self.violations.count > Self.limit { self.violations[self.violations.count - 1].history = [] }
    }

    /// A time in seconds since the beginning, as it is printed.
    static func time(_ nanoseconds: Int64) -> String {
        let milliseconds = Int(nanoseconds / 1_000_000)
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
