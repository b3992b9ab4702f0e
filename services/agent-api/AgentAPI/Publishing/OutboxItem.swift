//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Spool

/// What a run wants to tell Redis.
enum OutboxItem: Sendable {
    /// A record; one that begins a step and an `end` together with the run as it is then.
    case record(LogRecord, state: Run?)

    /// How far the run is.
    case state(Run)

    /// The batch that its run belongs to.
    var batchID: Identifier? {
        switch self {
        case .record(let record, _): record.batchID
        case .state(let run): run.batchID
        }
    }

    /// The item as it waits on disk.
    var spoolEntry: SpoolEntry {
        switch self {
        case .record(let record, let state):
            SpoolEntry(run: record.requestID.rawValue, record: record.payload, state: state?.json)
        case .state(let run): SpoolEntry(run: run.requestID.rawValue, state: run.json)
        }
    }

    /// Reads an item back; `nil` when it is none.
    init?(_ entry: SpoolEntry) {
        guard let requestID = try? Identifier(entry.run) else { return nil }
        let state = entry.state.flatMap { try? Run(json: $0) }
        if let payload = entry.record {
            let record = LogRecord(payload: payload, requestID: requestID, receivedAt: .now())
            guard record.seq != nil else { return nil }
            self = .record(record, state: state)
        } else if let state {
            self = .state(state)
        } else {
            return nil
        }
    }
}
