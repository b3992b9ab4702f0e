//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one Server-Sent Event of the gateway reports: the JSON of its data, told apart by `type` (protocol, section 3).
package enum StreamEvent: Hashable, Sendable {
    /// The first event of each connection.
    case connected(Connected)
    case log(Log)
    case screenshot(Screenshot)
    /// Nothing new; the connection is alive.
    case heartbeat(timestamp: Timestamp)
    /// Records that can no longer be had.
    case gap(Gap)
    /// Something is wrong with the delivery; the connection stays.
    case error(message: String, timestamp: Timestamp)
    case end(End)
    /// Every run of a batch is over.
    case batchEnd(BatchEnd)
    /// An event of a later version. To be passed over.
    case unknown(type: String)

    /// The data of `connected`.
    package struct Connected: Hashable, Sendable {
        /// The run; empty when it is a batch.
        package var requestID: String
        /// The batch, when it is one.
        package var batchID: String?
        /// The text.
        package var message: String
        /// The run's Redis channel.
        package var channel: String
        /// When it was said.
        package var timestamp: Timestamp

        /// Puts the event together.
        package init(requestID: String, channel: String, timestamp: Timestamp) {
            self.requestID = requestID
            message = "Connected to logs for request \(requestID)"
            self.channel = channel
            self.timestamp = timestamp
        }

        /// Puts the event of a batch together.
        package init(batchID: String, channel: String, timestamp: Timestamp) {
            requestID = ""
            self.batchID = batchID
            message = "Connected to logs for batch \(batchID)"
            self.channel = channel
            self.timestamp = timestamp
        }
    }

    /// The data of `log`: one record.
    package struct Log: Hashable, Sendable {
        /// How severe it is.
        package var level: LogLevel
        /// The text.
        package var message: String
        /// The agent's name in lower case with `-` for spaces.
        package var source: String
        /// The run.
        package var requestID: String
        /// When it was said.
        package var timestamp: Timestamp
        /// The record's own source.
        package var logSource: String
        /// The record's number in its run, from 1.
        package var seq: Int?
        /// The step, from 1.
        package var step: Int?
        /// The action that it reports.
        package var action: String?
        /// The page, or where the picture is served.
        package var url: String?
        /// How long the action took, in milliseconds.
        package var durationMilliseconds: Int?
        /// Whatever else belongs to it.
        package var data: JSONValue?
        /// The run's Redis channel.
        package var channel: String
    }

    /// The data of `screenshot`.
    package struct Screenshot: Hashable, Sendable {
        /// The run.
        package var requestID: String
        /// The step, from 1.
        package var step: Int?
        /// The page, or where the picture is served.
        package var url: String?
        /// The record's number in its run, from 1.
        package var seq: Int?
        /// When it was said.
        package var timestamp: Timestamp
        /// The run's Redis channel.
        package var channel: String
    }

    /// The data of `gap`.
    package struct Gap: Hashable, Sendable {
        /// The run; empty when the hole is in a batch.
        package var requestID: String
        /// The batch, when the hole is in one.
        package var batchID: String?
        /// The id of the last record before the hole.
        package var after: String?
        /// The id of the first record behind it.
        package var before: String?
        /// How many records are missing, when that is known.
        package var missed: Int?
        /// When it was said.
        package var timestamp: Timestamp

        /// Puts the event together.
        package init(
            requestID: String,
            batchID: String? = nil,
            after: String?,
            before: String?,
            missed: Int?,
            timestamp: Timestamp
        ) {
            self.requestID = requestID
            self.batchID = batchID
            self.after = after
            self.before = before
            self.missed = missed
            self.timestamp = timestamp
        }
    }

    /// The data of `end`.
    package struct End: Hashable, Sendable {
        /// The run.
        package var requestID: String
        /// How the run ended.
        package var outcome: RunOutcome
        /// When it was said.
        package var timestamp: Timestamp
        /// The run's Redis channel.
        package var channel: String
    }

    /// The data of `batch_end`.
    package struct BatchEnd: Hashable, Sendable {
        /// The batch.
        package var batchID: String
        /// How its runs ended.
        package var outcome: BatchOutcome
        /// When it was said.
        package var timestamp: Timestamp
        /// The batch's Redis channel.
        package var channel: String

        /// Puts the event together.
        package init(batchID: String, outcome: BatchOutcome, timestamp: Timestamp, channel: String) {
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
            self = .log(
                Log(
                    level: record.level,
                    message: record.message,
                    source: Self.source(of: record.agentName),
                    requestID: record.requestID.rawValue,
                    timestamp: record.timestamp,
                    logSource: record.source,
                    seq: record.seq,
                    step: record.step,
                    action: record.action,
                    url: record.url,
                    durationMilliseconds: record.durationMilliseconds,
                    data: record.data,
                    channel: channel
                )
            )
        case .screenshot:
            self = .screenshot(
                Screenshot(
                    requestID: record.requestID.rawValue,
                    step: record.step,
                    url: record.data?["url"]?.string ?? record.url,
                    seq: record.seq,
                    timestamp: record.timestamp,
                    channel: channel
                )
            )
        case .end:
            self = .end(
                End(
                    requestID: record.requestID.rawValue,
                    outcome: RunOutcome(data: record.data),
                    timestamp: record.timestamp,
                    channel: channel
                )
            )
        case .batchEnd:
            self = .batchEnd(
                BatchEnd(
                    batchID: (record.batchID ?? record.requestID).rawValue,
                    outcome: BatchOutcome(data: record.data),
                    timestamp: record.timestamp,
                    channel: channel
                )
            )
        }
    }

    /// `Browser Agent` → `browser-agent`.
    package static func source(of agentName: String) -> String {
        let name = agentName.isEmpty ? LogRecord.defaultAgentName : agentName
        return String(name.lowercased().map { $0 == " " ? "-" : $0 })
    }
}
