//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging

/// The non-empty spool of a process that has died. It has exactly one owner.
package final class AbandonedSpool: Sendable {
    /// The process that wrote it.
    package let owner: String

    private let file: SpoolFile
    private let lock: SpoolLock

    fileprivate init(owner: String, file: SpoolFile, lock: SpoolLock) {
        self.owner = owner
        self.file = file
        self.lock = lock
    }

    deinit { self.file.close() }

    /// The next entries after a place, oldest first.
    ///
    /// - Parameters:
    ///   - place: The last place that was read; `nil` to start.
    ///   - limit: The maximum number of entries.
    /// - Throws: ``SpoolError`` if the file cannot be read.
    package func entries(
        after place: SpoolPlace?,
        limit: Int
    ) async throws(SpoolError) -> [(place: SpoolPlace, entry: SpoolEntry)] {
        do {
            let entries = try await file.entries(after: place?.row ?? 0, limit: limit)
            return entries.map { (SpoolPlace(generation: 0, row: $0.row), $0.entry) }
        } catch {
            throw SpoolError("\(file.path) cannot be read: \(error)")
        }
    }

    /// Removes delivered entries. A failure is harmless: they are delivered again, which is idempotent.
    package func remove(_ places: [SpoolPlace]) async {
        _ = try? await file.change(append: [], remove: places.map(\.row))
    }

    /// Removes the spool after everything was delivered.
    package func finish() {
        file.remove()
        lock.remove()
    }

    /// Renames an unreadable spool.
    ///
    /// - Returns: The new path.
    package func moveAside() -> String {
        file.close()
        defer { lock.remove() }
        return SpoolFile.moveAside(file.path)
    }
}

extension SpoolDirectory {
    /// Takes over the spools of processes that have died, if they are for the same Redis. Empty ones are removed.
    ///
    /// - Parameters:
    ///   - target: The Redis that entries can be delivered to.
    ///   - logger: Logs corrupt files.
    package func adopt(target: String, logger: Logger) async -> [AbandonedSpool] {
        var adopted: [AbandonedSpool] = []
        for owner in owners() {
            guard let lock = SpoolLock.adopt(lockPath(owner)) else { continue }
            let path = filePath(owner)
            do {
                let file = try SpoolFile(path: path, target: target, maximumBytes: .max)
                guard try await file.target() == target else {
                    file.close()
                    continue
                }
                if try await file.count() == 0 {
                    file.remove()
                    lock.remove()
                } else {
                    adopted.append(AbandonedSpool(owner: owner, file: file, lock: lock))
                }
            } catch .corrupt(let reason) {
                let aside = SpoolFile.moveAside(path)
                lock.remove()
                logger.error(
                    "an abandoned spool is corrupt; it was moved aside",
                    metadata: ["file": "\(aside)", "reason": "\(reason)"]
                )
            } catch {
                logger.warning(
                    "an abandoned spool cannot be read now",
                    metadata: ["file": "\(path)", "reason": "\(error)"]
                )
            }
        }
        return adopted
    }
}
