//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// Writes records into Redis: the stream for history, the channel for live, in one atomic script (protocol, section 2).
struct RecordPublisher: Sendable {
    /// What goes to the channel.
    enum Payload: String, Sendable {
        /// The record as JSON, with the entry's id in it.
        case json

        /// The bare text (`LOG_PUBSUB_JSON=0`).
        case text

        /// Nothing (`LOG_PUBSUB=0`).
        case none
    }

    private let database: RunDatabase
    private let maximumLength: Int
    private let payload: Payload
    private var redis: RedisClient { database.redis }

    /// - Parameter maximumLength: About how many records a stream keeps.
    init(_ database: RunDatabase, maximumLength: Int, payload: Payload) {
        self.database = database
        self.maximumLength = maximumLength
        self.payload = payload
    }

    /// Writes a record, which must have a number. Writing it again after an unclear failure changes nothing.
    ///
    /// - Parameters:
    ///   - state: The run as it is with this record, encoded, where the record changes it; written in the same step, so
    ///     that who sees the record and asks for the run is told the same.
    ///   - owner: The process that carries the run out.
    /// - Throws: `RedisError`.
    @discardableResult
    func publish(_ record: LogRecord, state: [UInt8]? = nil, owner: String) async throws(RedisError) -> WriteResult {
        let reply = try await redis.evaluate(
            Self.publishing,
            keys: keys(of: record),
            arguments: [owner] + arguments(record, state: state, endedBy: owner)
        )
        return try reply.as(WriteResult.self)
    }

    /// Ends a run in place of its process, by its `end` record, if nothing has happened to it meanwhile.
    ///
    /// - Parameters:
    ///   - record: The `end`, with the number that follows the last one.
    ///   - heldBy: Who may have the lease all the same; `nil` when nobody may.
    ///   - owner: The process that found it.
    /// - Returns: `repeated` when it has ended, when its process lives, or when a record has come meanwhile.
    /// - Throws: `RedisError`.
    func endOrphan(
        _ record: LogRecord,
        state: [UInt8]?,
        heldBy: String?,
        owner: String
    ) async throws(RedisError) -> WriteResult {
        let reply = try await redis.evaluate(
            Self.takingOver,
            keys: keys(of: record),
            // A mark of its own, not the taker's name: the run is over for everybody, also for the one who ended it.
            arguments: [heldBy ?? ""] + arguments(record, state: state, endedBy: "unattended, by \(owner)")
        )
        return try reply.as(WriteResult.self)
    }

    private func keys(of record: LogRecord) -> [String] {
        let run = database.keys.run(record.requestID)
        let batch = record.batchID.map { database.keys.batch($0) }
        return [run.stream, run.seq, run.ended, run.run, run.lease, database.keys.unfinished]
            + (batch.map { [$0.stream, $0.state, $0.runs] } ?? [])
    }

    private func arguments(_ record: LogRecord, state: [UInt8]?, endedBy: String) -> [any RedisArgument] {
        var arguments: [any RedisArgument] = [
            record.seq ?? 0, maximumLength, database.timeToLive, payload.rawValue,
            // The script completes the object with the id that only it knows.
            payload == .json ? Array(record.payload.dropLast()) : Array(record.message.utf8),
            record.kind == .end ? endedBy : "", state ?? [],
            record.kind == .end ? RunOutcome(data: record.data).status.rawValue : "", record.batchID?.rawValue ?? "",
            database.keys.prefix, record.requestID.rawValue,
        ]
        for (name, value) in record.fields {
            arguments.append(name)
            arguments.append(value)
        }
        return arguments
    }

    private static let publishing = RedisScript(queue: Embedded.recordsLua, Embedded.publishLua)

    private static let takingOver = RedisScript(queue: Embedded.recordsLua, Embedded.endAbandonedLua)
}
