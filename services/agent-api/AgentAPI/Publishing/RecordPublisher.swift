//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// Writes records to Redis: the stream for the history and the channel for live viewers, in one atomic script
/// (protocol, section 2).
struct RecordPublisher: Sendable {
    /// What is published on the channel.
    enum Payload: String, Sendable {
        /// The record as JSON, including the entry's id.
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

    /// - Parameter maximumLength: The approximate maximum number of records in a stream.
    init(_ database: RunDatabase, maximumLength: Int, payload: Payload) {
        self.database = database
        self.maximumLength = maximumLength
        self.payload = payload
    }

    /// Writes a record, which must have a number. Repeating the call after an unclear failure is harmless.
    ///
    /// - Parameters:
    ///   - state: The run's encoded state, if the record changes it. It is written in the same step, so that a client
    ///     that sees the record and then requests the run gets the same state.
    ///   - recording: What the run has done, encoded, with its last record.
    ///   - owner: The process that executes the run.
    /// - Throws: `RedisError`.
    @discardableResult
    func publish(
        _ record: LogRecord,
        state: [UInt8]? = nil,
        recording: [UInt8]? = nil,
        owner: String
    ) async throws(RedisError) -> WriteResult {
        let reply = try await redis.evaluate(
            Self.publishing,
            keys: keys(of: record),
            arguments: [owner] + arguments(record, state: state, recording: recording, endedBy: owner)
        )
        return try reply.as(WriteResult.self)
    }

    /// Ends a run for its dead process with an `end` record, unless it has changed in the meantime.
    ///
    /// - Parameters:
    ///   - record: The `end`, with the number after the last one.
    ///   - heldBy: A process whose lease is ignored; `nil` for none.
    ///   - owner: The process that found the run.
    /// - Returns: `repeated` if the run has ended, its process is alive, or another record was written in the meantime.
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
            // A special mark instead of the process's name, so that the run is over for every process, including this
            // one.
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

    /// What webhooks are told of a record.
    private func event(of record: LogRecord) -> String {
        switch record.kind {
        case .end: RunOutcome(data: record.data).status.rawValue
        case .status where record.standing == .waiting: RunStatus.waiting.rawValue
        default: ""
        }
    }

    private func arguments(
        _ record: LogRecord,
        state: [UInt8]?,
        recording: [UInt8]? = nil,
        endedBy: String
    ) -> [any RedisArgument] {
        var arguments: [any RedisArgument] = [
            record.seq ?? 0, maximumLength, database.timeToLive, payload.rawValue,
            // The script completes the object with the id, which only Redis knows.
            payload == .json ? Array(record.payload.dropLast()) : Array(record.message.utf8),
            record.kind == .end ? endedBy : "", state ?? [],
            event(of: record), record.batchID?.rawValue ?? "",
            database.keys.prefix, record.requestID.rawValue, recording ?? [],
        ]
        for (name, value) in record.fields {
            arguments.append(name)
            arguments.append(value)
        }
        return arguments
    }

    private static let publishing = RedisScript(queue: Embedded.webhooksLua, Embedded.recordsLua, Embedded.publishLua)

    private static let takingOver = RedisScript(
        queue: Embedded.webhooksLua,
        Embedded.recordsLua,
        Embedded.endAbandonedLua
    )
}
