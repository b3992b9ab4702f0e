//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Archive
package import Delivery
package import Logging
package import Redis
import ServiceLifecycle

/// Writes the records of all runs and batches to the archive, if no other process does.
///
/// It follows each log like a viewer, so that it gets each record once and in order, whoever has written it. How far it
/// has come is in the database, written in the same transaction as the records: a process that is killed loses nothing
/// and repeats nothing.
package final class Archiver: Service {
    private let archive: OpenArchive
    private let hub: TopicHub
    private let redis: RedisClient
    private let prefix: String
    private let limits: ArchiveLimits
    private let logger: Logger
    private let lease: ArchiverLease

    /// What it has done, for metrics.
    package let counts = ArchiveCounts()

    /// - Parameters:
    ///   - hub: Follows the logs.
    ///   - prefix: The setting `REDIS_STREAM`.
    ///   - limits: What is kept.
    package init(
        _ archive: OpenArchive,
        hub: TopicHub,
        redis: RedisClient,
        prefix: String,
        limits: ArchiveLimits,
        logger: Logger
    ) {
        self.archive = archive
        self.hub = hub
        self.redis = redis
        self.prefix = prefix
        self.limits = limits
        self.logger = logger
        lease = ArchiverLease(redis: redis, prefix: prefix)
    }

    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.compete() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
        await lease.release()
        await archive.close()
    }

    /// Archives whenever this process has the lease, until the task is cancelled.
    private func compete() async {
        var reported: String?
        while !Task.isCancelled {
            if (try? await lease.hold()) == true {
                do throws(ArchiveError) {
                    let store = try await archive.open()
                    let fence = try await store.takeOver()
                    logger.notice("this process is the archiver", metadata: ["archive": "\(archive.address)"])
                    reported = nil
                    await archive(to: store, fence)
                } catch {
                    if reported != error.description {
                        logger.error("the archive cannot be opened; trying again", metadata: ["reason": "\(error)"])
                    }
                    reported = error.description
                }
            }
            try? await Task.sleep(for: ArchiverLease.interval)
        }
    }

    /// Archives until the lease is lost or another process has taken over.
    private func archive(to store: any ArchiveStore, _ fence: ArchiveFence) async {
        let session = ArchiveSession(
            archive: archive,
            store: store,
            fence: fence,
            hub: hub,
            redis: redis,
            prefix: prefix,
            pictureBytes: limits.pictureBytes,
            counts: counts,
            logger: logger
        )
        counts.change { $0.isArchiver = true }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await session.run() }
            group.addTask { await self.keepLease() }
            group.addTask { await self.retain(store) }
            await group.next()
            group.cancelAll()
        }
        counts.change { $0.isArchiver = false }
        if !Task.isCancelled { logger.notice("this process is the archiver no longer") }
    }

    /// Renews the lease. While Redis is away nobody else can take it either.
    private func keepLease() async {
        while (try? await Task.sleep(for: ArchiverLease.interval)) != nil {
            if (try? await lease.hold()) == false { return }
        }
    }

    /// Removes what is too old or too much, from time to time. Does not return by itself.
    private func retain(_ store: any ArchiveStore) async {
        var clock = ClockWatch()
        var wasBelievable = true
        repeat {
            guard limits.age != nil || limits.bytes != nil else { continue }
            let now = Timestamp.now()
            let isBelievable = clock.isBelievable(now, at: .now)
            if wasBelievable, !isBelievable {
                logger.warning("the clock was set; nothing is removed from the archive for an hour")
            }
            wasBelievable = isBelievable
            guard isBelievable else { continue }
            func before(_ age: Duration) -> Timestamp {
                Timestamp(milliseconds: now.milliseconds - Int64(age / .milliseconds(1)))
            }
            let oldest = limits.age.map(before)
            let going = before(ArchiveLimits.silence)
            do throws(ArchiveError) {
                let removed = try await store.retain(since: oldest, bytes: limits.bytes, going: going)
                if removed > 0 { logger.info("old runs were removed", metadata: ["count": "\(removed)"]) }
            } catch {
                logger.warning("old runs could not be removed", metadata: ["reason": "\(error)"])
            }
        } while (try? await Task.sleep(for: limits.interval)) != nil
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    }
}

/// What the archive keeps.
package struct ArchiveLimits: Sendable, Hashable {
    /// How long a run is kept after its last record; `nil` for ever.
    package var age: Duration?

    /// How many bytes all runs may have; `nil` for any number.
    package var bytes: Int?

    /// How many bytes all pictures may have; 0 to keep none.
    package var pictureBytes: Int

    /// How often what is beyond that is removed.
    package var interval = Duration.seconds(60)

    /// A run that has not ended counts as going on until it was silent for this long.
    static let silence = Duration.seconds(48 * 3600)

    package init(age: Duration? = nil, bytes: Int? = nil, pictureBytes: Int = 1 << 30) {
        self.age = age
        self.bytes = bytes
        self.pictureBytes = pictureBytes
    }
}
