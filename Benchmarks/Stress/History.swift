//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// What happened to a viewer of late.
struct History {
    private var entries: [(time: Int64, text: String)] = []
    private var range: (first: Int, last: Int, id: EntryID?)?
    private static let limit = 40

    /// Takes note of a record.
    mutating func saw(_ seq: Int, _ id: EntryID?) {
        range = (range?.first ?? seq, seq, id)
    }

    mutating func add(_ text: String) {
        closeRange()
        entries.append((Clock.now, text))
        if entries.count > 2 * Self.limit { entries.removeFirst(Self.limit) }
    }

    /// One line for each of the last ones, with its time in seconds since `origin`.
    func lines(since origin: Int64) -> [String] {
        entries.suffix(Self.limit).map { "\(Tally.time($0.time - origin)) \($0.text)" }
    }

    private mutating func closeRange() {
        guard let (first, last, id) = range else { return }
        range = nil
        entries.append((Clock.now, "saw \(first)…\(last), the last as \(id?.description ?? "-")"))
    }
}
