//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
package import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A server on a real socket that does exactly what a test wants with each connection, even what no HTTP server would
/// do: stop in the middle of an event, respond with nonsense, never respond.
package struct ScriptedServer: Sendable {
    /// The TCP port of 127.0.0.1 that it listens on.
    package let port: Int
    private let log = RequestLog()

    /// The URL, without a trailing slash.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// The requests read so far, in order.
    package var requests: [ScriptedRequest] { log.requests.withLock { $0 } }

    /// The number of open connections.
    package var openConnections: Int { log.open.withLock { $0 } }

    /// Runs a server while the body runs.
    /// - Parameters:
    ///   - script: Handles a connection, which is closed when the script returns or throws.
    ///   - body: Runs at the same time.
    package static func with<Result: Sendable>(
        _ script: @escaping @Sendable (ScriptedConnection) async throws -> Void,
        body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            // So that another server can use the port afterwards.
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    Accepted(
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true)
                        )
                    )
                }
            }
        guard let port = channel.channel.localAddress?.port else {
            throw TestFailure("The system gave no free TCP port")
        }
        let server = ScriptedServer(port: port)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve(channel, script) }
            defer { group.cancelAll() }
            return try await body(server)
        }
    }

    private func serve(
        _ channel: NIOAsyncChannel<Accepted, Never>,
        _ script: @escaping @Sendable (ScriptedConnection) async throws -> Void
    ) async {
        try? await channel.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                var count = 0
                for try await accepted in connections {
                    let connection = accepted.take()
                    count += 1
                    let (number, log) = (count, self.log)
                    group.addTask {
                        log.open.withLock { $0 += 1 }
                        defer { log.open.withLock { $0 -= 1 } }
                        // The script and the client decide how a connection ends.
                        try? await connection.executeThenClose { inbound, outbound in
                            let scripted = ScriptedConnection(
                                number: number,
                                log: log,
                                inbound: inbound,
                                outbound: outbound
                            )
                            try await script(scripted)
                            // Closing at once would drop unsent data: end our side, then wait for the other.
                            outbound.finish()
                            try await scripted.waitForClose()
                        }
                    }
                }
            }
        }
    }
}

/// A connection that is not served yet. An async channel that is never used, because the test is over, would crash.
private final class Accepted: Sendable {
    private let connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let isTaken = Mutex(false)

    init(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) { self.connection = connection }

    deinit {
        guard !isTaken.withLock(\.self) else { return }
        let connection = self.connection
        Task { try? await connection.executeThenClose { _, _ in } }
    }

    func take() -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        isTaken.withLock { $0 = true }
        return connection
    }
}

/// A request as received by the server.
package struct ScriptedRequest: Sendable {
    package var method: String
    /// Path and query, as sent.
    package var target: String
    /// The headers, with names in lower case.
    package var headers: [String: String]
    package var body: String
}

/// One connection to a ``ScriptedServer``, for the task that runs its script.
package final class ScriptedConnection {
    /// The number of the connection to the server, from 1.
    package let number: Int
    private let log: RequestLog
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    fileprivate init(
        number: Int,
        log: RequestLog,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.number = number
        self.log = log
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Reads one request with its body.
    package func request() async throws -> ScriptedRequest {
        var bytes = ByteBuffer()
        while var buffer = try await inbound.next() {
            // A character may have arrived in two parts.
            bytes.writeBuffer(&buffer)
            if let request = Self.parse(String(buffer: bytes)) {
                log.requests.withLock { $0.append(request) }
                return request
            }
        }
        throw TestFailure("The client closed before its request was complete: \(String(buffer: bytes))")
    }

    /// Sends bytes, and waits while the client does not read.
    package func write(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Sends bytes, and waits while the client does not read.
    package func write(_ bytes: ByteBuffer) async throws {
        try await outbound.write(bytes)
    }

    /// Sends a complete response that ends the connection.
    package func respond(_ status: String, headers: [String: String] = [:], body: String = "") async throws {
        let fields = headers.map { "\($0): \($1)\r\n" }.joined()
        let length = status.hasPrefix("204") ? "" : "Content-Length: \(body.utf8.count)\r\n"
        try await write("HTTP/1.1 \(status)\r\n\(fields)\(length)Connection: close\r\n\r\n\(body)")
    }

    /// Sends the head of a response whose body lasts as long as the connection.
    /// - Parameter text: The start of the body, sent together with the head.
    package func respondWithEvents(_ text: String = "") async throws {
        try await write(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n\(text)"
        )
    }

    /// Returns when the client has closed the connection, or the test is over.
    package func waitForClose() async throws {
        do {
            while try await inbound.next() != nil {}
        } catch let error as IOError where error.errnoCode == ECONNRESET {
            // This also ends the connection of a client that has not read the whole response.
        }
    }

    private static func parse(_ text: String) -> ScriptedRequest? {
        guard let blank = text.range(of: "\r\n\r\n") else { return nil }
        var lines = text[..<blank.lowerBound].split(separator: "\r\n")
        let start = lines.removeFirst().split(separator: " ")
        guard start.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let body = text[blank.upperBound...]
        guard body.utf8.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
        return ScriptedRequest(
            method: String(start[0]),
            target: String(start[1]),
            headers: headers,
            body: String(body)
        )
    }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[ScriptedRequest]>([])
    let open = Mutex(0)
}
