//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import NIOCore
import Synchronization
import TestSupport
import Testing

@Suite("An exchange that fails", .timeLimit(.minutes(5)))
struct FailureTests {
    private func failure(_ request: HTTPClient.Request) async -> HTTPError? {
        await #expect(throws: HTTPError.self) { try await HTTPClient().request(request) }
    }

    @Test("A port that nobody listens on is refused, with the system's reason")
    func refused() async throws {
        let port = try RefusingPort()
        let error = await failure(HTTPClient.Request(port.url + "/"))
        #expect(error?.code == .cannotConnect)
        #expect(error?.message == "connection refused")
    }

    @Test("A thousand refusals are a thousand errors")
    func manyRefusals() async throws {
        let port = try RefusingPort()
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: HTTPError?.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    do {
                        _ = try await client.request(
                            HTTPClient.Request(
                                port.url + "/\(number)",
                                connectTimeout: .seconds(120),
                                headTimeout: .seconds(120)
                            )
                        )
                        return nil
                    } catch let error as HTTPError {
                        return error
                    }
                }
            }
            for try await error in group { #expect(error?.message == "connection refused") }
        }
    }

    @Test("A host without an address cannot be resolved")
    func unresolvable() async {
        // The top-level domain "invalid" never resolves (RFC 6761 section 6.4).
        let error = await failure(HTTPClient.Request("http://nowhere.invalid/"))
        #expect(error?.code == .cannotResolve || error?.code == .timedOut)
    }

    @Test("A server that does not speak TLS fails the handshake")
    func notTLS() async throws {
        try await ScriptedServer.with { connection in
            try await connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            try await connection.waitForClose()
        } body: { server in
            let error = await failure(HTTPClient.Request("https://127.0.0.1:\(server.port)/"))
            #expect(error?.code == .tls)
        }
    }

    @Test("A server that closes without a word has closed early")
    func noAnswer() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
        } body: { server in
            let error = await failure(HTTPClient.Request(server.url + "/"))
            #expect(error?.code == .closedEarly)
        }
    }

    @Test(
        "An answer that breaks off has closed early",
        arguments: ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
    )
    func brokenOff(rest: String) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.write("HTTP/1.1 200 OK\r\n" + rest)
        } body: { server in
            let client = HTTPClient()
            let response = try await client.stream(HTTPClient.Request(server.url + "/"))
            var body: [UInt8] = []
            let error = await #expect(throws: HTTPError.self) {
                for try await chunk in response.body { body += chunk }
            }
            #expect(error?.code == .closedEarly)
            #expect(String(decoding: body, as: UTF8.self) == "half")
        }
    }

    @Test("What is not HTTP is told apart")
    func notHTTP() async throws {
        try await ScriptedServer.with { connection in
            try await connection.write("SSH-2.0-OpenSSH_9.2\r\n")
            try await connection.waitForClose()
        } body: { server in
            let error = await failure(HTTPClient.Request(server.url + "/"))
            #expect(error?.code == .notHTTP)
        }
    }

    @Test("A server that never answers runs into the head timeout")
    func silentServer() async throws {
        try await ScriptedServer.with { connection in
            try await connection.waitForClose()
        } body: { server in
            let error = await failure(HTTPClient.Request(server.url + "/", headTimeout: .milliseconds(100)))
            #expect(error?.code == .timedOut)
            #expect(error?.message == "no answer within 0.1 s")
        }
    }

    @Test("A stream that falls silent runs into the idle timeout, and keeps what came before")
    func silentStream() async throws {
        let writes = Mutex<[ContinuousClock.Instant]>([])
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            writes.withLock { $0.append(.now) }
            try await connection.respondWithEvents("data: x\n\n")
            for _ in 1...3 {
                try await Task.sleep(for: .milliseconds(500))
                writes.withLock { $0.append(.now) }
                try await connection.write("data: x\n\n")
            }
            try await connection.waitForClose()
        } body: { server in
            let client = HTTPClient()
            let response = try await client.stream(HTTPClient.Request(server.url + "/", idleTimeout: .seconds(1)))
            var count = 0
            let error = await #expect(throws: HTTPError.self) {
                for try await chunk in response.body { count += chunk.count }
            }
            let end = ContinuousClock.now
            #expect(error?.code == .idle)
            try #require(count >= 9 && count % 9 == 0)
            // It is the silence that counts, not the age of the stream. How much came before depends on the machine.
            let lastWrite = writes.withLock { $0[count / 9 - 1] }
            #expect(end - lastWrite >= .seconds(1))
        }
    }

    @Test("The limit for the whole exchange holds while bytes still trickle in")
    func totalTimeout() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            while !Task.isCancelled {
                try await connection.write(": still here\n\n")
                try await Task.sleep(for: .milliseconds(20))
            }
        } body: { server in
            let error = await failure(HTTPClient.Request(server.url + "/", timeout: .milliseconds(300)))
            #expect(error?.code == .timedOut)
        }
    }

    @Test("After the shutdown every exchange fails at once, those under way too")
    func shutdown() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respondWithEvents()
            try await connection.waitForClose()
        } body: { server in
            let client = HTTPClient()
            let response = try await client.stream(HTTPClient.Request(server.url + "/"))
            async let end: Void = client.shutdown()
            let error = await #expect(throws: HTTPError.self) {
                for try await _ in response.body {}
            }
            #expect(error?.code == .shutDown)
            await end
            await client.shutdown()
            let second = await #expect(throws: HTTPError.self) {
                try await client.request(HTTPClient.Request(server.url + "/"))
            }
            #expect(second?.code == .shutDown)
        }
    }
}
