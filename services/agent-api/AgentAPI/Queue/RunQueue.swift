//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis

/// The queue that all processes share: a stream with a consumer group, in which each run stands when its turn in its
/// session has come, and from which whoever has a free place takes the next.
///
/// Every change is one script, so that a run is always in one place: waiting for its session, in the queue, begun with
/// a lease, or ended. A run that was taken out of the stream and not begun stays in the group's list of pending entries,
/// from which another process claims it.
struct RunQueue: Sendable {
    /// A run that was taken out of the queue and not begun.
    struct Entry: Sendable, Equatable {
        /// The stream that it stands in.
        var queue: String
        var id: String
        var requestID: Identifier

        init(queue: String, id: String, requestID: Identifier) {
            self.queue = queue
            self.id = id
            self.requestID = requestID
        }

        /// Nil when the entry was deleted, or says nothing of a run.
        init?(_ entry: RedisStreamEntry, in queue: String) {
            guard let requestID = entry["request_id"].flatMap(Identifier.init(rawValue:)) else { return nil }
            self.init(queue: queue, id: entry.id, requestID: requestID)
        }
    }

    /// What the service is allowed to take on.
    struct Limits: Sendable {
        /// How many runs this process carries out at a time.
        var concurrency: Int

        /// How many more may wait, for all processes together.
        var waiting: Int
    }

    let database: RunDatabase
    let limits: Limits
    let leases: RunLeases

    var redis: RedisClient { database.redis }
    var keys: Keyspace { database.keys }
    var prefix: String { database.keys.prefix }
    var timeToLive: Int { database.timeToLive }

    /// A connection on which nobody minds that an answer takes its time.
    private let blocking: RedisClient

    /// How long one look into the queue waits for a run. A shutdown waits as long, at most.
    private static let patience = 1000

    /// - Parameter blocking: For waiting, and nothing else.
    init(_ database: RunDatabase, blocking: RedisClient, limits: Limits, leases: RunLeases) {
        self.database = database
        self.blocking = blocking
        self.limits = limits
        self.leases = leases
    }

    // MARK: Taking runs

    /// Takes the next run, if there is one within a second; first one of a session whose cookies this process has.
    ///
    /// - Returns: One run, or two in the rare case that both queues get one at the same moment.
    /// - Throws: `RedisError`.
    func next() async throws(RedisError) -> [Entry] {
        do {
            let own = try await redis.send(self.reading([ownQueue], from: ">"))
            let entries = try Self.entries(own)
            if !entries.isEmpty { return entries }
            let reading = self.reading([ownQueue, keys.queue], from: ">", waiting: true)
            return try Self.entries(await blocking.send(reading))
        } catch  where error.serverPrefix == "NOGROUP" || error.serverPrefix == "UNBLOCKED" {
            try await makeGroups()
            return []
        }
    }

    /// Takes a run that was given out to this process in an answer that never came.
    ///
    /// - Throws: `RedisError`.
    func nextUnanswered() async throws(RedisError) -> Entry? {
        do {
            let reading = self.reading([ownQueue, keys.queue], from: "0")
            return try Self.entries(await redis.send(reading)).first
        } catch  where error.serverPrefix == "NOGROUP" {
            return nil
        }
    }

    private func reading(_ queues: [String], from start: String, waiting: Bool = false) -> RedisCommand {
        var words = ["GROUP", QueueScript.group, leases.owner, "COUNT", "1"]
        if waiting { words += ["BLOCK", "\(Self.patience)"] }
        words += ["STREAMS"] + queues + queues.map { _ in start }
        return RedisCommand("XREADGROUP", words)
    }

    /// For the first process ever, or when Redis has lost its data. Whatever is in the streams is to be given out.
    private func makeGroups() async throws(RedisError) {
        for queue in [keys.queue, ownQueue] {
            do {
                _ = try await redis.send(
                    RedisCommand("XGROUP", "CREATE", queue, QueueScript.group, "0", "MKSTREAM")
                )
            } catch  where error.serverPrefix == "BUSYGROUP" {}
        }
        _ = try await redis.send(RedisCommand("EXPIRE", ownQueue, "3600"))
    }

    /// The queue of runs that belong to sessions of this process.
    var ownQueue: String { keys.queue(of: leases.owner) }

    /// Claims an entry that another process has taken and not begun for the time of a lease.
    ///
    /// - Throws: `RedisError`.
    func nextIdle() async throws(RedisError) -> Entry? {
        let command = RedisCommand(
            "XAUTOCLAIM",
            keys.queue,
            QueueScript.group,
            leases.owner,
            "\(leases.milliseconds)",
            "0-0",
            "COUNT",
            "1"
        )
        do {
            let (_, claimed) = try await redis.send(command).elements(String.self, [RedisStreamEntry?].self)
            return claimed.lazy.compactMap { $0 }.first.flatMap { Entry($0, in: keys.queue) }
        } catch  where error.serverPrefix == "NOGROUP" {
            return nil
        }
    }

    /// Gives a run back that was taken and not begun, for any other process to take at once.
    ///
    /// - Throws: `RedisError`.
    func putBack(_ entry: Entry) async throws(RedisError) {
        _ = try await redis.evaluate(
            Self.restoring,
            keys: [keys.run(entry.requestID).run, entry.queue],
            arguments: [prefix, entry.requestID.rawValue, entry.id]
        )
    }

    private static let restoring = RedisScript(queue: Embedded.putBackLua)

    /// Begins a run: it is out of the queue, and this process has the lease on it. Doing so again after an unclear
    /// failure is harmless.
    ///
    /// - Returns: `nil` when the run is none to begin any more: another process has begun it, or it was cancelled.
    /// - Throws: `RedisError`.
    func begin(_ entry: Entry) async throws(RedisError) -> Begun? {
        let keys = self.keys.run(entry.requestID)
        let reply = try await redis.evaluate(
            Self.beginning,
            keys: [keys.run, keys.ended, keys.lease, self.keys.unfinished, entry.queue, keys.secrets],
            arguments: [
                prefix, entry.requestID.rawValue, entry.id, leases.owner, leases.milliseconds,
                timeToLive, worker,
            ]
        )
        if reply.isNull { return nil }
        let (request, run, secrets) = try reply.elements(String.self, String?.self, String.self)
        guard let run else { return nil }
        return Begun(
            request: Array(request.utf8),
            run: Array(run.utf8),
            secrets: secrets.isEmpty ? nil : Array(secrets.utf8)
        )
    }

    /// What Redis knows of a run that was begun.
    struct Begun: Sendable {
        var request: [UInt8]
        var run: [UInt8]
        /// The values of its secrets, if it has any. They stay in Redis until this process has said that it runs.
        var secrets: [UInt8]?
    }

    /// Gives a run back that this process has begun and done nothing of, for any other process to take.
    ///
    /// - Throws: `RedisError`.
    func giveBack(_ requestID: Identifier) async throws(RedisError) {
        let keys = self.keys.run(requestID)
        _ = try await redis.evaluate(
            Self.returning,
            keys: [keys.run, keys.ended, keys.lease],
            arguments: [prefix, requestID.rawValue, leases.owner]
        )
    }

    /// The entries of all streams of an answer.
    private static func entries(_ reply: RESPValue) throws(RedisError) -> [Entry] {
        var entries: [Entry] = []
        for stream in try reply.as([RESPValue]?.self) ?? [] {
            let (queue, taken) = try stream.elements(String.self, [RedisStreamEntry].self)
            entries += taken.compactMap { Entry($0, in: queue) }
        }
        return entries
    }

    private static let beginning = RedisScript(queue: Embedded.beginLua)

    private static let returning = RedisScript(queue: Embedded.giveBackLua)

    // MARK: Looking after runs that wait

    /// Sees to it that a run that waits is in line, whatever was lost, and is kept.
    ///
    /// - Returns: Whether it waits; otherwise it has begun or ended, or Redis does not know any more what was asked for.
    /// - Throws: `RedisError`.
    func keep(_ requestID: Identifier) async throws(RedisError) -> Bool {
        let keys = self.keys.run(requestID)
        let reply = try await redis.evaluate(
            Self.keeping,
            keys: [keys.run, keys.ended, self.keys.unfinished],
            arguments: [prefix, requestID.rawValue, leases.milliseconds, timeToLive]
        )
        return try reply.as(Bool.self)
    }

    private static let keeping = RedisScript(queue: Embedded.keepLua)
}
