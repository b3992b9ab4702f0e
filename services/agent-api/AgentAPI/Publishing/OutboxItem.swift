//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import JSON
import Spool

/// An update of a run that is to be written to Redis.
enum OutboxItem: Sendable {
    /// A record. The first record of a step and an `end` carry the run's new state, an `end` also what the run has done.
    case record(LogRecord, state: Run?, recording: Recording? = nil)

    /// The run's state.
    case state(Run)

    /// The run's batch.
    var batchID: Identifier? {
        switch self {
        case .record(let record, _, _): record.batchID
        case .state(let run): run.batchID
        }
    }

    /// The item in the form for the spool.
    var spoolEntry: SpoolEntry {
        switch self {
        case .record(let record, let state, let recording):
            SpoolEntry(
                run: record.requestID.rawValue,
                record: record.payload,
                state: state?.json,
                recording: recording?.json.bytes
            )
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
            let recording = entry.recording.flatMap { try? JSONValue(parsing: $0) }.flatMap(Recording.init(json:))
            self = .record(record, state: state, recording: recording)
        } else if let state {
            self = .state(state)
        } else {
            return nil
        }
    }
}
