//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// What was asked of Redis: one command or several, whose answers are given together.
struct Request: Sendable {
    /// All that a request comes to: an answer for each command, or why the request was not even sent.
    typealias Outcome = Result<[Result<RESPValue, RedisError>], RedisError>

    /// Identifies the request while it is under way; 0 for those that nobody will cancel.
    let id: UInt64
    /// The commands' names, for messages.
    let name: String
    let encoded: ByteBuffer
    let commandCount: Int
    /// Called exactly once, on the event loop.
    let complete: @Sendable (Outcome) -> Void

    init(id: UInt64, name: String, commands: [RedisCommand], complete: @escaping @Sendable (Outcome) -> Void) {
        self.id = id
        self.name = name
        if commands.count == 1 {
            encoded = commands[0].encoded
        } else {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(commands.reduce(0) { $0 + $1.encoded.readableBytes })
            for command in commands {
                buffer.writeImmutableBuffer(command.encoded)
            }
            encoded = buffer
        }
        commandCount = commands.count
        self.complete = complete
    }
}
