//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Which of the events that come are shown.
struct RecordSelection: Sendable {
    /// The least level; `nil` for all.
    var level: LogLevel?
    /// Records that are older are left out.
    var since: Timestamp?

    /// Whether an event is shown. Records that were made before are left out; whatever is no record is kept.
    func passes(_ event: StreamEvent?) -> Bool {
        switch event {
        case .log(let log): passes(log.level, log.timestamp)
        case .screenshot(let screenshot): passes(.debug, screenshot.timestamp)
        default: true
        }
    }

    private func passes(_ recordLevel: LogLevel, _ time: Timestamp) -> Bool {
        (level.map { $0 <= recordLevel } ?? true) && (since.map { $0 <= time } ?? true)
    }
}
