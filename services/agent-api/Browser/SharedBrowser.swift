//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Logging

/// One browser for many tasks: started when it is first needed, and again when it has died since.
public actor SharedBrowser {
    private enum Phase: Sendable {
        case starting
        case running(Browser)
        case failed(any Error)
    }

    private let configuration: BrowserConfiguration
    private let logger: Logger
    /// The latest start: the task that it runs in, and how far it has come.
    private var launch: (task: Task<Void, Never>, phase: Watched<Phase>)?
    private var isClosed = false

    /// Prepares a browser without starting it.
    public init(_ configuration: BrowserConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Makes a context, starting the browser first if none runs. The cancellation of the task ends the wait, not the
    /// start, which others may be waiting for too.
    ///
    /// - Throws: as ``Browser/launch(_:logger:)`` and ``Browser/newContext()``; `browserGone` after ``close()``.
    public func newContext() async throws -> BrowserContext {
        do {
            return try await running().newContext()
        } catch let error as BrowserError where error.code == .browserGone {
            // It died since it was last used; its successor gets the same question, once.
            return try await running().newContext()
        }
    }

    private func running() async throws -> Browser {
        guard !isClosed else { throw BrowserError(.browserGone, "the browser was closed") }
        let deadline = Deadline.after(configuration.launchTimeout + .seconds(10))
        return try await currentLaunch().wait(for: "the browser to start", until: deadline) { phase in
            switch phase {
            case .starting: nil
            case .running(let browser): browser
            case .failed(let error): throw error
            }
        }
    }

    private func currentLaunch() -> Watched<Phase> {
        if let launch {
            switch launch.phase.current {
            case .starting: return launch.phase
            case .running(let browser) where !browser.isGone: return launch.phase
            case .running, .failed: break
            }
        }
        let phase = Watched(Phase.starting)
        let task = Task { [configuration, logger] in
            do {
                let browser = try await Browser.launch(configuration, logger: logger)
                logger.info("browser started", metadata: ["version": "\(browser.version)"])
                phase.update { $0 = .running(browser) }
            } catch {
                phase.update { $0 = .failed(error) }
            }
        }
        launch = (task, phase)
        return phase
    }

    /// Ends the browser and refuses new contexts. Returns when nothing of it is left.
    public func close() async {
        isClosed = true
        guard let launch else { return }
        launch.task.cancel()
        await launch.task.value
        if case .running(let browser) = launch.phase.current { await browser.close() }
    }
}
