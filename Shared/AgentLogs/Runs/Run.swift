//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A run as `GET /api/agents/{request_id}` shows it (protocol, section 4).
package struct Run: JSONObject, Hashable, Sendable {
    package var requestID: Identifier
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
    package init(_ request: RunRequest, channel: String, createdAt: Timestamp) {
        requestID = request.requestID
        sessionID = request.sessionID ?? request.requestID
        batchID = request.batchID
        task = request.task
        status = .queued
        steps = 0
        self.channel = channel
        streamURL = Subject.run(request.requestID).streamURL
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
package struct RunAccepted: JSONObject, Hashable, Sendable {
    package var requestID: Identifier
    package var sessionID: Identifier
    /// Where it stands.
    package var status: RunStatus
    /// The run's Redis channel.
    package var channel: String
    /// Where the gateway serves its records.
    package var streamURL: String
    /// When it was asked for.
    package var createdAt: Timestamp
    /// A token that may stand in the URLs of the run's streams and pictures for an hour, where clients need one.
    package var viewerToken: String?

    private enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case sessionID = "session_id"
        case status, channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case viewerToken = "viewer_token"
    }
}

/// A page of the list of runs: the answer to `GET /api/agents`.
package struct RunPage: JSONObject, Hashable, Sendable {
    /// The newest first.
    package var runs: [Run] = []

    /// The run to go on behind; `nil` when there are no more.
    package var next: Identifier?

    /// How many runs the list has, if nothing is filtered and there are more than these. Some may have expired.
    package var total: Int?

    /// A page without runs.
    package init() {}
}
