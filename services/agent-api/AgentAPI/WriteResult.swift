//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis

/// What Redis did with something that was written on behalf of a process.
enum WriteResult: Sendable, Equatable {
    /// It was written now.
    case written

    /// It had been written before.
    case repeated

    /// It was refused: the run was ended by another process, which has found this one dead.
    case fenced

    /// Reads a script's answer: a positive number or an entry's id, 0, or -1.
    init(_ reply: RESPValue) throws(RedisError) {
        switch reply {
        case .integer(1...), .bulkString: self = .written
        case .integer(0): self = .repeated
        case .integer(-1): self = .fenced
        default: throw RedisError(.protocolError, "the script gave an answer that it does not give")
        }
    }
}
