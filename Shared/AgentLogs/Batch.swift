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
public struct BatchRequest: Hashable, Sendable {
    /// The name of the batch, chosen by who asks for it.
    public var batchID: Identifier

    /// Its runs, in the order in which they are to begin.
    public var tasks: [RunRequest]

    /// The most runs of a batch.
    public static let maximumTasks = 1000

    /// Puts a request together.
    public init(batchID: Identifier, tasks: [RunRequest]) {
        self.batchID = batchID
        self.tasks = tasks
    }

    /// The request as JSON. Two requests that ask for the same are the same bytes.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", self.batchID.rawValue)
        writer.field("tasks", raw: Self.array(self.tasks.map(\.json)))
        return writer.finish()
    }

    /// The name of a run that was given none: the same each time that the same is asked for.
    ///
    /// - Parameter number: Its place in the batch, from 1.
    /// - Throws: ``InvalidIdentifier`` when the batch's name leaves no space for it.
    public static func requestID(_ number: Int, in batchID: Identifier) throws(InvalidIdentifier) -> Identifier {
        try Identifier("\(batchID).\(number)")
    }

    static func array(_ elements: [[UInt8]]) -> String {
        "[" + elements.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",") + "]"
    }
}

/// The answer to `POST /api/agents/batch`. The same request gets the same answer again.
public struct BatchAccepted: Codable, Hashable, Sendable {
    /// The batch.
    public var batchID: Identifier
    /// The batch's Redis channel, which is also the name of its stream.
    public var channel: String
    /// Where the gateway serves the records of all its runs.
    public var streamURL: String
    /// When it was asked for.
    public var createdAt: Timestamp
    /// Its runs, in the order of the tasks.
    public var runs: [RunAccepted]

    /// Puts the answer together.
    public init(batchID: Identifier, channel: String, createdAt: Timestamp, runs: [RunAccepted]) {
        self.batchID = batchID
        self.channel = channel
        self.streamURL = Batch.streamURL(of: batchID)
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
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", self.batchID.rawValue)
        writer.field("channel", self.channel)
        writer.field("stream_url", self.streamURL)
        writer.field("created_at", self.createdAt.iso8601)
        writer.field("runs", raw: BatchRequest.array(self.runs.map(\.json)))
        return writer.finish()
    }
}

/// A batch as `GET /api/agents/batch/{batch_id}` shows it (protocol, section 4).
public struct Batch: Codable, Hashable, Sendable {
    /// The batch.
    public var batchID: Identifier
    /// Whether no run can be added any more.
    public var isSealed: Bool
    /// Whether all its runs are over, and its `batch_end` is written.
    public var isOver: Bool
    /// How many of its runs are in which state; states without any are left out.
    public var counts: [String: Int]
    /// The batch's Redis channel, which is also the name of its stream.
    public var channel: String
    /// Where the gateway serves the records of all its runs.
    public var streamURL: String
    /// When it was asked for.
    public var createdAt: Timestamp
    /// Its runs in the order in which they were asked for, as far as they are still known.
    public var runs: [Run]

    /// Puts a batch together.
    public init(
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
        self.counts = Dictionary(runs.map { ($0.status.rawValue, 1) }, uniquingKeysWith: +)
        self.channel = channel
        self.streamURL = Self.streamURL(of: batchID)
        self.createdAt = createdAt
        self.runs = runs
    }

    /// Where the gateway serves a batch, from its root.
    public static func streamURL(of batchID: Identifier) -> String { "/api/v1/stream-logs/batch/\(batchID)" }

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
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.field("batch_id", self.batchID.rawValue)
        writer.field("sealed", .bool(self.isSealed))
        writer.field("over", .bool(self.isOver))
        writer.field("counts", .object(self.counts.mapValues { .integer(Int64($0)) }))
        writer.field("channel", self.channel)
        writer.field("stream_url", self.streamURL)
        writer.field("created_at", self.createdAt.iso8601)
        writer.field("runs", raw: BatchRequest.array(self.runs.map(\.json)))
        return writer.finish()
    }

    /// Reads the batch back.
    ///
    /// - Throws: `DecodingError`.
    public init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Batch.self, from: Data(json))
    }
}
