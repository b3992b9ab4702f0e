//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("Hostile requests")
struct HostileRequestTests {
    private static let settings = [
        "HEADER_TIMEOUT_SECONDS": "0.5", "BODY_TIMEOUT_SECONDS": "0.5", "IDLE_TIMEOUT_SECONDS": "0.5",
    ]

    /// Sends a request, and returns the statuses of all responses until the connection is closed.
    private func answer(_ request: HostileRequest, port: Int) async throws -> String {
        let socket = try RawSocket(port: port)
        for part in request.parts {
            switch part {
            case .text(let text): try await socket.send(text)
            case .repeated(let count, let text): try await socket.send(String(repeating: text, count: count))
            case .end: socket.endOutput()
            }
        }
        let text = try await socket.receiveAll()
        let statuses = text.ranges(of: "HTTP/1.1 ").map { text[$0.upperBound...].prefix(3) }
            .filter { Int($0) != nil }
        return statuses.isEmpty ? "closed" : statuses.joined(separator: " ")
    }

    private func check(_ service: String, port: Int, expected: KeyPath<HostileRequest, String>) async throws {
        for section in HostileRequest.table {
            for request in section.requests {
                let answer = try await self.answer(request, port: port)
                #expect(answer == request[keyPath: expected], "\(service), \(section.title): \(request.name)")
                let health = try RawSocket(port: port)
                try await health.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                let isWell = try await health.receiveAll().contains("200 OK")
                #expect(isWell, "\(service) after \(section.title): \(request.name)")
            }
        }
    }

    @Test("Are answered by stream-gateway as documented, and it keeps serving")
    func gateway() async throws {
        try await withRedisServer { redis in
            // In front of an agent-api, to which it forwards requests.
            try await withAgentAPI(redisURL: redis.url) { api in
                let settings = Self.settings.merging(["AGENT_API_URL": api.url("")]) { own, _ in own }
                try await GatewayProcess.with(redisURL: redis.url, settings: settings) { gateway in
                    try await check("stream-gateway", port: gateway.port, expected: \.gateway)
                    #expect(gateway.process.isRunning)
                    #expect(!gateway.process.output.contains(" ERROR "), "\(gateway.process.output)")
                }
            }
        }
    }

    @Test("Are answered by agent-api as documented, and it keeps serving")
    func agentAPI() async throws {
        try await withRedisServer { redis in
            try await withTemporaryDirectory { directory in
                let client = HTTPClient()
                let agent = try await AgentAPIProcess(
                    redis: redis,
                    directory: directory,
                    settings: Self.settings,
                    client: client
                )
                try await check("agent-api", port: agent.api.port, expected: \.agentAPI)
                #expect(agent.process.isRunning)
                #expect(!agent.process.output.contains(" ERROR "), "\(agent.process.output)")
                try await agent.process.killGroup()
                await client.shutdown()
            }
        }
    }

    @Test("The document lists the tested requests")
    func document() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "docs/hostile-requests.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        #expect(text == HostileRequest.document, "docs/hostile-requests.md has to be:\n\(HostileRequest.document)")
    }
}
