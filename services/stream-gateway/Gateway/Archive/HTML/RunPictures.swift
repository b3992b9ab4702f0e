//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import NIOCore
import Redis

/// The pictures of a run's steps, as long as Redis has them.
struct RunPictures: Sendable {
    let redis: RedisClient
    let prefix: String

    /// The picture of a step as JPEG; `nil` where Redis has none, or does not answer.
    func picture(of requestID: Identifier, step: Int) async -> [UInt8]? {
        let key = Keyspace(prefix: prefix).run(requestID).screenshots
        let reply = try? await redis.send(RedisCommand("HGET", key, "\(step)"))
        guard let bytes = (try? reply?.as(ByteBuffer?.self)).flatMap(\.self) else { return nil }
        let picture = Array(bytes.readableBytesView)
        return picture.starts(with: [0xFF, 0xD8, 0xFF]) ? picture : nil
    }
}
