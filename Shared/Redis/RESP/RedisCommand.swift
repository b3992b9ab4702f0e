//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// One command, encoded once and for all when it is made.
///
/// ```swift
/// RedisCommand("XADD", key, "*", "msg", text)
/// ```
package struct RedisCommand: Sendable {
    /// The command's name, for messages about it. Arguments are never part of messages: they may be secret.
    package let name: String

    /// The command in RESP wire format.
    let encoded: ByteBuffer

    /// - Parameters:
    ///   - name: one word, such as `XADD`. Of a command with a subcommand, such as `CLIENT SETNAME`, the second word is
    ///     an argument.
    ///   - arguments: in the order that the command's documentation gives.
    package init(_ name: String, _ arguments: [any RedisArgument]) {
        self.name = name
        var buffer = ByteBuffer()
        buffer.writeHead("*", arguments.count + 1)
        name.write(to: &buffer)
        for argument in arguments {
            argument.write(to: &buffer)
        }
        encoded = buffer
    }

    /// - Parameters:
    ///   - name: one word, such as `XADD`. Of a command with a subcommand, such as `CLIENT SETNAME`, the second word is
    ///     an argument.
    ///   - arguments: in the order that the command's documentation gives.
    package init(_ name: String, _ arguments: any RedisArgument...) {
        self.init(name, arguments)
    }
}
