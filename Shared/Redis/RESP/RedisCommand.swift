//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// One command, encoded when it is created.
///
/// ```swift
/// RedisCommand("XADD", key, "*", "msg", text)
/// ```
package struct RedisCommand: Sendable {
    /// The command's name, for messages. Arguments never appear in messages, as they may be secret.
    package let name: String

    /// The command in RESP wire format.
    let encoded: ByteBuffer

    /// - Parameters:
    ///   - name: One word, such as `XADD`. The second word of a command such as `CLIENT SETNAME` is an argument.
    ///   - arguments: In the documented order.
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
    ///   - name: One word, such as `XADD`. The second word of a command such as `CLIENT SETNAME` is an argument.
    ///   - arguments: In the documented order.
    package init(_ name: String, _ arguments: any RedisArgument...) {
        self.init(name, arguments)
    }
}
