//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The archive of a process: opened when it is first needed, and again after it could not be, or its file was removed.
package actor OpenArchive {
    package nonisolated let address: ArchiveAddress
    private var store: (any ArchiveStore)?

    /// Which file was opened.
    private var file: FileIdentity?
    private var failure: (error: ArchiveError, time: ContinuousClock.Instant)?

    /// How long it is from one attempt to the next.
    private static let pause = Duration.seconds(1)

    package init(_ address: ArchiveAddress) {
        self.address = address
    }

    /// The archive.
    ///
    /// - Throws: ``ArchiveError`` why it cannot be opened.
    package func open() async throws(ArchiveError) -> any ArchiveStore {
        if let store {
            if isThere { return store }
            self.store = nil
            await store.close()
        }
        if let failure, failure.time + Self.pause > .now { throw failure.error }
        do throws(ArchiveError) {
            let store = try make()
            self.store = store
            file = FileIdentity(address)
            failure = nil
            return store
        } catch {
            failure = (error, .now)
            throw error
        }
    }

    private func make() throws(ArchiveError) -> any ArchiveStore {
        switch address {
        case .none: throw .unavailable("there is none")
        case .sqlite(let path): try SQLiteArchive(path: path)
        case .postgres(let address): try PostgresArchive(address)
        }
    }

    /// Whether the file is still where it was opened.
    private var isThere: Bool { FileIdentity(address) == file }

    package func close() async {
        await store?.close()
        store = nil
    }
}

/// Tells a file from another one that has taken its place.
private struct FileIdentity: Hashable {
    private var device: dev_t
    private var number: ino_t

    /// - Returns: `nil` where there is no file.
    init?(_ address: ArchiveAddress) {
        guard case .sqlite(let path) = address else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }
}
