//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis

/// The queue shared by all processes: a stream with a consumer group. A run is added when it is first in its session,
/// and a process with a free slot takes the next one.
///
/// Every change is one script, so that a run is always in exactly one place: waiting for its session, in the queue,
/// started with a lease, or ended. A run that was taken but not started stays in the group's pending entries, where
/// another process claims it.
struct RunQueue: Sendable {
    /// A run that was taken from the queue and not started.
    struct Entry: Sendable, Equatable {
        /// The stream that it belongs to.
        var queue: String
        var id: String
        var requestID: Identifier

        init(queue: String, id: String, requestID: Identifier) {
            self.queue = queue
            self.id = id
            self.requestID = requestID
        }

        /// Nil if the entry was deleted or does not name a run.
        init?(_ entry: RedisStreamEntry, in queue: String) {
            guard let requestID = entry["request_id"].flatMap(Identifier.init(rawValue:)) else { return nil }
            self.init(queue: queue, id: entry.id, requestID: requestID)
        }
    }

    /// The limits on accepted runs.
    struct Limits: Sendable {
        /// The number of runs that this process executes at a time.
        var concurrency: Int

        /// How many more may wait, for all processes together.
        var waiting: Int
    }

    let database: RunDatabase
    let limits: Limits
    let leases: RunLeases

    /// Whether `WEBHOOK_URL` is told of all runs.
    let tellsService: Bool

    var redis: RedisClient { database.redis }
    var keys: Keyspace { database.keys }
    var prefix: String { database.keys.prefix }
    var timeToLive: Int { database.timeToLive }

    /// A connection for blocking commands.
    private let blocking: RedisClient

    /// How long one read of the queue waits for a run, in milliseconds. A shutdown waits at most as long.
    private static let patience = 1000

    /// - Parameter blocking: A client for blocking commands only.
    init(_ database: RunDatabase, blocking: RedisClient, limits: Limits, leases: RunLeases, tellsService: Bool = false)
    {
        self.database = database
        self.blocking = blocking
        self.limits = limits
        self.leases = leases
        self.tellsService = tellsService
    }

    // MARK: Taking runs

    /// Takes the next run that arrives within a second. Runs whose session's cookies are in this process come first.
    ///
    /// - Returns: One run, or two in the rare case that both queues receive one at the same moment.
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

    /// Takes a run that was given to this process in a lost reply.
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

    /// Needed by the first process of all, and after Redis has lost its data. All existing entries are delivered.
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

    /// The queue of runs whose sessions belong to this process.
    var ownQueue: String { keys.queue(of: leases.owner) }

    /// Claims an entry that another process took longer than a lease ago and has not started.
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

    /// Gives back a run that was taken and not started. Any process can take it at once.
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

    /// Starts a run: removes it from the queue and gives this process the lease. Repeating the call after an unclear
    /// failure is harmless.
    ///
    /// - Returns: `nil` if the run cannot be started any more: another process has started it, or it was cancelled.
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
        let (request, run, secrets, hold, epoch) =
            try reply.elements(String.self, String?.self, String.self, String.self, String.self)
        guard let run else { return nil }
        return Begun(
            request: Array(request.utf8),
            run: Array(run.utf8),
            secrets: secrets.isEmpty ? nil : Array(secrets.utf8),
            hold: hold.isEmpty ? nil : hold,
            epoch: epoch
        )
    }

    /// A started run as stored in Redis.
    struct Begun: Sendable {
        var request: [UInt8]
        var run: [UInt8]
        /// The values of its secrets, if any. They stay in Redis until this process reports the run as running.
        var secrets: [UInt8]?
        /// Why it is held; `nil` if it is not.
        var hold: String?
        /// How often its session was ended; empty for never.
        var epoch = ""
    }

    /// Gives back a run that this process has started without doing anything. Any process can take it.
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

    /// The entries of all streams in a reply.
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

    // MARK: Maintaining waiting runs

    /// Makes sure that a waiting run is in the queue or waits for its session, and that its keys do not expire.
    ///
    /// - Returns: Whether the run is waiting. Otherwise it has started or ended, or its request is lost.
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
