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

    /// Whether an event is shown. What is no record is, but for what is gone from a past that was not asked for.
    func passes(_ event: StreamEvent?) -> Bool {
        switch event {
        case .log(let log, _): passes(log.level, log.timestamp)
        case .screenshot(let screenshot, _): passes(.debug, screenshot.timestamp)
        case .status(let record, _): passes(.critical, record.timestamp)
        case .gap(let gap): gap.before.flatMap { EntryID($0) }.map { passes(.critical, $0.time) } ?? true
        default: true
        }
    }

    private func passes(_ recordLevel: LogLevel, _ time: Timestamp) -> Bool {
        (level.map { $0 <= recordLevel } ?? true) && (since.map { $0 <= time } ?? true)
    }
}

extension EntryID {
    /// When Redis made the entry.
    fileprivate var time: Timestamp { Timestamp(milliseconds: Int64(clamping: milliseconds)) }
}
