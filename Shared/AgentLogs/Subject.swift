//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A run, or a batch of runs: what a stream in Redis belongs to, and what can be watched.
package enum Subject: Hashable, Sendable, CustomStringConvertible {
    case run(Identifier)

    /// All runs of a batch. Its stream has the records of all of them, in the order in which they were written.
    case batch(Identifier)

    /// The name of the run or the batch.
    package var identifier: Identifier {
        switch self {
        case .run(let identifier), .batch(let identifier): identifier
        }
    }

    /// `run r`
    package var description: String {
        switch self {
        case .run(let requestID): "run \(requestID)"
        case .batch(let batchID): "batch \(batchID)"
        }
    }

    /// Where the gateway serves its records, relative to the gateway's root.
    package var streamURL: String {
        switch self {
        case .run(let requestID): "/api/v1/stream-logs/request/\(requestID)"
        case .batch(let batchID): "/api/v1/stream-logs/batch/\(batchID)"
        }
    }

    /// The field with a record's number in the stream. Gaps are detected by it.
    package var numberField: String {
        switch self {
        case .run: "seq"
        case .batch: "batch_seq"
        }
    }

    /// The number of a record in the stream.
    package func number(of record: LogRecord) -> Int? {
        switch self {
        case .run: record.seq
        case .batch: record.batchSeq
        }
    }
}
