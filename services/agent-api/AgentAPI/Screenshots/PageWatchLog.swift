//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Browser
import Egress
import Secrets
import Synchronization

/// A run's log that looks at the run's pages whenever the agent says something: it tells of files that have been downloaded,
/// and takes a picture of the page whenever a step is over, which is when the next one begins and when there are no more.
final class PageWatchLog: AgentLog {
    private struct State {
        weak var context: BrowserContext?
        /// The step that goes on.
        var step = 0
        /// The last step of which there is a picture.
        var pictured = 0
        /// The files that were told of.
        var toldDownloads = 0
        /// What was refused and told of.
        var toldRefusals: Set<EgressRefusal> = []
        /// Set when a picture could not be kept: no step waits for Redis twice.
        var isGivenUp = false
    }

    private let log: RunLog
    private let requestID: Identifier
    private let store: ScreenshotStore
    private let secrets: RunSecrets
    private let state = Mutex(State())

    init(log: RunLog, requestID: Identifier, store: ScreenshotStore, secrets: RunSecrets = .none) {
        self.log = log
        self.requestID = requestID
        self.store = store
        self.secrets = secrets
    }

    /// Says where the run's pages are.
    func watch(_ context: BrowserContext) {
        state.withLock { $0.context = context }
    }

    func record(_ line: AgentLogLine) async {
        for download in untoldDownloads() { await log.record(self.line(for: download)) }
        for refusal in untoldRefusals() { await log.record(self.line(for: refusal)) }
        if store.isOn, let (step, context) = stepThatEnds(with: line) { await take(step, in: context) }
        await log.record(line)
    }

    /// The files that have come, or have failed to, since the last line; in their order.
    private func untoldDownloads() -> [Download] {
        self.state.withLock { state in
            let ended = (state.context?.downloads ?? []).dropFirst(state.toldDownloads).prefix { $0.state != .underWay }
            state.toldDownloads += ended.count
            return Array(ended)
        }
    }

    /// What pages wanted in vain since the last line.
    private func untoldRefusals() -> [EgressRefusal] {
        self.state.withLock { state in
            (state.context?.refusals ?? []).filter { state.toldRefusals.insert($0).inserted }
        }
    }

    /// The step that goes on.
    private var step: Int? { state.withLock { $0.step == 0 ? nil : $0.step } }

    private func line(for refusal: EgressRefusal) -> AgentLogLine {
        AgentLogLine(level: .warning, message: "🚫 Blocked: \(refusal)", step: step, action: "block")
    }

    private func line(for download: Download) -> AgentLogLine {
        var line = AgentLogLine(level: .info, message: "", step: self.step, action: "download")
        line.url = download.url
        if case .failed(let reason) = download.state {
            line.level = .warning
            line.message = "📥 Download of \(download.name) failed: \(reason)"
        } else {
            line.message = "📥 Downloaded \(download.name) (\(download.bytes) bytes)"
        }
        return line
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

    /// A picture that cannot be taken, or that would show a secret, is left out: it is never worth a run.
    private func take(_ step: Int, in context: BrowserContext) async {
        guard let page = context.shownPage, let jpeg = try? await page.screenshot(hiding: secrets) else { return }
        do {
            guard try await store.put(jpeg, of: requestID, step: step) else { return }
        } catch {
            state.withLock { $0.isGivenUp = true }
            return
        }
        log.screenshot(
            of: step,
            servedAt: ScreenshotStore.path(of: requestID, step: step),
            page: page.url
        )
    }
}
