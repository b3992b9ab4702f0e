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
    /// The run's status.
    package var status: RunStatus

    /// The number of steps begun.
    package var steps: Int

    /// What plans the steps, once the run has begun: ``RunRequest/Planner/llm`` or
    /// ``RunRequest/Planner/instructions``.
    package var planner: RunRequest.Planner?

    /// What the run waits for, while it is `waiting`.
    package var waitingFor: WaitingFor?

    /// What the run found or answered, once it is over.
    package var result: String?

    /// Why it did not complete.
    package var error: String?

    /// The tokens used, if a model planned the run, once it is over.
    package var usage: TokenUsage?

    /// The run's Redis channel, which is also the name of its stream.
    package var channel: String

    /// Where the gateway serves its records.
    package var streamURL: String

    /// The trace that its client began, as the field `traceparent` of its POST says.
    package var traceparent: String?

    /// When the run was requested.
    package var createdAt: Timestamp
    /// When it left the queue.
    package var startedAt: Timestamp?
    /// When it ended.
    package var finishedAt: Timestamp?

    /// A run that has just been requested.
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
        case task, status, steps, planner, result, error, usage, channel, traceparent
        case streamURL = "stream_url"
        case waitingFor = "waiting_for"
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

/// The response to `POST /api/agents`. A repeated request gets the same response, so the status is that at the time
/// when the run was accepted.
package struct RunAccepted: JSONObject, Hashable, Sendable {
    package var requestID: Identifier
    package var sessionID: Identifier
    /// The run's status when it was accepted.
    package var status: RunStatus
    /// The run's Redis channel.
    package var channel: String
    /// Where the gateway serves its records.
    package var streamURL: String
    /// When the run was requested.
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

    /// The run after which the next page starts; `nil` on the last page.
    package var next: Identifier?

    /// The number of runs in the list, if nothing is filtered and there are more than these. Some may have expired.
    package var total: Int?

    /// A page without runs.
    package init() {}
}
