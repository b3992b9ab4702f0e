//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one Server-Sent Event of the gateway says: the JSON of its data, told apart by `type` (protocol, section 3).
public enum StreamEvent: Hashable, Sendable {
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
    public struct Connected: Hashable, Sendable {
        /// The run; empty when it is a batch.
        public var requestID: String
        /// The batch, when it is one.
        public var batchID: String?
        /// The text.
        public var message: String
        /// The run's Redis channel.
        public var channel: String
        /// When it was said.
        public var timestamp: Timestamp

        /// Puts the event together.
        public init(requestID: String, channel: String, timestamp: Timestamp) {
            self.requestID = requestID
            self.message = "Connected to logs for request \(requestID)"
            self.channel = channel
            self.timestamp = timestamp
        }

        /// Puts the event of a batch together.
        public init(batchID: String, channel: String, timestamp: Timestamp) {
            self.requestID = ""
            self.batchID = batchID
            self.message = "Connected to logs for batch \(batchID)"
            self.channel = channel
            self.timestamp = timestamp
        }
    }

    /// The data of `log`: one record.
    public struct Log: Hashable, Sendable {
        /// How severe it is.
        public var level: LogLevel
        /// The text.
        public var message: String
        /// The agent's name in lower case with `-` for spaces.
        public var source: String
        /// The run.
        public var requestID: String
        /// When it was said.
        public var timestamp: Timestamp
        /// The record's own source.
        public var logSource: String
        /// The record's number in its run, from 1.
        public var seq: Int?
        /// The step, from 1.
        public var step: Int?
        /// The action that it reports.
        public var action: String?
        /// The page, or where the picture is served.
        public var url: String?
        /// How long the action took, in milliseconds.
        public var durationMilliseconds: Int?
        /// Whatever else belongs to it.
        public var data: JSONValue?
        /// The run's Redis channel.
        public var channel: String
    }

    /// The data of `screenshot`.
    public struct Screenshot: Hashable, Sendable {
        /// The run.
        public var requestID: String
        /// The step, from 1.
        public var step: Int?
        /// The page, or where the picture is served.
        public var url: String?
        /// The record's number in its run, from 1.
        public var seq: Int?
        /// When it was said.
        public var timestamp: Timestamp
        /// The run's Redis channel.
        public var channel: String
    }

    /// The data of `gap`.
    public struct Gap: Hashable, Sendable {
        /// The run; empty when the hole is in a batch.
        public var requestID: String
        /// The batch, when the hole is in one.
        public var batchID: String?
        /// The id of the last record before the hole.
        public var after: String?
        /// The id of the first record behind it.
        public var before: String?
        /// How many records are missing, when that is known.
        public var missed: Int?
        /// When it was said.
        public var timestamp: Timestamp

        /// Puts the event together.
        public init(
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
    public struct End: Hashable, Sendable {
        /// The run.
        public var requestID: String
        /// How the run ended.
        public var outcome: RunOutcome
        /// When it was said.
        public var timestamp: Timestamp
        /// The run's Redis channel.
        public var channel: String
    }

    /// The data of `batch_end`.
    public struct BatchEnd: Hashable, Sendable {
        /// The batch.
        public var batchID: String
        /// How its runs ended.
        public var outcome: BatchOutcome
        /// When it was said.
        public var timestamp: Timestamp
        /// The batch's Redis channel.
        public var channel: String

        /// Puts the event together.
        public init(batchID: String, outcome: BatchOutcome, timestamp: Timestamp, channel: String) {
            self.batchID = batchID
            self.outcome = outcome
            self.timestamp = timestamp
            self.channel = channel
        }
    }
}

extension StreamEvent {
    /// The event that tells a viewer of a record.
    public init(_ record: LogRecord, channel: String) {
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
    public static func source(of agentName: String) -> String {
        let name = agentName.isEmpty ? LogRecord.defaultAgentName : agentName
        return String(name.lowercased().map { $0 == " " ? "-" : $0 })
    }
}
