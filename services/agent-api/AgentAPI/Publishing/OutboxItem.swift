//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Spool

/// An update of a run that is to be written to Redis.
enum OutboxItem: Sendable {
    /// A record. The first record of a step and an `end` carry the run's new state.
    case record(LogRecord, state: Run?)

    /// The run's state.
    case state(Run)

    /// The run's batch.
    var batchID: Identifier? {
        switch self {
        case .record(let record, _): record.batchID
        case .state(let run): run.batchID
        }
    }

    /// The item in the form for the spool.
    var spoolEntry: SpoolEntry {
        switch self {
        case .record(let record, let state):
            SpoolEntry(run: record.requestID.rawValue, record: record.payload, state: state?.json)
        case .state(let run): SpoolEntry(run: run.requestID.rawValue, state: run.json)
        }
    }

    /// Decodes an item; `nil` if the entry is invalid.
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
