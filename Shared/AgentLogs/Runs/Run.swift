//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A run as `GET /api/agents/{request_id}` shows it (protocol, section 4).
package struct Run: Codable, Hashable, Sendable {
    /// The run.
    package var requestID: Identifier
    /// The session.
    package var sessionID: Identifier
    /// The batch, if any.
    package var batchID: Identifier?
    /// The task in words.
    package var task: String
    /// Where it stands.
    package var status: RunStatus

    /// How many steps were begun.
    package var steps: Int

    /// What it found or answered, once it is over.
    package var result: String?

    /// Why it did not complete.
    package var error: String?

    /// What the model took, where one was asked, once the run is over.
    package var usage: TokenUsage?

    /// The run's Redis channel, which is also the name of its stream.
    package var channel: String

    /// Where the gateway serves its records.
    package var streamURL: String

    /// When it was asked for.
    package var createdAt: Timestamp
    /// When it left the queue.
    package var startedAt: Timestamp?
    /// When it ended.
    package var finishedAt: Timestamp?

    /// A run that was just asked for.
    package init(_ request: RunRequest, channel: String, streamURL: String, createdAt: Timestamp) {
        requestID = request.requestID
        sessionID = request.sessionID ?? request.requestID
        batchID = request.batchID
        task = request.task
        status = .queued
        steps = 0
        self.channel = channel
        self.streamURL = streamURL
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case sessionID = "session_id"
        case batchID = "batch_id"
        case task, status, steps, result, error, usage, channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    /// The run as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("request_id", requestID.rawValue)
        writer.field("session_id", sessionID.rawValue)
        if let batchID = self.batchID { writer.field("batch_id", batchID.rawValue) }
        writer.field("task", self.task)
        writer.field("status", self.status.rawValue)
        writer.field("steps", self.steps)
        if let result = self.result { writer.field("result", result) }
        if let error = self.error { writer.field("error", error) }
        if let usage = self.usage { writer.field("usage", usage.data) }
        writer.field("channel", self.channel)
        writer.field("stream_url", streamURL)
        writer.field("created_at", createdAt.iso8601)
        if let startedAt = self.startedAt { writer.field("started_at", startedAt.iso8601) }
        if let finishedAt = self.finishedAt { writer.field("finished_at", finishedAt.iso8601) }
        return writer.finish()
    }

    /// Reads the run back.
    ///
    /// - Throws: `DecodingError`.
    package init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Run.self, from: Data(json))
    }

    /// The answer to `POST /api/agents`.
    package var accepted: RunAccepted {
        RunAccepted(
            requestID: requestID,
            sessionID: sessionID,
            status: .queued,
            channel: channel,
            streamURL: streamURL,
            createdAt: createdAt
        )
    }
}

/// The answer to `POST /api/agents`. The same request gets the same answer again, so its status is that of the moment
/// in which the run was taken on.
package struct RunAccepted: Codable, Hashable, Sendable {
    /// The run.
    package var requestID: Identifier
    /// The session.
    package var sessionID: Identifier
    /// Where it stands.
    package var status: RunStatus
    /// The run's Redis channel.
    package var channel: String
    /// Where the gateway serves its records.
    package var streamURL: String
    /// When it was asked for.
    package var createdAt: Timestamp

    private enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case sessionID = "session_id"
        case status, channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("request_id", requestID.rawValue)
        writer.field("session_id", sessionID.rawValue)
        writer.field("status", self.status.rawValue)
        writer.field("channel", self.channel)
        writer.field("stream_url", streamURL)
        writer.field("created_at", createdAt.iso8601)
        return writer.finish()
    }
}
