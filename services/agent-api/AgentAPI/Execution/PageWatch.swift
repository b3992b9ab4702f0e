//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import Egress
import Secrets
import Synchronization

/// Watches a run's pages between the events of its agent. It reports downloads and blocked requests of the browser, and
/// takes a screenshot at the end of each step.
final class PageWatch: AgentEventSink {
    private struct State {
        weak var context: BrowserContext?
        /// The last step with a screenshot.
        var pictured = 0
        /// The number of reported downloads.
        var reportedDownloads = 0
        var reportedRefusals: Set<EgressRefusal> = []
        /// Set when a screenshot could not be stored, so that no further step waits for Redis.
        var isGivenUp = false
    }

    private let log: RunLog
    private let requestID: Identifier
    private let store: ScreenshotStore
    private let secrets: RunSecrets
    /// Whether pictures of the steps are kept.
    private let isPictured: Bool
    /// Whether somebody watches the run's live view now.
    private let isWatched: @Sendable () -> Bool
    private let state = Mutex(State())

    init(
        log: RunLog,
        requestID: Identifier,
        store: ScreenshotStore,
        isPictured: Bool? = nil,
        isWatched: @escaping @Sendable () -> Bool = { false },
        secrets: RunSecrets = .none
    ) {
        self.log = log
        self.requestID = requestID
        self.store = store
        self.secrets = secrets
        self.isPictured = isPictured ?? store.isOn
        self.isWatched = isWatched
    }

    /// Sets the browser context of the run's pages.
    func watch(_ context: BrowserContext) {
        state.withLock { $0.context = context }
    }

    /// Where the run's pages are, once it has any.
    var context: BrowserContext? { state.withLock(\.context) }

    func report(_ event: AgentEvent) async {
        var event = event
        let step = log.currentStep.number
        for event in eventsOfBrowser(in: step) { await log.report(event) }
        // A step ends when a later one begins, or when the agent finishes.
        if isPictured, event.endsSteps || event.step.map({ $0 > step }) ?? false {
            await takePicture(of: step)
        }
        if event.isAboutAction {
            let target = context?.takeTarget()
            // Where something was done says nothing to those who see no picture.
            if isPictured || isWatched() { event.target = target }
        }
        await log.report(event)
    }

    /// Downloads and refusals since the last event.
    private func eventsOfBrowser(in step: Int) -> [AgentEvent] {
        let (downloads, refusals) = state.withLock { state in
            let ended = (state.context?.downloads ?? []).dropFirst(state.reportedDownloads)
                .prefix { $0.state != .underWay }
            state.reportedDownloads += ended.count
            let refusals = (state.context?.refusals ?? []).filter { state.reportedRefusals.insert($0).inserted }
            return (Array(ended), refusals)
        }
        // Without screenshots, these events carry no step.
        let number = isPictured && step > 0 ? step : nil
        return downloads.map { AgentEvent($0.event, step: number, action: "download", url: $0.url) }
            + refusals.map { AgentEvent(.blocked("\($0)"), step: number, action: "block") }
    }

    /// Takes a screenshot of a step that has none. One that cannot be taken, or would show a secret, is left out: it
    /// never fails a run.
    private func takePicture(of step: Int) async {
        let context: BrowserContext? = state.withLock { state in
            guard !state.isGivenUp, step > state.pictured, let context = state.context else { return nil }
            state.pictured = step
            return context
        }
        guard let page = context?.shownPage, let jpeg = try? await page.screenshot(hiding: secrets) else { return }
        do {
            guard try await store.put(jpeg, of: requestID, step: step) else { return }
        } catch {
            state.withLock { $0.isGivenUp = true }
            return
        }
        let path = ScreenshotStore.path(of: requestID, step: step)
        await log.report(AgentEvent(.pictured(path: path), step: step, url: page.url))
    }
}

extension Download {
    fileprivate var event: AgentEvent.What {
        if case .failed(let reason) = state { return .downloadFailed(name, reason: reason) }
        return .downloaded(name, bytes: bytes)
    }
}
