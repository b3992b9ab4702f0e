//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One line of a run's log, as Redis holds it (protocol, section 2).
public struct LogRecord: Hashable, Sendable {
    /// The id of the stream's entry, once there is one.
    public var id: EntryID?

    /// The line itself.
    public var message: String

    /// Who speaks, `browser agent` for ours.
    public var agentName: String

    /// The run that the record belongs to.
    public var requestID: Identifier

    /// When it was said.
    public var timestamp: Timestamp

    /// What kind of program published it, `logger` for ours and `text` for a bare text.
    public var source: String

    /// How severe it is.
    public var level: LogLevel

    /// Counts a run's records from 1 without holes. Foreign publishers have none.
    public var seq: Int?

    /// The batch that the run belongs to.
    public var batchID: Identifier?

    /// Counts the records of all runs of a batch from 1 without holes, in the batch's own stream.
    public var batchSeq: Int?

    /// What the record says.
    public var kind: RecordKind

    /// The step that it was said in, from 1.
    public var step: Int?

    /// The action that it reports (`navigate`, `click`).
    public var action: String?

    /// The page that it was said on.
    public var url: String?

    /// How long the action took, in milliseconds.
    public var durationMilliseconds: Int?

    /// Whatever else belongs to it; the ``RunOutcome`` of an `end`.
    public var data: JSONValue?

    /// The name that our own agent signs with.
    public static let defaultAgentName = "browser agent"

    /// The source of our own records.
    public static let defaultSource = "logger"

    /// The source of a record that was published as bare text.
    public static let textSource = "text"

    /// Puts a record together.
    public init(
        id: EntryID? = nil,
        message: String,
        agentName: String = LogRecord.defaultAgentName,
        requestID: Identifier,
        timestamp: Timestamp,
        source: String = LogRecord.defaultSource,
        level: LogLevel = .info,
        seq: Int? = nil,
        batchID: Identifier? = nil,
        batchSeq: Int? = nil,
        kind: RecordKind = .log,
        step: Int? = nil,
        action: String? = nil,
        url: String? = nil,
        durationMilliseconds: Int? = nil,
        data: JSONValue? = nil
    ) {
        self.id = id
        self.message = message
        self.agentName = agentName
        self.requestID = requestID
        self.timestamp = timestamp
        self.source = source
        self.level = level
        self.seq = seq
        self.batchID = batchID
        self.batchSeq = batchSeq
        self.kind = kind
        self.step = step
        self.action = action
        self.url = url
        self.durationMilliseconds = durationMilliseconds
        self.data = data
    }

    /// The last record of a run.
    public static func end(
        of requestID: Identifier,
        in batchID: Identifier? = nil,
        outcome: RunOutcome,
        at timestamp: Timestamp
    ) -> Self {
        LogRecord(
            message: outcome.summary,
            requestID: requestID,
            timestamp: timestamp,
            level: outcome.status == .completed ? .info : .error,
            batchID: batchID,
            kind: .end,
            data: outcome.data
        )
    }
}

extension RunOutcome {
    /// The line that tools read which know nothing of `kind`.
    fileprivate var summary: String {
        switch self.status {
        case .completed: "🏁 Run completed"
        case .failed: "🏁 Run failed\(self.error.map { ": \($0)" } ?? "")"
        case .cancelled: "🏁 Run cancelled"
        case .timedOut: "🏁 Run timed out"
        case .queued, .running: "🏁 Run over"
        }
    }
}
