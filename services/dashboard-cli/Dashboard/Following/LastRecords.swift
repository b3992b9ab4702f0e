//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization

/// The last records of those that have come, with what is no record among and after them.
final class LastRecords: Sendable {
    private let count: Int
    private let events = Mutex<[ReceivedEvent]>([])

    init(_ count: Int) {
        self.count = count
    }

    /// The records that are kept.
    var all: [ReceivedEvent] {
        events.withLock { events in
            trim(&events)
            return events
        }
    }

    func add(_ new: [ReceivedEvent]) {
        events.withLock { events in
            events += new
            // Now and then, so that each is moved a few times at most.
            if events.count > 2 * count + 64 { trim(&events) }
        }
    }

    private func trim(_ events: inout [ReceivedEvent]) {
        var left = count
        let first = events.lastIndex { received in
            switch received.event {
            case .log?, .screenshot?: left -= 1
            default: break
            }
            return left == 0
        }
        if let first { events.removeSubrange(..<first) }
    }
}
