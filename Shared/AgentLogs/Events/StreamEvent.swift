//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one Server-Sent Event of the gateway reports: the JSON of its data, told apart by `type` (protocol, section 3).
package enum StreamEvent: Hashable, Sendable {
    /// The first event of each connection.
    case connected(Connected)

    /// A line of a run's log, and the Redis channel that it came on.
    ///
    /// An event has not all that a record has (``RecordField/log``), and the agent's name in lower case with `-` for
    /// spaces.
    case log(LogRecord, channel: String)

    /// A picture of a page: the record's `url` is where it is served.
    case screenshot(LogRecord, channel: String)

    /// Nothing new; the connection is alive.
    case heartbeat(timestamp: Timestamp)

    /// Records that can no longer be had.
    case gap(Gap)

    /// Something is wrong with the delivery; the connection stays.
    case error(message: String, timestamp: Timestamp)

    /// A run is over.
    case end(End)

    /// Every run of a batch is over.
    case batchEnd(BatchEnd)

    /// An event of a later version. To be passed over.
    case unknown(type: String)

    /// The data of `connected`.
    package struct Connected: Hashable, Sendable {
        /// What is watched.
        package var subject: Subject

        /// The text, for people.
        package var message: String

        /// The Redis channel.
        package var channel: String

        /// When it was said.
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
        /// Whose records are missing.
        package var subject: Subject

        /// The id of the last record before the hole.
        package var after: String?

        /// The id of the first record behind it.
        package var before: String?

        /// How many records are missing, when that is known.
        package var missed: Int?

        /// When it was said.
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

        /// When it was said.
        package var timestamp: Timestamp

        /// The run's Redis channel.
        package var channel: String
    }

    /// The data of `batch_end`.
    package struct BatchEnd: Hashable, Sendable {
        package var batchID: Identifier

        /// How its runs ended.
        package var outcome: BatchOutcome

        /// When it was said.
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
    /// The event that tells a viewer of a record.
    package init(_ record: LogRecord, channel: String) {
        switch record.kind {
        case .log:
            self = .log(record, channel: channel)
        case .screenshot:
            var picture = record
            picture.url = record.data?["url"]?.string ?? record.url
            self = .screenshot(picture, channel: channel)
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
