//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
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

    private let redis: RedisClient
    private let prefix: String
    private let maximumLength: Int
    private let timeToLive: Int
    private let payload: Payload

    /// - Parameters:
    ///   - maximumLength: About how many records a stream keeps.
    ///   - timeToLive: How long, in seconds, a stream is kept after its last record.
    init(redis: RedisClient, prefix: String, maximumLength: Int, timeToLive: Int, payload: Payload) {
        self.redis = redis
        self.prefix = prefix
        self.maximumLength = maximumLength
        self.timeToLive = timeToLive
        self.payload = payload
    }

    /// Writes a record, which must have a number. Writing it again after an unclear failure changes nothing.
    ///
    /// - Returns: Whether it was written now; `false` when it had been before.
    /// - Throws: `RedisError`.
    @discardableResult
    func publish(_ record: LogRecord) async throws -> Bool {
        let keys = StreamKeys(prefix: self.prefix, requestID: record.requestID)
        var arguments: [any RedisArgument] = [
            record.seq ?? 0, self.maximumLength, self.timeToLive, self.payload.rawValue,
            // The script completes the object with the id that only it knows.
            self.payload == .json ? Array(record.payload.dropLast()) : Array(record.message.utf8),
        ]
        for (name, value) in record.fields {
            arguments.append(name)
            arguments.append(value)
        }
        let reply = try await self.redis.evaluate(Self.script, keys: [keys.stream, keys.seq], arguments: arguments)
        return reply.string != nil
    }

    private static let script = RedisScript(
        """
        local seq = tonumber(ARGV[1])
        if seq <= tonumber(redis.call('GET', KEYS[2]) or '0') then return false end
        local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 6))
        redis.call('SET', KEYS[2], seq, 'EX', ARGV[3])
        redis.call('EXPIRE', KEYS[1], ARGV[3])
        if ARGV[4] == 'json' then
            redis.call('PUBLISH', KEYS[1], ARGV[5] .. ',"id":"' .. id .. '"}')
        elseif ARGV[4] == 'text' then
            redis.call('PUBLISH', KEYS[1], ARGV[5])
        end
        return id
        """
    )
}
