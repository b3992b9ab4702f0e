//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A change of a run's state, as the stream of changes of all runs tells it (protocol, section 3). Long texts are cut in
/// it.
package struct RunChange: Hashable, Sendable {
    package var requestID: Identifier
    package var sessionID: Identifier
    package var batchID: Identifier?

    /// Where the run stands now.
    package var status: RunStatus

    /// Where it stood before, if that is another status.
    package var was: RunStatus?

    /// How many steps were begun.
    package var steps: Int

    package var task: String

    /// Why it did not complete.
    package var error: String?

    package var createdAt: Timestamp?

    /// When it left the queue.
    package var startedAt: Timestamp?

    /// When it ended.
    package var finishedAt: Timestamp?

    /// The most bytes of a text; what is cut ends with an ellipsis.
    private static let longestText = 400

    /// The state of a run, with nothing before it.
    package init(_ run: Run) {
        requestID = run.requestID
        sessionID = run.sessionID
        batchID = run.batchID
        status = run.status
        steps = run.steps
        task = Self.shortened(run.task)
        error = run.error.map(Self.shortened)
        createdAt = run.createdAt
        startedAt = run.startedAt
        finishedAt = run.finishedAt
    }

    /// Reads an entry of the stream.
    ///
    /// - Parameter field: The value of a field.
    /// - Returns: `nil` for an entry that is no change of a run.
    package init?(field: (String) -> String?) {
        guard let requestID = field("request_id").flatMap(Identifier.init(rawValue:)),
            let status = field("status").flatMap(RunStatus.init(rawValue:))
        else { return nil }
        self.requestID = requestID
        self.status = status
        sessionID = field("session_id").flatMap(Identifier.init(rawValue:)) ?? requestID
        batchID = field("batch_id").flatMap(Identifier.init(rawValue:))
        was = field("was").flatMap(RunStatus.init(rawValue:))
        steps = field("steps").flatMap { Int($0) } ?? 0
        task = field("task") ?? ""
        error = field("error")
        createdAt = field("created_at").flatMap(Timestamp.init(iso8601:))
        startedAt = field("started_at").flatMap(Timestamp.init(iso8601:))
        finishedAt = field("finished_at").flatMap(Timestamp.init(iso8601:))
    }

    /// Reads the `data` of a `run` event.
    init?(data: JSONValue) {
        self.init { name in data[name]?.string ?? data[name]?.integer.map(String.init) }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("request_id", requestID.rawValue)
        writer.field("session_id", sessionID.rawValue)
        if let batchID { writer.field("batch_id", batchID.rawValue) }
        writer.field("status", status.rawValue)
        if let was { writer.field("was", was.rawValue) }
        writer.field("steps", steps)
        writer.field("task", task)
        if let error { writer.field("error", error) }
        if let createdAt { writer.field("created_at", createdAt.iso8601) }
        if let startedAt { writer.field("started_at", startedAt.iso8601) }
        if let finishedAt { writer.field("finished_at", finishedAt.iso8601) }
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > longestText else { return text }
        var bytes = 0
        return String(
            text.unicodeScalars.prefix { scalar in
                bytes += UTF8.width(scalar)
                return bytes <= longestText
            }
        ) + "…"
    }
}
