//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// One or more commands whose replies are returned together.
struct Request: Sendable {
    /// The result: a reply or an error for each command, or why the request was not sent.
    typealias Outcome = Result<[Result<RESPValue, RedisError>], RedisError>

    /// Identifies the request while it is in flight; 0 if it cannot be cancelled.
    let id: UInt64
    /// The names of the commands, for messages.
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
