//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// One request and its response, on a separate connection.
package enum Exchange {
    /// Sends a request and waits for the response.
    ///
    /// - Parameters:
    ///   - patience: The time limit, in seconds.
    ///   - parse: Parses the bytes so far; `nil` if they are incomplete.
    /// - Returns: `nil` if there is no response.
    package static func run<Answer>(
        _ request: [UInt8],
        port: UInt16,
        patience: Double = 5,
        parse: (ArraySlice<UInt8>) throws(LoadError) -> Answer?
    ) throws(LoadError) -> Answer? {
        let socket = try Socket.connect(port: port)
        defer { close(socket) }
        let deadline = Clock.now + Int64(seconds: patience)
        var (sent, received, parsed) = (0, [UInt8](), 0)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while Clock.now < deadline {
            var state = pollfd(fd: socket, events: Int16(sent < request.count ? POLLOUT : POLLIN), revents: 0)
            // A long response is parsed again from its start only when no more data is available.
            poll(&state, 1, received.count > parsed ? 0 : 100)
            try Interruption.check()
            if state.revents == 0 {
                if received.count > parsed, let answer = try parse(received[...]) { return answer }
                parsed = received.count
                continue
            }
            if sent < request.count {
                sent += try Socket.send(request[sent...], to: socket)
                continue
            }
            guard let count = try Socket.receive(from: socket, into: &buffer) else { continue }
            if count == 0 { return try parse(received[...]) }
            received.append(contentsOf: buffer[..<count])
        }
        return nil
    }

    /// The status of a GET, or `nil` if there is no response.
    package static func status(of path: String, port: UInt16) -> Int? {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        let head = try? run(request, port: port) { bytes throws(LoadError) in try ResponseHead(bytes) }
        return head?.status
    }

    /// The reply of Redis to a command.
    ///
    /// - Parameter patience: The time limit, in seconds.
    /// - Throws: ``LoadError`` if the reply is late or an error.
    package static func redis(
        _ command: [String],
        port: UInt16,
        patience: Double = 5
    ) throws(LoadError) -> RedisReply {
        var request: [UInt8] = []
        request.append(redisCommand: command.map(\.utf8))
        let reply = try run(request, port: port, patience: patience) { bytes throws(LoadError) in
            try RedisReply.read(bytes)?.reply
        }
        guard let reply else { throw LoadError("Redis did not answer to \(command[0]) within \(patience) s") }
        if case .error(let text) = reply { throw LoadError("Redis answered to \(command[0]): \(text)") }
        return reply
    }
}
