//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One line of a run's log, as Redis holds it (protocol, section 2).
package struct LogRecord: Hashable, Sendable {
    /// The id of the stream's entry, once there is one.
    package var id: EntryID?

    /// The line itself.
    package var message: String

    /// Who speaks, `browser agent` for ours.
    package var agentName: String

    /// The run that the record belongs to.
    package var requestID: Identifier

    /// When it was said.
    package var timestamp: Timestamp

    /// What kind of program published it, `logger` for ours and `text` for a bare text.
    package var source: String

    /// How severe it is.
    package var level: LogLevel

    /// Counts a run's records from 1 without holes. Foreign publishers have none.
    package var seq: Int?

    /// The batch that the run belongs to.
    package var batchID: Identifier?

    /// Counts the records of all runs of a batch from 1 without holes, in the batch's own stream.
    package var batchSeq: Int?

    /// What the record says.
    package var kind: RecordKind

    /// The step that it was said in, from 1.
    package var step: Int?

    /// The action that it reports (`navigate`, `click`).
    package var action: String?

    /// The page that it was said on.
    package var url: String?

    /// How long the action took, in milliseconds.
    package var durationMilliseconds: Int?

    /// Whatever else belongs to it; the ``RunOutcome`` of an `end`.
    package var data: JSONValue?

    /// The name that our own agent signs with.
    package static let defaultAgentName = "browser agent"

    /// The source of our own records.
    package static let defaultSource = "logger"

    /// The source of a record that was published as bare text.
    package static let textSource = "text"

    package init(
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

    /// The agent's name as an event has it: `Browser Agent` → `browser-agent`.
    package static func eventName(of agentName: String) -> String {
        let name = (agentName.isEmpty ? defaultAgentName : agentName).lowercased()
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return String(name.map { $0 == " " ? "-" : $0 }) }
        return String(decoding: name.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    /// The last record of a run.
    package static func end(
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
        switch status {
        case .completed: "🏁 Run completed"
        case .failed: "🏁 Run failed\(error.map { ": \($0)" } ?? "")"
        case .cancelled: "🏁 Run cancelled"
        case .timedOut: "🏁 Run timed out"
        case .queued, .running: "🏁 Run over"
        }
    }
}
