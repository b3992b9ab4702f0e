//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One line of a run's log, as Redis holds it (protocol, section 2).
package struct LogRecord: Hashable, Sendable {
    /// The id of the stream's entry, once the record has been written.
    package var id: EntryID?

    /// The line itself.
    package var message: String

    /// The name of the agent. Our own agent is `browser agent`.
    package var agentName: String

    /// The run that the record belongs to.
    package var requestID: Identifier

    /// When the record was written.
    package var timestamp: Timestamp

    /// The kind of program that published it: `logger` for our own records, `text` for bare text.
    package var source: String

    /// How severe it is.
    package var level: LogLevel

    /// The record's number in its run, counted from 1 without gaps. Records of other publishers have none.
    package var seq: Int?

    /// The batch that the run belongs to.
    package var batchID: Identifier?

    /// The record's number in its batch's own stream, counted from 1 without gaps.
    package var batchSeq: Int?

    /// What the record reports.
    package var kind: RecordKind

    /// The step of the run, from 1.
    package var step: Int?

    /// The action that the record reports (`navigate`, `click`).
    package var action: String?

    /// The address of the page.
    package var url: String?

    /// How long the action took, in milliseconds.
    package var durationMilliseconds: Int?

    /// Additional data. For an `end` it is the ``RunOutcome``.
    package var data: JSONValue?

    /// The name of our own agent.
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

    /// The agent's name in an event: `Browser Agent` → `browser-agent`.
    package static func eventName(of agentName: String) -> String {
        let name = (agentName.isEmpty ? defaultAgentName : agentName).lowercased()
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return String(name.map { $0 == " " ? "-" : $0 }) }
        return String(decoding: name.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    /// Where the run stands from a record of kind `status` on; `nil` where it does not say.
    package var standing: RunStatus? { data?["status"]?.string.flatMap(RunStatus.init(rawValue:)) }

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
    /// The line for tools that do not know `kind`.
    fileprivate var summary: String {
        switch status {
        case .completed: "🏁 Run completed"
        case .failed: "🏁 Run failed\(error.map { ": \($0)" } ?? "")"
        case .cancelled: "🏁 Run cancelled"
        case .timedOut: "🏁 Run timed out"
        case .queued, .running, .paused, .waiting: "🏁 Run over"
        }
    }
}
