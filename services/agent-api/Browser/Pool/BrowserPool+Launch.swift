//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

extension BrowserPool {
    /// The browser in which new contexts are made, as soon as it runs.
    func running() async throws -> Browser {
        guard !isClosed else { throw BrowserError(.browserGone, "the browser was closed") }
        let deadline = Deadline.after(configuration.launchTimeout + .seconds(10))
        let browser = try await currentLaunch().phase.wait(for: "the browser to start", until: deadline) {
            phase -> Browser? in
            switch phase {
            case .starting: nil
            case .running(let browser): browser
            case .failed(let error): throw error
            }
        }
        guard !isClosed else { throw BrowserError(.browserGone, "the browser was closed") }
        admit(browser)
        return browser
    }

    private func currentLaunch() -> Launch {
        if let launch {
            switch launch.phase.current {
            case .starting: return launch
            case .running(let browser):
                if !browser.isGone { return launch }
                forget(ObjectIdentifier(browser))
            case .failed: break
            }
        }
        let fresh = startBrowser()
        launch = fresh
        return fresh
    }

    private func startBrowser() -> Launch {
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
        return Launch(task: task, phase: phase)
    }

    private func admit(_ browser: Browser) {
        let id = ObjectIdentifier(browser)
        if members[id] == nil { members[id] = Member(browser: browser) }
    }

    /// Starts another browser for the runs to come. Until it runs they go on in this one; nobody waits.
    func replace(_ id: ObjectIdentifier, because reason: String) {
        guard successor == nil, !isClosed, let current = launch?.browser, ObjectIdentifier(current) == id else {
            return
        }
        logger.info("browser is replaced: \(reason)")
        let next = startBrowser()
        successor = next
        addChore {
            await next.task.value
            await self.promote(next)
        }
    }

    private func promote(_ next: Launch) {
        successor = nil
        guard case .running(let browser) = next.phase.current else {
            if case .failed(let error) = next.phase.current {
                logger.warning("no replacement for the browser could be started: \(error)")
            }
            return
        }
        let old = launch?.browser.map { ObjectIdentifier($0) }
        launch = next
        admit(browser)
        makeSpare(in: ObjectIdentifier(browser))
        if let old { retire(old) }
    }
}
