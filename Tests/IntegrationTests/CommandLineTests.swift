//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Dashboard
import FoundationEssentials
import ServiceTesting
import Synchronization
import TestSupport
import Testing

/// The command line against both real services.
@Suite("The command line")
struct CommandLineTests {
    private final class Output: TextOutput {
        private let collected = Mutex("")
        var text: String { self.collected.withLock { $0 } }
        var isClosed: Bool { false }
        func write(_ text: String) async throws { self.collected.withLock { $0 += text } }
    }

    private struct Services {
        var api: RunningAgentAPI
        var gateway: RunningGateway

        func run(
            _ arguments: String...,
            input: String = ""
        ) async -> (status: Dashboard.ExitStatus, output: String, notices: String) {
            let (output, notices) = (Output(), Output())
            let status = await DashboardCLI.execute(
                arguments,
                in: CommandContext(
                    environment: ["AGENT_API_URL": self.api.url(""), "GATEWAY_URL": self.gateway.url("")],
                    input: { Array(input.utf8.prefix($0)) },
                    output: output,
                    notices: notices
                )
            )
            return (status, output.text, notices.text)
        }
    }

    private func withServices(_ body: (Services, DemoSiteServer) async throws -> Void) async throws {
        let settings = ["AGENT_CONCURRENCY": "4", "AGENT_QUEUE_LIMIT": "400"]
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    try await withGateway(redisURL: redis.url) { gateway in
                        try await body(Services(api: api, gateway: gateway), site)
                    }
                }
            }
        }
    }

    @Test("Starts 200 runs from the standard input and follows all of them to their end")
    func batch() async throws {
        try await self.withServices { services, _ in
            let input = (1...200).map { "dance \($0)\n" }.joined()
            let result = await services.run("batch", "-", "--batch-id", "b", "--json", "--quiet", input: input)
            #expect(result.status == .failed)
            let events = result.output.split(separator: "\n").compactMap { StreamEvent(json: $0.utf8) }
            let ends = events.count { if case .end = $0 { true } else { false } }
            #expect(ends == 200)
            guard case .batchEnd(let end)? = events.last else {
                throw TestFailure("The last event is \(result.output.suffix(500))")
            }
            #expect(end.outcome == BatchOutcome(runs: 200, failed: 200))

            // Who follows it later sees the same; the list has each run.
            let again = await services.run("batch", "b", "--no-color")
            #expect(again.status == .failed)
            #expect(again.output.hasSuffix("\n200 runs: 200 failed\n"))
            let list = await services.run("runs", "--batch-id", "b", "--limit", "1000")
            #expect(list.status == .completed)
            #expect(list.output.split(separator: "\n").count == 200)
        }
    }

    @Test("Lists runs by their status, and shows how one stands")
    func runs() async throws {
        try await self.withServices { services, site in
            let done = await services.run("run", "go to \(site.url("/links"))", "--request-id", "good")
            #expect(done.status == .completed, "\(done.output) \(done.notices)")
            let failed = await services.run("run", "dance", "--request-id", "bad")
            #expect(failed.status == .failed)
            let all = await services.run("runs")
            let lines = all.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.contains("bad") == true)
            let completed = await services.run("runs", "--status", "completed")
            #expect(completed.output.split(separator: "\n").count == 1)
            #expect(completed.output.contains("good"))
            let none = await services.run("runs", "--status", "running")
            #expect(none.output.isEmpty)
            #expect(none.notices == "no runs\n")
            #expect(await services.run("cancel", "good").status == .completed)
        }
    }
}
