//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery

extension Simulation {
    mutating func remove(_ second: Int) {
        guard !stream.entries.isEmpty else { return }
        let entry = stream.remove(at: second % stream.entries.count)
        history.lose([entry], .removed(step: step))
    }

    mutating func delete(_ second: Int) {
        let wasHigh = stream.isHigh
        history.lose(self.stream.delete(), .deleted(step: step))
        history.disrupt()
        history.deletions.append(step)
        // Two entries of one name and millisecond would have the same id.
        wait(1)
        if second % 2 == 0 {
            self.stream.seq = 0
            history.numbering += 1
        }
        if second % 3 == 0 { self.stream.clock -= 500_000 }
        if wasHigh || second % 3 == 0 {
            history.hasLowerIDs = true
            // An id from such a time could be of either stream.
            for index in gateways.indices { gateways[index].log.losses = [] }
        }
        isEnded = isEnded && second % 2 != 0
    }

    mutating func lose(_ count: Int) {
        // Of such ids nobody can tell when they were given, and so whether they are among the lost.
        if stream.isHigh { return }
        let wasEnded = isEnded
        let lastID = stream.lastID
        let lost = stream.lose(count)
        history.lose(lost, .lost(step: step))
        history.disrupt()
        history.numbering += 1
        if wasEnded { isEnded = stream.entries.contains { $0.record.kind == .end } }
        guard let first = lost.map(\.id.milliseconds).min() else { return }
        let last = max(first, lastID.milliseconds)
        for index in gateways.indices { gateways[index].log.losses.insert(first...last) }
        stream.clock = max(stream.clock, last) + 1
    }

    mutating func wait(_ milliseconds: Int64) {
        uptime += milliseconds
        stream.clock += UInt64(milliseconds)
    }
}
