//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import DemoSite
import Foundation
import Instructions
import Logging
import Secrets
import Synchronization
import TestSupport
import Testing

/// Keeps what an agent says.
final class RecordedLog: AgentEventSink {
    private let recorded = Mutex<[LogRecord]>([])
    private let renderer: AgentEventRenderer
    private let mask: SecretMask

    /// - Parameter mask: Stands before the records, as it does in a run's log.
    init(mask: SecretMask = .none) throws {
        renderer = AgentEventRenderer(requestID: try Identifier("r"))
        self.mask = mask
    }

    var lines: [LogRecord] { recorded.withLock { $0 } }

    /// The lines that people see by default.
    var messages: [String] { lines.filter { $0.level > .debug }.map(\.message) }

    func report(_ event: AgentEvent) async {
        let record = renderer.record(of: event, at: .now()).masked(by: mask)
        recorded.withLock { $0.append(record) }
    }
}

/// Keeps the contexts that an agent was given.
final class Contexts: Sendable {
    private let contexts = Mutex<[BrowserContext]>([])

    var all: [BrowserContext] { contexts.withLock { $0 } }

    func add(_ context: BrowserContext) -> BrowserContext {
        contexts.withLock { $0.append(context) }
        return context
    }
}

/// The demo site and a browser that reaches it as google.com too, shared by the tests of a suite.
struct AgentFixture: Sendable {
    @TaskLocal static var current: AgentFixture?

    var site: DemoSiteServer
    var browser: BrowserPool

    static var shared: AgentFixture {
        get throws { try #require(current, "the suite needs the trait .sharedAgent") }
    }

    /// Runs a task and returns how it ended with what was logged.
    func run(
        _ task: String,
        maxSteps: Int = 50,
        stepTimeout: Duration = .seconds(60)
    ) async throws -> (outcome: AgentOutcome, log: RecordedLog) {
        let log = try RecordedLog()
        let agent = InstructionAgent(events: log) { try await browser.newContext() }
        let outcome = try await Turnstile.pages.pass {
            try await agent.run(task: task, maxSteps: maxSteps, stepTimeout: stepTimeout)
        }
        return (outcome, log)
    }
}

/// Starts the site and the browser for a suite and ends them after its last test.
struct SharedAgentTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { files in
            try await withDemoSite { site in
                try Data("Ada Lovelace, mathematician\n".utf8).write(to: URL(fileURLWithPath: files.file("cv.txt")))
                try Data("with honours\n".utf8).write(to: URL(fileURLWithPath: files.file("note.txt")))
                let configuration = BrowserConfiguration(
                    path: try Chromium.path,
                    extraArguments: ["--host-resolver-rules=MAP google.com 127.0.0.1:\(site.port)"],
                    launchTimeout: .seconds(120),
                    uploadDirectory: files.path
                )
                let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
                let browser = BrowserPool(configuration, logger: logger)
                do {
                    try await AgentFixture.$current.withValue(AgentFixture(site: site, browser: browser)) {
                        try await function()
                    }
                    await browser.close()
                } catch {
                    await browser.close()
                    throw error
                }
            }
        }
    }
}

extension Trait where Self == SharedAgentTrait {
    static var sharedAgent: SharedAgentTrait { SharedAgentTrait() }
}
