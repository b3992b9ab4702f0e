//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Keys
import NIOCore
import Redis

/// The pictures of the steps of runs: in Redis, and in the archive when they are there no more.
struct RunPictures: Sendable {
    let redis: RedisClient
    let prefix: String
    let archive: ArchiveAccess

    /// A picture as JPEG; `nil` where there is none.
    ///
    /// - Throws: `RedisError` if Redis does not answer and the archive has none.
    func picture(_ name: PictureName) async throws(RedisError) -> ByteBuffer? {
        let key = Keyspace(prefix: prefix).run(name.requestID).screenshots
        var failure: RedisError?
        do throws(RedisError) {
            let reply = try await redis.send(RedisCommand("HGET", key, "\(name.step)")).as(ByteBuffer?.self)
            if let picture = reply, picture.readableBytesView.starts(with: [0xFF, 0xD8, 0xFF]) { return picture }
        } catch {
            // A key of another type has no pictures.
            if error.meaning != .wrongType { failure = error }
        }
        if let picture = await archive.picture(name) { return ByteBuffer(bytes: picture) }
        if let failure { throw failure }
        return nil
    }
}
