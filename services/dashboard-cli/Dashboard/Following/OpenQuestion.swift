//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON

/// What a run asks, as its events tell it.
enum OpenQuestion {
    /// What events change.
    ///
    /// - Returns: The question, which is `nil` when there is none any more; `nil` when the events change nothing.
    static func change(by events: some BidirectionalCollection<StreamEvent>) -> WaitingFor?? {
        for event in events.reversed() {
            switch event {
            case .status(let record, _): return .some(question(of: record))
            case .end: return .some(nil)
            default: break
            }
        }
        return nil
    }

    private static func question(of record: LogRecord) -> WaitingFor? {
        guard record.standing == .waiting, let data = record.data?["waiting_for"] else { return nil }
        return try? WaitingFor(json: data.bytes)
    }
}
