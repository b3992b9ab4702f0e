//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import TestSupport

/// An HTTP/1.1 response as received.
struct RawAnswer {
    var status: Int?
    var head: String
    var body: String

    /// The value of a header, if the response has it.
    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return String(parts[1].drop { $0 == " " }) }
        }
        return nil
    }

    /// The response in the bytes; `nil` until it is complete.
    init?(_ bytes: ByteBuffer) {
        self.init(head: String(buffer: bytes))
        guard let length = header("content-length").flatMap({ Int($0) }) else { return }
        if body.utf8.count < length { return nil }
    }

    /// The response to a HEAD request.
    init?(head text: String) {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        self.head = String(text[..<end.lowerBound])
        self.body = String(text[end.upperBound...])
        status = self.head.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
    }
}

/// Sends the pieces unchanged on a new connection, and returns the first response. It does not wait until the server
/// has received all of them, since a rejection may come first.
func rawExchange(port: Int, _ pieces: [String]) async throws -> RawAnswer? {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The server may close before it has read everything, which some tests are about.
                for piece in pieces { try? await outbound.write(ByteBuffer(string: piece)) }
            }
            defer { group.cancelAll() }
            var received = ByteBuffer()
            for try await var bytes in inbound {
                received.writeBuffer(&bytes)
                if let answer = RawAnswer(received) { return answer }
            }
            return nil
        }
    }
}

/// Sends a request, and returns everything received until the server closes the connection.
func rawSession(port: Int, _ text: String) async throws -> String {
    let socket = try RawSocket(port: port)
    try await socket.send(text)
    return try await socket.receiveAll()
}

/// A request with a body, JSON by default.
func post(_ path: String, _ body: String, type: String? = "application/json") -> String {
    let typeLine = type.map { "Content-Type: \($0)\r\n" } ?? ""
    return "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(typeLine)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// A request without a body.
func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
