//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import ServiceKit

@Suite("Connections")
struct ConnectionTests {
    private static let short = [
        "HEADER_TIMEOUT_SECONDS": "0.3", "BODY_TIMEOUT_SECONDS": "0.3", "IDLE_TIMEOUT_SECONDS": "0.3",
    ]

    @Test("A request that does not arrive in time is answered with 408, and its connection is closed")
    func slowRequests() async throws {
        try await withTestApplication(settings: Self.short) { port in
            let head = try await rawSession(port: port, "GET /healthz HT")
            #expect(head.contains("408 Request Timeout"))
            #expect(head.contains("The head of the request was not received within 0.3 seconds."))
            let fields = "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
            let body = try await rawSession(port: port, "POST /echo HTTP/1.1\r\n\(fields)")
            #expect(body.contains("408 Request Timeout"))
            #expect(body.contains("The body of the request was not received within 0.3 seconds."))
        }
    }

    @Test("The next request of a connection has its own time limit, not that of an idle connection")
    func slowNextRequest() async throws {
        let settings = ["HEADER_TIMEOUT_SECONDS": "0.3", "BODY_TIMEOUT_SECONDS": "0.3", "IDLE_TIMEOUT_SECONDS": "3600"]
        let fields = "Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
        try await withTestApplication(settings: settings) { port in
            for next in ["GET /healthz HT", "POST /echo HTTP/1.1\r\n\(fields)"] {
                let socket = try RawSocket(port: port)
                try await socket.send(get("/healthz"))
                try await socket.receive("the answer") { $0.contains("ok") }
                try await socket.send(next)
                #expect(try await socket.receiveAll().contains("408 Request Timeout"))
            }
        }
    }

    @Test("A client that does not close after the last answer is disconnected after two seconds")
    func lingering() async throws {
        try await withTestApplication(settings: ["IDLE_TIMEOUT_SECONDS": "3600", "MAX_CONNECTIONS": "1"]) { port in
            let last = get("/healthz").replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
            let socket = try RawSocket(port: port)
            try await socket.send(last)
            try await socket.receiveAll()
            // The test's side is still open. What it sends is answered with a reset once the other side has closed.
            try await eventually("the connection to be gone") { socket.isReset }
        }
    }

    @Test("A connection that sends nothing, or nothing more, is closed without a response")
    func idle() async throws {
        try await withTestApplication(settings: Self.short) { port in
            #expect(try await rawSession(port: port, "") == "")
            let answered = try await rawSession(port: port, get("/healthz"))
            #expect(answered.hasSuffix(#"{"status":"ok"}"#))
        }
    }

    @Test("HTTP/1.0 is answered and the connection closed, also when it asks to be kept")
    func oldClients() async throws {
        try await withTestApplication { port in
            for fields in ["", "Connection: keep-alive\r\n", "Host: localhost\r\n"] {
                let answer = try await rawSession(port: port, "GET /healthz HTTP/1.0\r\n\(fields)\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(answer.contains("Connection: close\r\n"))
                #expect(answer.hasSuffix(#"{"status":"ok"}"#))
            }
        }
    }

    @Test("A client that expects 100-continue may send its body")
    func expectation() async throws {
        try await withTestApplication { port in
            let head = post("/echo", "").replacing("Content-Length: 0", with: "Content-Length: 2")
                .replacing("\r\n\r\n", with: "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
            let socket = try RawSocket(port: port)
            try await socket.send(head)
            try await socket.receive("the permission") { $0.contains("100 Continue") }
            try await socket.send("[]")
            let answer = try await socket.receiveAll()
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n[]"))
        }
    }

    @Test("After a response that precedes the end of the body, the connection is closed")
    func earlyAnswer() async throws {
        try await withTestApplication { port in
            let head = "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try await rawSession(port: port, head + "5\r\nhello\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
            #expect(answer.contains("Connection: close\r\n"))
        }
    }

    @Test("A new connection replaces the one of its address that has waited longest")
    func perAddress() async throws {
        try await withTestApplication(settings: ["MAX_CONNECTIONS_PER_ADDRESS": "2"]) { port in
            var sockets: [RawSocket] = []
            for _ in 0..<3 {
                let socket = try RawSocket(port: port)
                try await socket.send(get("/healthz"))
                try await socket.receive("the answer") { $0.contains("ok") }
                sockets.append(socket)
            }
            try await sockets[0].receiveAll()
            for socket in sockets.dropFirst() {
                try await socket.send(get("/runs/a"))
                try await socket.receive("the next answer") { $0.hasSuffix("a") }
            }
        }
    }

    @Test("When all connections are busy, another one is answered with 503")
    func total() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let (openings, opening) = AsyncStream.makeStream(of: Void.self)
        let readiness: HealthRoutes.Check = {
            arrival.yield()
            for await _ in openings {}
            return nil
        }
        try await withTestApplication(readiness: readiness, settings: ["MAX_CONNECTIONS": "1"]) { port in
            let busy = try RawSocket(port: port)
            try await busy.send(get("/readyz"))
            _ = await arrivals.first { _ in true }
            let answer = try await rawSession(port: port, "")
            #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
            #expect(answer.contains("Retry-After: 1\r\n"))
            opening.finish()
            try await busy.receive("the answer") { $0.contains("ready") }
        }
    }

    @Test("A connection that is accepted and never served is closed, and crashes nothing")
    func unserved() async throws {
        let service = ServiceChannel(responder: { _, _, _ in }, connections: ConnectionTable(limits: .init()))
        try await ScriptedServer.with {
            try await $0.waitForClose()
        } body: { server in
            let accepted = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.port) { channel in
                    service.setup(channel: channel, logger: Logger(label: "test"))
                }
                .channel
            try await accepted.closeFuture.get()
        }
    }
}
