//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What there is to watch. Each has a stream in Redis, and a channel of the same name.
package enum TopicName: Hashable, Sendable {
    /// A run.
    case run(Identifier)

    /// All runs of a batch: its stream has the records of each, in the order in which they were written.
    case batch(Identifier)

    /// The name of the run or the batch.
    var identifier: Identifier {
        switch self {
        case .run(let identifier), .batch(let identifier): identifier
        }
    }

    /// The name of the stream and the channel.
    ///
    /// - Parameter prefix: The setting `REDIS_STREAM`.
    func stream(prefix: String) -> String {
        switch self {
        case .run(let requestID): StreamKeys(prefix: prefix, requestID: requestID).stream
        case .batch(let batchID): BatchKeys(prefix: prefix, batchID: batchID).stream
        }
    }

    /// The field of an entry that holds its number in this stream.
    var numberField: String {
        switch self {
        case .run: "seq"
        case .batch: "batch_seq"
        }
    }

    /// The number of a record in this stream, by which a hole is found.
    func number(of record: LogRecord) -> Int? {
        switch self {
        case .run: record.seq
        case .batch: record.batchSeq
        }
    }

    /// The channel that an event names: that of the record's run, also when a batch is watched.
    func channel(of record: LogRecord, prefix: String) -> String {
        switch self {
        case .run(let requestID): StreamKeys(prefix: prefix, requestID: requestID).channel
        case .batch where record.kind == .batchEnd: stream(prefix: prefix)
        case .batch: StreamKeys(prefix: prefix, requestID: record.requestID).channel
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
