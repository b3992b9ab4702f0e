//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Logging

/// The spool of this process: what it has said and Redis has not taken yet, safe on disk.
///
/// Whoever appends while a commit is under way shares the next one with all others who do (group commit): a slow disk
/// makes commits larger, not the queue longer.
public actor Spool {
    /// The name of this process among those that share the directory, and among those that share a Redis.
    public nonisolated let owner: String

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
    ///   - directory: Where the file is made, when there is something to write.
    ///   - target: Names the Redis that the entries are for. A process with another Redis leaves them alone.
    ///   - maximumBytes: How large the file may grow. Beyond it, as on a full disk, entries are not kept.
    ///   - logger: Is told what goes wrong, once.
    public init(directory: SpoolDirectory, target: String, maximumBytes: Int = 1 << 30, logger: Logger) {
        let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
        self.owner = words.joined()
        self.directory = directory
        self.target = target
        self.maximumBytes = maximumBytes
        self.logger = logger
    }

    /// Writes entries, all or none, and returns when they are on disk.
    ///
    /// - Returns: Where they are, in order; `nil` when they could not be written, which the log tells.
    public func append(_ entries: [SpoolEntry]) async -> [SpoolPlace]? {
        guard !entries.isEmpty else { return [] }
        let ticket = self.commits.append(entries)
        await self.settle(ticket)
        return self.commits.takeResult(of: ticket)?.map { SpoolPlace(generation: $0.generation, row: $0.row) }
    }

    /// Removes entries that Redis has taken.
    public func remove(_ places: [SpoolPlace]) async {
        let rows = places.filter { $0.generation == self.generation }.map(\.row)
        guard !rows.isEmpty else { return }
        let ticket = self.commits.remove(rows)
        await self.settle(ticket)
        _ = self.commits.takeResult(of: ticket)
    }

    /// Removes the file when nothing is left in it. What is left is delivered by whoever adopts it, as soon as this
    /// object or its process is gone. Until then the spool can still be written.
    ///
    /// - Returns: How many entries are left.
    @discardableResult
    public func tidyUp() async -> Int {
        guard let file = self.file else { return 0 }
        let left = (try? await file.count()) ?? 0
        guard left == 0, self.commits.isIdle else { return left }
        self.file = nil
        file.remove()
        self.lock?.remove()
        self.lock = nil
        return 0
    }

    /// Waits until a ticket's commit is done. The first who waits carries it out for all.
    private func settle(_ ticket: Int) async {
        while !self.commits.isSettled(ticket) {
            if let batch = self.commits.next() {
                let rows = await self.commit(batch)
                self.commits.done(rows)
                let waiting = self.waiting
                self.waiting = []
                for continuation in waiting { continuation.resume() }
            } else {
                await withCheckedContinuation { self.waiting.append($0) }
            }
        }
    }

    private func commit(_ batch: GroupCommit.Batch) async -> [GroupCommit.Row]? {
        // A damaged file is replaced by a new one, once: if that is damaged as well, it is the disk.
        for attempt in 0..<2 {
            do {
                let file = try self.openFile()
                let rows = try await file.change(append: batch.entries, remove: batch.removals)
                if self.isFailing { self.logger.notice("the spool can be written again") }
                self.isFailing = false
                return rows.map { GroupCommit.Row(generation: self.generation, row: $0) }
            } catch .corrupt(let reason) where attempt == 0 {
                let path = self.directory.filePath(self.owner)
                self.file?.close()
                self.file = nil
                self.generation += 1
                let aside = SpoolFile.moveAside(path)
                self.logger.error(
                    "the spool is corrupt; it was moved aside",
                    metadata: ["file": "\(aside)", "reason": "\(reason)"]
                )
            } catch {
                self.report(error)
                return nil
            }
        }
        return nil
    }

    private func openFile() throws(SpoolFile.Failure) -> SpoolFile {
        if let file = self.file { return file }
        do {
            if self.lock == nil {
                try self.directory.prepare()
                self.lock = try SpoolLock.create(self.directory.lockPath(self.owner))
            }
        } catch {
            throw .unavailable("\(error)")
        }
        let path = self.directory.filePath(self.owner)
        let file = try SpoolFile(path: path, target: self.target, maximumBytes: self.maximumBytes)
        self.file = file
        return file
    }

    private func report(_ failure: SpoolFile.Failure) {
        guard !self.isFailing else { return }
        self.isFailing = true
        let reason =
            switch failure {
            case .corrupt(let reason), .unavailable(let reason): reason
            }
        self.logger.error(
            "the spool cannot be written; records are kept in memory only until Redis takes them",
            metadata: ["directory": "\(self.directory.path)", "reason": "\(reason)"]
        )
    }
}
