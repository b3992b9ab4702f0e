//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one Server-Sent Event of the gateway reports. Its data is JSON, and its `type` tells the cases apart (protocol,
/// section 3).
package enum StreamEvent: Hashable, Sendable {
    /// The first event of each connection.
    case connected(Connected)

    /// A line of a run's log, and the Redis channel that it came from.
    ///
    /// An event carries only some fields of a record (``RecordField/log``). The agent's name is in lower case, with `-`
    /// for spaces.
    case log(LogRecord, channel: String)

    /// A screenshot of a page. The record's `url` is where it is served.
    case screenshot(LogRecord, channel: String)

    /// A run is held by a person, waits for one, or goes on. The record's data has `status`, and `reason` and
    /// `waiting_for` where there are any.
    case status(LogRecord, channel: String)

    /// Nothing new; the connection is alive.
    case heartbeat(timestamp: Timestamp)

    /// Records that are no longer available.
    case gap(Gap)

    /// Something is wrong with the delivery. The connection stays open.
    ///
    /// With a code the stream ends for good, for example `token_expired`.
    case error(message: String, code: String? = nil, timestamp: Timestamp)

    /// A run is over.
    case end(End)

    /// Every run of a batch is over.
    case batchEnd(BatchEnd)

    /// An event of a later version, which readers skip.
    case unknown(type: String)

    /// The data of `connected`.
    package struct Connected: Hashable, Sendable {
        /// The run or batch that is watched.
        package var subject: Subject

        /// The text shown to people.
        package var message: String

        /// The Redis channel.
        package var channel: String

        /// When the event was created.
        package var timestamp: Timestamp

        package init(_ subject: Subject, channel: String, timestamp: Timestamp) {
            self.subject = subject
            switch subject {
            case .run(let requestID): message = "Connected to logs for request \(requestID)"
            case .batch(let batchID): message = "Connected to logs for batch \(batchID)"
            }
            self.channel = channel
            self.timestamp = timestamp
        }
    }

    /// The data of `gap`.
    package struct Gap: Hashable, Sendable {
        /// The run or batch whose records are missing.
        package var subject: Subject

        /// The id of the last record before the gap.
        package var after: String?

        /// The id of the first record after the gap.
        package var before: String?

        /// How many records are missing, if known.
        package var missed: Int?

        /// When the event was created.
        package var timestamp: Timestamp

        package init(_ subject: Subject, after: String?, before: String?, missed: Int?, timestamp: Timestamp) {
            self.subject = subject
            self.after = after
            self.before = before
            self.missed = missed
            self.timestamp = timestamp
        }
    }

    /// The data of `end`.
    package struct End: Hashable, Sendable {
        /// The run.
        package var requestID: Identifier

        package var outcome: RunOutcome

        /// When the event was created.
        package var timestamp: Timestamp

        /// The run's Redis channel.
        package var channel: String
    }

    /// The data of `batch_end`.
    package struct BatchEnd: Hashable, Sendable {
        package var batchID: Identifier

        /// How its runs ended.
        package var outcome: BatchOutcome

        /// When the event was created.
        package var timestamp: Timestamp

        /// The batch's Redis channel.
        package var channel: String

        package init(batchID: Identifier, outcome: BatchOutcome, timestamp: Timestamp, channel: String) {
            self.batchID = batchID
            self.outcome = outcome
            self.timestamp = timestamp
            self.channel = channel
        }
    }
}

extension StreamEvent {
    /// The event that delivers a record to viewers.
    package init(_ record: LogRecord, channel: String) {
        switch record.kind {
        case .log:
            self = .log(record, channel: channel)
        case .screenshot:
            var picture = record
            picture.url = record.data?["url"]?.string ?? record.url
            self = .screenshot(picture, channel: channel)
        case .status: self = .status(record, channel: channel)
        case .end:
            self = .end(
                End(
                    requestID: record.requestID,
                    outcome: RunOutcome(data: record.data),
                    timestamp: record.timestamp,
                    channel: channel
                )
            )
        case .batchEnd:
            self = .batchEnd(
                BatchEnd(
                    batchID: record.batchID ?? record.requestID,
                    outcome: BatchOutcome(data: record.data),
                    timestamp: record.timestamp,
                    channel: channel
                )
            )
        }
    }
}
