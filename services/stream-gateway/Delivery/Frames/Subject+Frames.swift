//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys

extension Subject {
    /// The channel that an event names: that of the record's run, also when a batch is watched.
    func channel(of record: LogRecord, in keys: Keyspace) -> String {
        switch self {
        case .run(let requestID): keys.run(requestID).channel
        case .batch(let batchID) where record.kind == .batchEnd: keys.batch(batchID).stream
        case .batch: keys.run(record.requestID).channel
        }
    }

    /// What the frame of a record is here: a run's end does not end a batch.
    func kind(of record: LogRecord) -> Frame.Kind {
        switch (self, record.kind) {
        case (.run, .end), (.batch, .batchEnd): .end
        case (.batch, .end): .runEnd
        default: .record
        }
    }
}
