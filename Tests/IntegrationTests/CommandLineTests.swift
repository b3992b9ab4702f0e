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
        var text: String { collected.withLock { $0 } }
        var isClosed: Bool { false }
        func write(_ text: String) async throws { collected.withLock { $0 += text } }
    }

    private struct Services {
        var api: RunningAgentAPI
        var gateway: RunningGateway

        func run(
            _ arguments: String...,
            input: String = ""
        ) async -> (status: Dashboard.ExitStatus, output: String, notices: String) {
            await self.run(arguments, input: input)
        }

        func run(
            _ arguments: [String],
            input: String = ""
        ) async -> (status: Dashboard.ExitStatus, output: String, notices: String) {
            let (output, notices) = (Output(), Output())
            let status = await DashboardCLI.execute(
                arguments,
                in: CommandContext(
                    environment: ["AGENT_API_URL": api.url(""), "GATEWAY_URL": gateway.url("")],
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
            try await ServiceTesting.withServices(settings: settings) { _, api, gateway in
                try await body(Services(api: api, gateway: gateway), site)
            }
        }
    }

    @Test("Starts 200 runs from the standard input and follows all of them to the end")
    func batch() async throws {
        try await withServices { services, _ in
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

            // A later viewer sees the same, and the list has each run.
            let again = await services.run("batch", "b", "--no-color")
            #expect(again.status == .failed)
            #expect(again.output.hasSuffix("\n200 runs: 200 failed\n"))
            let list = await services.run("runs", "--batch-id", "b", "--limit", "1000")
            #expect(list.status == .completed)
            #expect(list.output.split(separator: "\n").count == 201)
            let page = await services.run("runs", "--batch-id", "b", "--json")
            let ids = page.output.split(separator: "\n").compactMap { try? Run(json: $0.utf8).requestID.rawValue }
            #expect(Set(ids).count == 50, "\(page.output)")
            #expect(await services.run("show", "--batch", "b").output.contains("runs      200: 200 failed\n"))
            let cancelled = await services.run("cancel", "--batch", "b")
            #expect(cancelled.notices == "the batch b had ended before: 200 failed\n")
        }
    }

    @Test("Lists runs by their status, and shows the status of one")
    func runs() async throws {
        try await withServices { services, site in
            let done = await services.run("run", "go to \(site.url("/links"))", "--request-id", "good")
            #expect(done.status == .completed, "\(done.output) \(done.notices)")
            let failed = await services.run("run", "dance", "--request-id", "bad")
            #expect(failed.status == .failed)
            let all = await services.run("runs")
            let lines = all.output.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.dropFirst().first?.contains("bad") == true)
            let completed = await services.run("runs", "--status", "completed")
            #expect(completed.output.split(separator: "\n").count == 2)
            #expect(completed.output.contains("good"))
            let none = await services.run("runs", "--status", "running")
            #expect(none.output.isEmpty)
            #expect(none.notices == "no runs\n")
            let one = await services.run("runs", "-n", "1")
            #expect(one.notices == "1 of 2 runs; --limit shows more\n")
            let cancelled = await services.run("cancel", "good", "bad")
            #expect(cancelled.status == .completed)
            #expect(
                cancelled.notices == "the run good had ended before: completed\nthe run bad had ended before: failed\n"
            )
            let shown = await services.run("show", "good", "nobody", "bad")
            #expect(shown.status == .failed)
            #expect(shown.output.contains("request   good") && shown.output.contains("\n\nrequest   bad"))
            #expect(shown.notices.contains("There is no run nobody"))
        }
    }

    @Test("The two services are distinguished")
    func wrongService() async throws {
        try await withServices { services, _ in
            let (api, gateway) = (services.api.url(""), services.gateway.url(""))
            for command in [["show", "r"], ["cancel", "r"], ["runs"], ["run", "t"]] {
                let result = await services.run(command + ["--api", gateway])
                #expect(result.status == .unreachable)
                #expect(result.notices.contains("\(gateway) is a stream-gateway, not an agent-api\n"), "\(result)")
            }
            for command in [["follow", "r"], ["logs", "r"], ["batch", "r"]] {
                let result = await services.run(command + ["--gateway", api])
                #expect(result.status == .unreachable)
                #expect(result.notices.contains("\(api) is an agent-api, and no stream-gateway\n"), "\(result)")
            }
        }
    }

    @Test("Existing records are shown without waiting for more")
    func logs() async throws {
        try await withServices { services, site in
            let missing = await services.run("logs", "nobody")
            #expect(missing.status == .failed)
            #expect(missing.notices == "error: there is no run nobody, or it has expired\n")

            let task = "go to \(site.url("/links")) and wait 300 seconds"
            _ = try await services.api.post(#"{"task":"\#(task)","request_id":"r"}"#)
            try await eventually("the second step to begin") { try await services.api.run("r").steps == 2 }
            let all = await services.run("logs", "r", "--json", "--quiet")
            #expect(all.status == .completed)
            let events = all.output.split(separator: "\n").compactMap { StreamEvent(json: $0.utf8) }
            #expect(events.count >= 4, "\(all.output)")
            #expect(await services.run("logs", "r", "-n", "2", "-v").output.split(separator: "\n").count == 2)
            #expect(await services.run("follow", "r", "--no-follow", "--since", "1h").output.contains("Step 2"))
            #expect(await services.run("logs", "r", "--since", "0s").output.isEmpty)
            let cancelled = await services.run("cancel", "r")
            #expect(cancelled.notices == "asked to cancel the run r\n")
            _ = try await services.api.finishedRun("r")
            let over = await services.run("logs", "r")
            #expect(over.status == .completed)
            #expect(over.output.contains("■ cancelled"))
            #expect(await services.run("logs", "-f", "r").status == .cancelled)
        }
    }

    @Test("Following an ended run from now on exits with its status")
    func followsEnded() async throws {
        try await withServices { services, _ in
            _ = await services.run("run", "dance", "--request-id", "r", "--batch-id", "open")
            #expect(await services.run("follow", "r", "--from", "now").status == .failed)
            #expect(await services.run("batch", "open").status == .failed)
        }
    }
}
