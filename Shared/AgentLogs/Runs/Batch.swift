//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The body of `POST /api/agents/batch` (protocol, section 4).
package struct BatchRequest: JSONObject, Hashable, Sendable {
    /// The name of the batch, chosen by the caller.
    package var batchID: Identifier

    /// Its runs, in the order in which they are to start.
    package var tasks: [RunRequest]

    /// The most runs that a batch may have.
    package static let maximumTasks = 1000

    package init(batchID: Identifier, tasks: [RunRequest]) {
        self.batchID = batchID
        self.tasks = tasks
    }

    private enum CodingKeys: String, CodingKey {
        case batchID = "batch_id"
        case tasks
    }

    /// The name of a run that the caller did not name. It is the same each time the request is repeated.
    ///
    /// - Parameter number: The run's place in the batch, from 1.
    /// - Throws: ``InvalidIdentifier`` if the batch's name is too long to add a number to it.
    package static func requestID(_ number: Int, in batchID: Identifier) throws(InvalidIdentifier) -> Identifier {
        try Identifier("\(batchID).\(number)")
    }
}

/// The response to `POST /api/agents/batch`. A repeated request gets the same response.
package struct BatchAccepted: JSONObject, Hashable, Sendable {
    package var batchID: Identifier
    /// The batch's Redis channel, which is also the name of its stream.
    package var channel: String
    /// Where the gateway serves the records of all its runs.
    package var streamURL: String
    /// When the batch was requested.
    package var createdAt: Timestamp
    /// Its runs, in the order of the tasks.
    package var runs: [RunAccepted]
    /// A token that may stand in the URLs of the batch's streams and pictures for an hour, where clients need one.
    package var viewerToken: String?

    package init(batchID: Identifier, channel: String, createdAt: Timestamp, runs: [RunAccepted]) {
        self.batchID = batchID
        self.channel = channel
        streamURL = Subject.batch(batchID).streamURL
        self.createdAt = createdAt
        self.runs = runs
    }

    private enum CodingKeys: String, CodingKey {
        case batchID = "batch_id"
        case channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case runs
        case viewerToken = "viewer_token"
    }
}

/// A batch as `GET /api/agents/batch/{batch_id}` shows it (protocol, section 4).
package struct Batch: JSONObject, Hashable, Sendable {
    package var batchID: Identifier
    /// Whether no more runs can be added.
    package var isSealed: Bool
    /// Whether all its runs are over and its `batch_end` has been written.
    package var isOver: Bool
    /// The number of runs in each state. States without runs are left out.
    package var counts: [String: Int]
    /// The batch's Redis channel, which is also the name of its stream.
    package var channel: String
    /// Where the gateway serves the records of all its runs.
    package var streamURL: String
    /// When the batch was requested.
    package var createdAt: Timestamp
    /// Its runs that are still known, in the order in which they were requested.
    package var runs: [Run]

    package init(
        batchID: Identifier,
        isSealed: Bool,
        isOver: Bool,
        channel: String,
        createdAt: Timestamp,
        runs: [Run]
    ) {
        self.batchID = batchID
        self.isSealed = isSealed
        self.isOver = isOver
        counts = Dictionary(runs.map { ($0.status.rawValue, 1) }, uniquingKeysWith: +)
        self.channel = channel
        streamURL = Subject.batch(batchID).streamURL
        self.createdAt = createdAt
        self.runs = runs
    }

    private enum CodingKeys: String, CodingKey {
        case batchID = "batch_id"
        case isSealed = "sealed"
        case isOver = "over"
        case counts, channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case runs
    }
}
