//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis

/// The result of a write to Redis on behalf of a process.
enum WriteResult: RedisReply, Sendable, Equatable {
    /// It was written now.
    case written

    /// It had been written before.
    case repeated

    /// It was rejected: another process considered this one dead and ended the run.
    case fenced

    static let expectation = "a positive number, an entry's id, 0 or -1"

    init?(_ reply: RESPValue) {
        switch reply {
        case .integer(1...), .bulkString: self = .written
        case .integer(0): self = .repeated
        case .integer(-1): self = .fenced
        default: return nil
        }
    }
}
