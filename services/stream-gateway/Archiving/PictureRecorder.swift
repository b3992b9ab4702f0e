//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archive
import FoundationEssentials
import Keys
import NIOCore
import Redis

/// Brings the pictures that archived records announce from Redis to the archive.
///
/// What is still to be brought is in the database, written in the same transaction as the records: a process that is
/// killed forgets no picture.
struct PictureRecorder: Sendable {
    let archive: OpenArchive
    let fence: ArchiveFence
    let redis: RedisClient
    let keys: Keyspace

    /// How many bytes all pictures may have.
    let mostBytes: Int

    private let bell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// How many pictures are in memory at most.
    private static let atOnce = 8

    init(archive: OpenArchive, fence: ArchiveFence, redis: RedisClient, keys: Keyspace, mostBytes: Int) {
        self.archive = archive
        self.fence = fence
        self.redis = redis
        self.keys = keys
        self.mostBytes = mostBytes
        // What another process has left.
        bell.continuation.yield()
    }

    /// Says that pictures were announced.
    func ring() { bell.continuation.yield() }

    /// Brings pictures until the task is cancelled or another process has taken over.
    func run() async {
        for await _ in bell.stream {
            do {
                while try await bringSome() {}
            } catch ArchiveError.fenced {
                return
            } catch {
                // Redis or the database is away.
                try? await Task.sleep(for: .seconds(1))
                ring()
            }
        }
    }

    /// - Returns: Whether there may be more.
    private func bringSome() async throws -> Bool {
        let store = try await archive.open()
        let names = try await store.missingPictures(limit: Self.atOnce)
        if names.isEmpty { return false }
        let replies = try await redis.pipeline(
            names.map { RedisCommand("HGET", keys.run($0.requestID).screenshots, "\($0.step)") }
        )
        var pictures: [ArchivedPicture] = []
        for (name, reply) in zip(names, replies) {
            pictures.append(ArchivedPicture(name, data: try Self.jpeg(reply)))
        }
        try await store.write(pictures, within: mostBytes, fence: fence)
        return true
    }

    /// - Returns: `nil` where there is no picture: it has expired, or the key is another program's.
    private static func jpeg(_ reply: Result<RESPValue, RedisError>) throws(RedisError) -> Data? {
        let bytes: ByteBuffer?
        do throws(RedisError) {
            bytes = try reply.get().as(ByteBuffer?.self)
        } catch  where error.meaning == .wrongType {
            return nil
        }
        guard let bytes, bytes.readableBytesView.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        return Data(bytes.readableBytesView)
    }
}
