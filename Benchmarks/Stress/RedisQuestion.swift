//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// One command on a connection of its own, for what is asked beside the test.
enum RedisQuestion {
    /// Asks and waits for the answer.
    ///
    /// - Parameter patience: In seconds.
    /// - Throws: `LoadError` when none comes in time, or an error does.
    static func ask(_ command: [String], port: UInt16, patience: Double = 5) throws(LoadError) -> RedisReply {
        let socket = try Socket.connect(port: port)
        defer { close(socket) }
        let deadline = Clock.now + Int64(seconds: patience)
        let request = redisCommand(command)
        var (sent, received) = (0, [UInt8]())
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while Clock.now < deadline {
            var state = pollfd(fd: socket, events: Int16(sent < request.count ? POLLOUT : POLLIN), revents: 0)
            poll(&state, 1, 100)
            if state.revents == 0 { continue }
            if sent < request.count {
                sent += try Socket.send(request[sent...], to: socket)
                continue
            }
            guard let count = try Socket.receive(from: socket, into: &buffer) else { continue }
            if count == 0 { throw LoadError("Redis closed the connection") }
            received.append(contentsOf: buffer[..<count])
            // The end of a long reply is seldom there; reading what is there again and again would take long.
            if count == buffer.count { continue }
            guard let (reply, _) = try RedisReply.read(received[...]) else { continue }
            if case .error(let text) = reply { throw LoadError("Redis: \(text)") }
            return reply
        }
        throw LoadError("Redis did not answer to \(command[0]) within \(patience) s")
    }
}
