//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

/// The spool of this process: entries that Redis has not accepted yet, safe on disk.
///
/// Appends that arrive during a commit share the next one (group commit). So a slow disk makes commits larger, not the
/// queue longer.
package actor Spool {
    /// The name of this process, unique in the directory and in Redis.
    package nonisolated let owner: String

    private let directory: SpoolDirectory
    private let target: String
    private let maximumBytes: Int
    private let logger: Logger

    private var lock: SpoolLock?
    private var file: SpoolFile?
    private var generation = 0
    private var commits = GroupCommit()
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isFailing = false

    /// - Parameters:
    ///   - directory: The directory of the file, which is created with the first entry.
    ///   - target: Names the Redis that the entries are for. Processes with another Redis ignore them.
    ///   - maximumBytes: The maximum size of the file. Beyond it, as on a full disk, entries are not kept.
    ///   - logger: Logs each failure once.
    package init(directory: SpoolDirectory, target: String, maximumBytes: Int = 1 << 30, logger: Logger) {
        let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        owner = words.joined()
        self.directory = directory
        self.target = target
        self.maximumBytes = maximumBytes
        self.logger = logger
    }

    /// Writes entries, all or none, and returns when they are on disk.
    ///
    /// - Returns: Their places, in order; `nil` if they could not be written, which is logged.
    package func append(_ entries: [SpoolEntry]) async -> [SpoolPlace]? {
        guard !entries.isEmpty else { return [] }
        let ticket = commits.append(entries)
        await settle(ticket)
        return commits.takeResult(of: ticket)?.map { SpoolPlace(generation: $0.generation, row: $0.row) }
    }

    /// Removes entries that Redis has accepted.
    package func remove(_ places: [SpoolPlace]) async {
        let rows = places.filter { $0.generation == generation }.map(\.row)
        guard !rows.isEmpty else { return }
        let ticket = commits.remove(rows)
        await settle(ticket)
        _ = commits.takeResult(of: ticket)
    }

    /// Removes the file if it is empty. Otherwise its entries are delivered by the process that adopts it, once this
    /// object or its process is gone. Until then the spool can still be written.
    ///
    /// - Returns: The number of remaining entries.
    @discardableResult
    package func tidyUp() async -> Int {
        guard let file = self.file else { return 0 }
        let left = (try? await file.count()) ?? 0
        guard left == 0, commits.isIdle else { return left }
        self.file = nil
        file.remove()
        lock?.remove()
        lock = nil
        return 0
    }

    /// Waits until a ticket's commit is done. The first waiter performs it for all.
    private func settle(_ ticket: Int) async {
        while !commits.isSettled(ticket) {
            if let batch = commits.next() {
                let rows = await commit(batch)
                commits.done(rows)
                let waiting = self.waiting
                self.waiting = []
                for continuation in waiting { continuation.resume() }
            } else {
                await withCheckedContinuation { self.waiting.append($0) }
            }
        }
    }

    private func commit(_ batch: GroupCommit.Batch) async -> [GroupCommit.Row]? {
        // A damaged file is replaced once. If the new one is damaged too, the disk is at fault.
        for attempt in 0..<2 {
            do {
                let file = try openFile()
                let rows = try await file.change(append: batch.entries, remove: batch.removals)
                if isFailing { logger.notice("the spool can be written again") }
                isFailing = false
                return rows.map { GroupCommit.Row(generation: generation, row: $0) }
            } catch .corrupt(let reason) where attempt == 0 {
                let path = directory.filePath(owner)
                self.file?.close()
                self.file = nil
                generation += 1
                let aside = SpoolFile.moveAside(path)
                logger.error(
                    "the spool is corrupt; it was moved aside",
                    metadata: ["file": "\(aside)", "reason": "\(reason)"]
                )
            } catch {
                report(error)
                return nil
            }
        }
        return nil
    }

    private func openFile() throws(SpoolFile.Failure) -> SpoolFile {
        if let file = self.file { return file }
        do {
            if lock == nil {
                try directory.prepare()
                lock = try SpoolLock.create(directory.lockPath(owner))
            }
        } catch {
            throw .unavailable("\(error)")
        }
        let path = directory.filePath(owner)
        let file = try SpoolFile(path: path, target: target, maximumBytes: maximumBytes)
        self.file = file
        return file
    }

    private func report(_ failure: SpoolFile.Failure) {
        guard !isFailing else { return }
        isFailing = true
        let reason =
            switch failure {
            case .corrupt(let reason), .unavailable(let reason): reason
            }
        logger.error(
            "the spool cannot be written; records are kept in memory only until Redis takes them",
            metadata: ["directory": "\(self.directory.path)", "reason": "\(reason)"]
        )
    }
}
