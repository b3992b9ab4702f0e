//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import DemoSite
import Logging
import Synchronization
import TestSupport

/// Keeps what an agent says.
final class RecordedLog: AgentLog {
    private let recorded = Mutex<[AgentLogLine]>([])

    var lines: [AgentLogLine] { recorded.withLock { $0 } }

    /// The lines that people see by default.
    var messages: [String] { lines.filter { $0.level > .debug }.map(\.message) }

    func record(_ line: AgentLogLine) async {
        recorded.withLock { $0.append(line) }
    }
}

/// The demo site and a browser that reaches it as google.com too.
struct AgentFixture: Sendable {
    var site: DemoSiteServer
    var browser: SharedBrowser

    /// Runs a task and returns how it ended with what was logged.
    func run(
        _ task: String,
        maxSteps: Int = 50,
        stepTimeout: Duration = .seconds(20)
    ) async throws -> (outcome: AgentOutcome, log: RecordedLog) {
        let log = RecordedLog()
        let agent = InstructionAgent(log: log) { try await browser.newContext() }
        let outcome = try await agent.run(task: task, maxSteps: maxSteps, stepTimeout: stepTimeout)
        return (outcome, log)
    }
}

func withAgent<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (AgentFixture) async throws -> Result
) async throws -> Result {
    try await withDemoSite { site in
        let configuration = BrowserConfiguration(
            path: try Chromium.path,
            extraArguments: ["--host-resolver-rules=MAP google.com 127.0.0.1:\(site.port)"]
        )
        let browser = SharedBrowser(
            configuration,
            logger: Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        do {
            let result = try await body(AgentFixture(site: site, browser: browser))
            await browser.close()
            return result
        } catch {
            await browser.close()
            throw error
        }
    }
}
