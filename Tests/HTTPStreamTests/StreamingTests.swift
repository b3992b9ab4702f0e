//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import NIOCore
import Synchronization
import TestSupport
import Testing

@Suite("A streamed body", .timeLimit(.minutes(1)))
struct StreamingTests {
    /// Counts across tasks.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add(_ amount: Int) { count.withLock { $0 += amount } }
    }

    @Test("Bytes are there as soon as the server has sent them")
    func arrivesLive() async throws {
        let (goOn, continuation) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            for await _ in goOn { try await connection.write("data: x\n\n") }
        } body: { server in
            let client = HTTPClient()
            let response = try await client.stream(HTTPClient.Request(server.url + "/"))
            #expect(response.status == 200)
            #expect(response.head.mediaType == "text/event-stream")
            var iterator = response.body.makeAsyncIterator()
            for _ in 1...3 {
                // The server sends the next event only now, so it cannot have come with the one before.
                continuation.yield()
                let chunk = try await iterator.next()
                #expect(chunk.map { String(decoding: $0, as: UTF8.self) } == "data: x\n\n")
            }
            continuation.finish()
            #expect(try await iterator.next() == nil)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test("A reader that stops makes the server wait, and gets every byte when it reads on")
    func backPressure() async throws {
        let total = 50 * 1024 * 1024
        let pieceSize = 64 * 1024
        let sent = Counter()
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            var offset = 0
            while offset < total {
                // Each piece begins with its place, so that a hole or a repeat shows.
                var piece = ByteBuffer(integer: UInt64(offset))
                piece.writeRepeatingByte(0, count: pieceSize - 8)
                try await connection.write(piece)
                offset += pieceSize
                sent.add(pieceSize)
            }
        } body: { server in
            let client = HTTPClient()
            let response = try await client.stream(HTTPClient.Request(server.url + "/", idleTimeout: .seconds(3)))
            var iterator = response.body.makeAsyncIterator()
            var body = try #require(try await iterator.next())

            // The server goes on until both sockets' buffers are full, and then stands still, longer than a stream may
            // be silent: it is the reader who is to blame.
            try await eventually(timeout: .seconds(30), "the server to stand still") {
                let before = sent.value
                try await Task.sleep(for: .milliseconds(3500))
                return before == sent.value
            }
            #expect(sent.value < 16 * 1024 * 1024)

            while let chunk = try await iterator.next() { body += chunk }
            #expect(body.count == total)
            let isInOrder = body.withUnsafeBytes { bytes in
                stride(from: 0, to: total, by: pieceSize).allSatisfy { offset in
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) == UInt64(offset)
                }
            }
            #expect(isInOrder)
        }
    }

    @Test("One thread carries 200 streams at once")
    func manyStreams() async throws {
        let open = Counter()
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            try await connection.respondWithEvents()
            open.add(1)
            // None ends before all are open.
            try await eventually("all streams to be open") { open.value == 200 }
            try await connection.write("data: \(request.target)\n\n")
        } body: { server in
            let client = HTTPClient()
            let bodies = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        (number, try await client.request(HTTPClient.Request("\(server.url)/\(number)")).text)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(bodies.count == 200)
            #expect(bodies.allSatisfy { $0.value == "data: /\($0.key)\n\n" })
            await client.shutdown()
        }
    }

    @Test("Cancelling the reader's task closes the connection at once")
    func cancellation() async throws {
        let closed = Counter()
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            continuation.yield()
            try await connection.waitForClose()
            closed.add(1)
        } body: { server in
            let client = HTTPClient()
            let task = Task {
                let response = try await client.stream(HTTPClient.Request(server.url + "/"))
                for try await _ in response.body {}
            }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually("the connection to be closed") { closed.value == 1 }
        }
    }

    @Test("Cancelling ends the wait for an answer too")
    func cancellationBeforeTheHead() async throws {
        let closed = Counter()
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            continuation.yield()
            try await connection.waitForClose()
            closed.add(1)
        } body: { server in
            let client = HTTPClient()
            let task = Task { try await client.request(HTTPClient.Request(server.url + "/")) }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually("the connection to be closed") { closed.value == 1 }
        }
    }

    @Test("Letting go of a body closes its connection")
    func droppedBody() async throws {
        let closed = Counter()
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            try await connection.waitForClose()
            closed.add(1)
        } body: { server in
            let client = HTTPClient()
            let status = try await client.stream(HTTPClient.Request(server.url + "/")).status
            #expect(status == 200)
            try await eventually("the connection to be closed") { closed.value == 1 }
        }
    }

    @Test("Letting go of a client ends its streams")
    func droppedClient() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            try await connection.waitForClose()
        } body: { server in
            let body = try await HTTPClient().stream(HTTPClient.Request(server.url + "/")).body
            let error = await #expect(throws: HTTPError.self) {
                for try await _ in body {}
            }
            #expect(error?.code == .shutDown)
        }
    }
}
