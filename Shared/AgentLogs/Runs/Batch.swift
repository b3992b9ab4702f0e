//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What to do: the body of `POST /api/agents/batch` (protocol, section 4).
package struct BatchRequest: Hashable, Sendable {
    /// The name of the batch, chosen by who asks for it.
    package var batchID: Identifier

    /// Its runs, in the order in which they are to begin.
    package var tasks: [RunRequest]

    /// The most runs of a batch.
    package static let maximumTasks = 1000

    /// Puts a request together.
    package init(batchID: Identifier, tasks: [RunRequest]) {
        self.batchID = batchID
        self.tasks = tasks
    }

    /// The request as JSON. Two requests that ask for the same are the same bytes.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", batchID.rawValue)
        writer.field("tasks", raw: Self.array(self.tasks.map(\.json)))
        return writer.finish()
    }

    /// The name of a run that was given none: the same each time that the same is asked for.
    ///
    /// - Parameter number: Its place in the batch, from 1.
    /// - Throws: ``InvalidIdentifier`` when the batch's name leaves no space for it.
    package static func requestID(_ number: Int, in batchID: Identifier) throws(InvalidIdentifier) -> Identifier {
        try Identifier("\(batchID).\(number)")
    }

    static func array(_ elements: [[UInt8]]) -> String {
        "[" + elements.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",") + "]"
    }
}

/// The answer to `POST /api/agents/batch`. The same request gets the same answer again.
package struct BatchAccepted: Codable, Hashable, Sendable {
    /// The batch.
    package var batchID: Identifier
    /// The batch's Redis channel, which is also the name of its stream.
    package var channel: String
    /// Where the gateway serves the records of all its runs.
    package var streamURL: String
    /// When it was asked for.
    package var createdAt: Timestamp
    /// Its runs, in the order of the tasks.
    package var runs: [RunAccepted]

    /// Puts the answer together.
    package init(batchID: Identifier, channel: String, createdAt: Timestamp, runs: [RunAccepted]) {
        self.batchID = batchID
        self.channel = channel
        streamURL = Batch.streamURL(of: batchID)
        self.createdAt = createdAt
        self.runs = runs
    }

    private enum CodingKeys: String, CodingKey {
        case batchID = "batch_id"
        case channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case runs
    }

    /// The answer as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", batchID.rawValue)
        writer.field("channel", self.channel)
        writer.field("stream_url", streamURL)
        writer.field("created_at", createdAt.iso8601)
        writer.field("runs", raw: BatchRequest.array(self.runs.map(\.json)))
        return writer.finish()
    }
}

/// A batch as `GET /api/agents/batch/{batch_id}` shows it (protocol, section 4).
package struct Batch: Codable, Hashable, Sendable {
    /// The batch.
    package var batchID: Identifier
    /// Whether no run can be added any more.
    package var isSealed: Bool
    /// Whether all its runs are over, and its `batch_end` is written.
    package var isOver: Bool
    /// How many of its runs are in which state; states without any are left out.
    package var counts: [String: Int]
    /// The batch's Redis channel, which is also the name of its stream.
    package var channel: String
    /// Where the gateway serves the records of all its runs.
    package var streamURL: String
    /// When it was asked for.
    package var createdAt: Timestamp
    /// Its runs in the order in which they were asked for, as far as they are still known.
    package var runs: [Run]

    /// Puts a batch together.
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
        streamURL = Self.streamURL(of: batchID)
        self.createdAt = createdAt
        self.runs = runs
    }

    /// Where the gateway serves a batch, from its root.
    package static func streamURL(of batchID: Identifier) -> String { "/api/v1/stream-logs/batch/\(batchID)" }

    private enum CodingKeys: String, CodingKey {
        case batchID = "batch_id"
        case isSealed = "sealed"
        case isOver = "over"
        case counts, channel
        case streamURL = "stream_url"
        case createdAt = "created_at"
        case runs
    }

    /// The batch as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", batchID.rawValue)
        writer.field("sealed", .bool(isSealed))
        writer.field("over", .bool(isOver))
        writer.field("counts", .object(self.counts.mapValues { .integer(Int64($0)) }))
        writer.field("channel", self.channel)
        writer.field("stream_url", streamURL)
        writer.field("created_at", createdAt.iso8601)
        writer.field("runs", raw: BatchRequest.array(self.runs.map(\.json)))
        return writer.finish()
    }

    /// Reads the batch back.
    ///
    /// - Throws: `DecodingError`.
    package init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Batch.self, from: Data(json))
    }
}
