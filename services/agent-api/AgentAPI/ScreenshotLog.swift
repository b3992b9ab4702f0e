//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import Synchronization

/// A run's log that takes a picture of the page whenever a step is over: when the next one begins, and when there are no
/// more.
final class ScreenshotLog: AgentLog {
    private struct State {
        weak var context: BrowserContext?
        /// The step that goes on.
        var step = 0
        /// The last step of which there is a picture.
        var pictured = 0
        /// Set when one could not be kept: no step waits for Redis twice.
        var isGivenUp = false
    }

    private let log: RunLog
    private let requestID: Identifier
    private let store: ScreenshotStore
    private let state = Mutex(State())

    init(log: RunLog, requestID: Identifier, store: ScreenshotStore) {
        self.log = log
        self.requestID = requestID
        self.store = store
    }

    /// Says where the run's pages are.
    func watch(_ context: BrowserContext) {
        self.state.withLock { $0.context = context }
    }

    func record(_ line: AgentLogLine) async {
        if self.store.isOn, let (step, context) = self.stepThatEnds(with: line) { await self.take(step, in: context) }
        await self.log.record(line)
    }

    /// The step that is over when that line is said, unless there is a picture of it already.
    private func stepThatEnds(with line: AgentLogLine) -> (Int, BrowserContext)? {
        self.state.withLock { state in
            let begins = line.step.map { $0 > state.step } ?? false
            let isLast = ["📄 Result", "✅", "❌"].contains { line.message.hasPrefix($0) }
            defer { if begins, let step = line.step { state.step = step } }
            guard !state.isGivenUp, begins || isLast, state.step > state.pictured, let context = state.context else {
                return nil
            }
            state.pictured = state.step
            return (state.step, context)
        }
    }

    /// A picture that cannot be taken is left out: it is never worth a run.
    private func take(_ step: Int, in context: BrowserContext) async {
        guard let page = context.shownPage, let jpeg = try? await page.screenshot() else { return }
        do {
            guard try await self.store.put(jpeg, of: self.requestID, step: step) else { return }
        } catch {
            self.state.withLock { $0.isGivenUp = true }
            return
        }
        self.log.screenshot(
            of: step,
            servedAt: ScreenshotStore.path(of: self.requestID, step: step),
            page: page.url
        )
    }
}
