//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// One request and its answer on a connection of its own; for questions outside of measurements.
enum Exchange {
    /// Sends a request and waits for the answer, up to 5 s.
    ///
    /// - Parameter parse: Makes something of the bytes so far; `nil` when they are not all there yet.
    /// - Returns: `nil` when there is no answer.
    static func run<Answer>(
        _ request: [UInt8],
        port: UInt16,
        parse: (ArraySlice<UInt8>) throws(LoadError) -> Answer?
    ) throws(LoadError) -> Answer? {
        let socket = try Socket.connect(port: port)
        defer { close(socket) }
        let deadline = Clock.now + Int64(seconds: 5)
        var (sent, received) = (0, [UInt8]())
        var buffer = [UInt8](repeating: 0, count: 4096)
        while Clock.now < deadline {
            var state = pollfd(fd: socket, events: Int16(sent < request.count ? POLLOUT : POLLIN), revents: 0)
            poll(&state, 1, 100)
            try Interruption.check()
            if state.revents == 0 { continue }
            if sent < request.count {
                sent += try Socket.send(request[sent...], to: socket)
                continue
            }
            guard let count = try Socket.receive(from: socket, into: &buffer) else { continue }
            received.append(contentsOf: buffer[..<count])
            if let answer = try parse(received[...]) { return answer }
            if count == 0 { return nil }
        }
        return nil
    }

    /// The status of a GET, or `nil` when nothing answers.
    static func status(of path: String, port: UInt16) -> Int? {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
        let head = try? run(request, port: port) { bytes throws(LoadError) in try ResponseHead(bytes) }
        return head?.status
    }

    /// What Redis answers to a command, or `nil` when it does not.
    static func redis(_ command: [String], port: UInt16) throws(LoadError) -> String? {
        var request: [UInt8] = []
        RedisPublishing.append(command.map { Array($0.utf8) }, to: &request)
        return try run(request, port: port) { bytes throws(LoadError) in try RedisPublishing.reply(in: bytes)?.0 }
    }
}
