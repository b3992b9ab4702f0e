//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Delivery
import Keys
import Logging
import Redis

/// What the archiver does from the moment that it has taken over until another one does.
actor ArchiveSession {
    private let archive: OpenArchive
    private var store: any ArchiveStore
    private let fence: ArchiveFence
    private let facts: RunFactsReader
    private let scan: StreamScan
    private let counts: ArchiveCounts
    private let logger: Logger
    private let hub: TopicHub
    private let queue = PartQueue()
    private let logs: FollowedLogs

    /// `nil` if no pictures are kept.
    private let pictures: PictureRecorder?

    private var recorders: [Subject: LogRecorder] = [:]

    /// Up to where streams were found to be archived, though the archive's cursor may say something else: entries may
    /// have been deleted, or have come behind the end.
    private var settled: [Subject: EntryID] = [:]

    /// Runs of which it is to be asked what agent-api knows.
    private var owed: Set<Identifier> = []
    private var outcomes: [Identifier: RunFacts] = [:]
    private var asked: [Identifier: ContinuousClock.Instant] = [:]
    private var isFailing = false

    /// How many bytes of events are written in one transaction.
    private static let batchBytes = 4 << 20

    /// How long records gather for a transaction.
    private static let gathering = Duration.milliseconds(50)

    /// How long a log may be silent before it is let go: one that was found in Redis, and one that was heard.
    private static let patience = (found: Duration.seconds(5), heard: Duration.seconds(30))

    /// How many logs are followed at most because they were found in Redis.
    private static let mostFound = 256

    init(
        archive: OpenArchive,
        store: any ArchiveStore,
        fence: ArchiveFence,
        hub: TopicHub,
        redis: RedisClient,
        prefix: String,
        pictureBytes: Int,
        counts: ArchiveCounts,
        logger: Logger
    ) {
        self.archive = archive
        self.store = store
        self.fence = fence
        self.hub = hub
        self.counts = counts
        self.logger = logger
        let keys = Keyspace(prefix: prefix)
        facts = RunFactsReader(redis: redis, keys: keys)
        pictures =
            pictureBytes == 0
            ? nil
            : PictureRecorder(archive: archive, fence: fence, redis: redis, keys: keys, mostBytes: pictureBytes)
        scan = StreamScan(redis: redis, prefix: prefix)
        logs = FollowedLogs(hub: hub)
    }

    /// Archives until the task is cancelled or another process has taken over. What has come by then is written.
    func run() async {
        let logs = self.logs
        let heard = Self.patience.heard
        let listeners = hub.overhear { subject, message in
            logs.follow(subject, patience: heard, message: message)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.begin() }
            group.addTask { await self.find(often: listeners.isEmpty) }
            group.addTask { await self.letGo() }
            if let pictures { group.addTask { await pictures.run() } }
            await write()
            group.cancelAll()
        }
        for listener in listeners { listener.cancel() }
        logs.stopAll()
        counts.change { ($0.lag, $0.followed) = (0, 0) }
    }

    // MARK: Following

    /// Begins to follow logs where the archive ends.
    private func begin() async {
        for await log in logs.begun {
            var cursor: ArchiveCursor?
            while cursor == nil, !Task.isCancelled {
                do throws(ArchiveError) {
                    cursor = try await store.cursors(of: [log.subject])[log.subject] ?? ArchiveCursor()
                } catch {
                    await fail(error)
                }
            }
            guard let cursor else { return }
            recorders[log.subject] = LogRecorder(log.subject, follow: log.number, after: cursor)
            log.start(cursor.id.map { .after($0) } ?? .beginning, count: cursor.number, sink: queue)
        }
    }

    /// Looks for streams that are not archived up to their ends: those that were written while nobody listened, and those
    /// whose publishers do not publish.
    private func find(often: Bool) async {
        while !Task.isCancelled {
            var found: [Subject: EntryID] = [:]
            do throws(RedisError) {
                try await scan.report { streams in
                    for (subject, lastID) in streams { found[subject] = lastID ?? .greatest }
                    await self.check(streams)
                }
                settled = settled.filter { found[$0.key] != nil }
            } catch {
                logger.debug("streams could not be listed", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: often ? .seconds(1) : .seconds(5))
        }
    }

    private func check(_ streams: [(subject: Subject, lastID: EntryID?)]) async {
        let candidates = streams.filter { stream in
            !logs.contains(stream.subject) && (stream.lastID == nil || settled[stream.subject] != stream.lastID)
        }
        if candidates.isEmpty { return }
        guard let cursors = try? await store.cursors(of: candidates.map(\.subject)) else { return }
        for (subject, lastID) in candidates {
            if let lastID, cursors[subject]?.id == lastID {
                settled[subject] = lastID
                continue
            }
            while logs.count >= Self.mostFound, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
            if Task.isCancelled { return }
            logs.follow(subject, patience: Self.patience.found)
        }
    }

    /// Lets logs go that say nothing any more. The next message, or the next look at Redis, brings them back.
    private func letGo() async {
        while (try? await Task.sleep(for: .milliseconds(500))) != nil {
            // What waits to be written is no silence.
            for subject in logs.idle() {
                let id = await logs.readID(of: subject)
                if queue.lag == 0 { stop(subject, at: id) }
            }
            queue.ring()
        }
    }

    /// - Parameter id: Up to where the stream was read to its end, if it was.
    private func stop(_ subject: Subject, at id: EntryID?) {
        settled[subject] = id
        logs.stop(subject)
        recorders[subject] = nil
        if case .run(let requestID) = subject { asked[requestID] = nil }
    }

    // MARK: Writing

    private func write() async {
        for await _ in queue.arrivals {
            repeat {
                guard await writeNext() else { return }
            } while queue.lag > 0 && !Task.isCancelled
            if Task.isCancelled { return }
            try? await Task.sleep(for: Self.gathering)
        }
        // Cancelled: what has come is written all the same.
        while queue.lag > 0, await writeNext(isLast: true) {}
    }

    /// - Returns: Whether there may be more to write: `false` when another process has taken over.
    private func writeNext(isLast: Bool = false) async -> Bool {
        let (parts, ended) = queue.take(bytes: Self.batchBytes)
        logs.touch(parts.map(\.subject))
        var order: [Subject] = []
        var records: [Subject: [ArchivedRecord]] = [:]
        for part in parts {
            // What a log gave that was let go meanwhile is read again.
            guard recorders[part.subject]?.follow == part.follow,
                let new = recorders[part.subject]?.take(part)
            else { continue }
            if records[part.subject] == nil { order.append(part.subject) }
            records[part.subject, default: []] += new
            if part.isEnd, case .run(let requestID) = part.subject {
                outcomes[requestID] = recorders[part.subject]?.takeOutcome()
                asked[requestID] = nil
            }
        }
        let known = await ask(about: order)
        var entries = order.compactMap { subject in
            recorders[subject].map { ArchiveEntry(subject, records: records[subject] ?? [], cursor: $0.cursor) }
        }
        for index in entries.indices {
            entries[index].superseded = recorders[entries[index].subject]?.takeSuperseded() ?? []
            if pictures != nil { entries[index].pictures = recorders[entries[index].subject]?.takePictures() ?? [] }
        }
        for index in entries.indices {
            if case .run(let requestID) = entries[index].subject { entries[index].facts = known[requestID] }
        }
        // A log that is not in the archive yet has no facts there either.
        for (requestID, facts) in known where !order.contains(.run(requestID)) {
            guard let recorder = recorders[.run(requestID)], recorder.cursor.place > 0 else { continue }
            entries.append(ArchiveEntry(.run(requestID), records: [], cursor: recorder.cursor, facts: facts))
        }
        if !entries.isEmpty {
            while true {
                do throws(ArchiveError) {
                    // The file may have been removed.
                    store = try await archive.open()
                    try await store.write(entries, fence: fence)
                    break
                } catch .fenced {
                    return false
                } catch {
                    await fail(error)
                    if isLast || Task.isCancelled { return false }
                }
            }
            recover()
            if entries.contains(where: { !$0.pictures.isEmpty }) { pictures?.ring() }
            let written = entries.flatMap(\.records)
            counts.change { values in
                values.records += written.count
                values.gaps += written.count { $0.kind == .gap }
            }
        }
        if queue.wrote() { logs.resumeAll() }
        for subject in ended { stop(subject, at: await logs.readID(of: subject)) }
        counts.change { ($0.lag, $0.followed) = (queue.lag, logs.count) }
        return true
    }

    /// Asks what agent-api knows of runs: those that have begun or ended, and those that went on, from time to time.
    private func ask(about subjects: [Subject]) async -> [Identifier: RunFacts] {
        let now = ContinuousClock.now
        for case .run(let requestID) in subjects where (asked[requestID].map { $0 + .seconds(2) < now } ?? true) {
            owed.insert(requestID)
        }
        if owed.isEmpty { return [:] }
        let runs = Array(owed.prefix(500))
        guard var known = try? await facts.facts(of: runs) else { return [:] }
        for run in runs {
            asked[run] = now
            owed.remove(run)
            // The run's end tells of runs that agent-api does not know.
            if let outcome = outcomes.removeValue(forKey: run), known[run] == nil { known[run] = outcome }
        }
        return known
    }

    // MARK: Failures

    private func fail(_ error: ArchiveError) async {
        counts.change { values in
            values.failures += 1
            values.lag = queue.lag
        }
        if !isFailing {
            logger.error(
                "the archive cannot be written; records wait in memory, then in Redis",
                metadata: ["reason": "\(error)"]
            )
        }
        isFailing = true
        try? await Task.sleep(for: .milliseconds(500))
    }

    private func recover() {
        if isFailing { logger.notice("the archive can be written again") }
        isFailing = false
    }
}
