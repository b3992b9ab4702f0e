//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceTesting
import TestSupport
import Testing

@Suite("Hostile HTTP/2")
struct HostileHTTP2Tests {
    /// Checks that others are served as ever.
    private func checkHealth(
        _ gateway: RunningGateway,
        _ certificate: TestCertificate,
        _ directory: TemporaryDirectory
    )
        async throws
    {
        let answer = try await Curl(certificate, ["--http2", gateway.secureURL("/healthz")], in: directory).result()
        #expect(answer == #"{"status":"ok"}"#)
    }

    /// Sends frames until the service says GOAWAY or closes, and checks that it does before all were read.
    private func flood(_ name: String, frame: @escaping @Sendable (UInt32) -> [UInt8]) async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            try await RawHTTP2Connection.with(port: gateway.port) { connection in
                let sending = Task {
                    // 40,000 frames; the service must not take them all.
                    for round in 0..<UInt32(400) {
                        try await connection.send((0..<100).flatMap { frame(round * 100 + $0) })
                    }
                }
                let last = await connection.frame(ofType: 7)
                sending.cancel()
                _ = await sending.result
                // ENHANCE_YOUR_CALM, or another error of the connection. A connection that is just closed is as good.
                if let last { #expect(last.payload.dropFirst(4).prefix(4) != [0, 0, 0, 0], "\(name)") }
            }
            try await checkHealth(gateway, certificate, directory)
        }
    }

    @Test("A flood of requests that are reset at once ends the connection, and nobody else's")
    func rapidReset() async throws {
        try await flood("rapid reset") { number in
            let stream = number * 2 + 1
            return RawHTTP2Connection.get("/api/v1/stream-logs/request/r1", stream: stream)
                + RawHTTP2Connection.frame(3, stream: stream, payload: [0, 0, 0, 8])
        }
    }

    @Test("Floods of settings and pings end the connection, and nobody else's")
    func controlFrames() async throws {
        try await flood("settings") { _ in RawHTTP2Connection.frame(4, payload: [0, 4, 0, 0, 0xFF, 0xFF]) }
        try await flood("pings") { _ in RawHTTP2Connection.frame(6, payload: [UInt8](repeating: 7, count: 8)) }
    }

    @Test("A header block without an end is not collected")
    func continuation() async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            try await RawHTTP2Connection.with(port: gateway.port) { connection in
                let sending = Task {
                    try await connection.send(1, flags: 0x1, stream: 1, payload: [0x82])
                    for _ in 0..<10_000 {
                        try await connection.send(9, stream: 1, payload: [UInt8](repeating: 0x82, count: 1000))
                    }
                }
                _ = await connection.frame(ofType: 7)
                sending.cancel()
                _ = await sending.result
            }
            try await checkHealth(gateway, certificate, directory)
        }
    }

    @Test("A request that is no request is refused on its stream, and the connection goes on")
    func malformed() async throws {
        try await withTLSGateway { _, gateway, _, _ in
            try await RawHTTP2Connection.with(port: gateway.port) { connection in
                try await connection.send(RawHTTP2Connection.get("/a\\b", stream: 1))
                let text = try await connection.body(of: 1)
                #expect(text.contains("has a backslash"), "\(text)")
                try await connection.send(RawHTTP2Connection.get("/healthz", stream: 3))
                let answer = try await connection.body(of: 3)
                #expect(answer == #"{"status":"ok"}"#)
            }
        }
    }

    @Test("A body that does not come in time is answered with 408")
    func slowBody() async throws {
        try await withTLSGateway(
            settings: ["BODY_TIMEOUT_SECONDS": "0.3", "AUTH_JWT_SECRET": Tokens.secret]
        ) { _, gateway, _, _ in
            try await RawHTTP2Connection.with(port: gateway.port) { connection in
                // Without END_STREAM: a body follows, and does not.
                var request = RawHTTP2Connection.get("/session", stream: 1, isJSON: true)
                request[4] = 0x4
                request[9] = 0x83
                try await connection.send(request)
                let text = try await connection.body(of: 1)
                #expect(text.contains("was not received within 0.3 seconds"), "\(text)")
            }
        }
    }

    @Test("A viewer that takes nothing stalls nobody, and gets all when it takes it")
    func stalled() async throws {
        try await withTLSGateway { redis, gateway, certificate, directory in
            let key = "browser_use_logs:r1"
            let path = "/api/v1/stream-logs/request/r1"
            let port = gateway.port
            let other = try Curl(certificate, ["--http2", gateway.secureURL(path)], in: directory)
            try await RawHTTP2Connection.with(port: port, initialWindow: 0) { connection in
                try await connection.send(RawHTTP2Connection.get(path, stream: 1))
                // The head of the response, which no window holds back.
                _ = await connection.frame(ofType: 1)
                // More than any window that nobody has widened.
                let padding = String(repeating: "x", count: 500)
                let script = "for i = 1, 300 do redis.call('XADD', KEYS[1], '*', 'msg', i .. '.' .. ARGV[1]) end"
                try await redis.cli("EVAL", script, "1", key, padding)
                try await other.waits(for: "all records") { $0.contains("300.\(padding)") }
                // The stream and the connection may now send all.
                for stream in [UInt32(0), 1] {
                    try await connection.send(8, stream: stream, payload: [0x10, 0, 0, 0])
                }
                let text = try await connection.body(of: 1, until: "300.\(padding)")
                // A frame may end within the last event.
                let numbers = text.split(separator: "\n").compactMap { line -> Int? in
                    guard line.hasPrefix("data:"), let end = line.firstRange(of: ".xxx") else { return nil }
                    return Int(line[..<end.lowerBound].split { !$0.isNumber }.last ?? "")
                }
                #expect(numbers == Array(1...300))
            }
            try await other.end()
        }
    }
}
