//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import Models
import Secrets
import Steering

/// The execution of one run, from its first step to its outcome, with its time limits and interruptions.
struct RunAttempt: Sendable {
    let job: RunJob
    let configuration: AgentAPIConfiguration
    let browser: BrowserPool
    let screenshots: ScreenshotStore
    let live: LiveView
    /// The model that plans the steps; `nil` for plain instructions.
    let model: MeteredModel?
    let log: RunLog

    /// How the run ended, and what it has done.
    struct Ending: Sendable {
        var outcome: RunOutcome
        var recording: Recording?
    }

    /// Works until the run is done, stopped or out of time. Its pages are closed when this returns.
    func ending() async -> Ending {
        var ending = await firstEnding()
        if let model {
            ending.outcome.usage = model.usage
            await log.report(AgentEvent(.tokens(model.usage)))
        }
        return ending
    }

    private func firstEnding() async -> Ending {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await work() }
            group.addTask {
                for await reason in job.interruptions { return await interrupted(reason) }
                return nil
            }
            group.addTask {
                let seconds = job.request.timeoutSeconds ?? configuration.timeoutSeconds
                guard await activeTime(of: .seconds(seconds)) else { return nil }
                return await failure(.timedOut, "the run took longer than \(seconds) s")
            }
            group.addTask { await endOfEndlessStep() }
            var ending: Ending?
            while ending == nil, let next = await group.next() { ending = next }
            group.cancelAll()
            let none = RunOutcome(status: .failed, error: "the run ended without an outcome", steps: log.steps)
            return ending ?? Ending(outcome: none)
        }
    }

    /// While a run is held, what is left of its time does not get less.
    private static let shortestSleep = Duration.milliseconds(100)

    /// Waits until the run has gone on for so long. The time in which a person holds it does not count.
    ///
    /// - Returns: `false` when the task is cancelled.
    private func activeTime(of limit: Duration) async -> Bool {
        let began = ContinuousClock.now
        while true {
            let left = limit - (ContinuousClock.now - began - job.steering.heldTime)
            guard left > .zero else { return true }
            guard (try? await Task.sleep(for: max(left, Self.shortestSleep))) != nil else { return false }
        }
    }

    /// Waits until a step exceeds its time limit.
    private func endOfEndlessStep() async -> Ending? {
        let seconds = configuration.stepTimeoutSeconds
        while true {
            let (step, began, heldBefore) = log.currentStep
            let due = began + .seconds(seconds) + job.steering.heldTime - heldBefore
            guard due > .now else {
                let what = step == 0 ? "the wait for a browser" : "step \(step)"
                return await failure(.timedOut, "\(what) took longer than \(seconds) s")
            }
            guard (try? await Task.sleep(until: max(due, .now + Self.shortestSleep), clock: .continuous)) != nil else {
                return nil
            }
        }
    }

    private func interrupted(_ reason: RunJob.Interruption) async -> Ending {
        switch reason {
        case .cancelled: await failure(.cancelled, "the run was cancelled")
        case .shutDown: await failure(.cancelled, "the service was shut down")
        case .superseded: await failure(.failed, "the run was ended by another process")
        }
    }

    private func failure(_ status: RunStatus, _ reason: String) async -> Ending {
        await log.report(AgentEvent(.stopped(reason)))
        return Ending(outcome: RunOutcome(status: status, error: reason, steps: log.steps))
    }

    private func work() async -> Ending? {
        let session = job.browserSession
        let pages = PageWatch(
            log: log,
            requestID: job.run.requestID,
            store: screenshots,
            isPictured: job.request.screenshots,
            isWatched: { [live, job] in live.isWatched(job.run.requestID) },
            secrets: job.secrets
        )
        let broadcast = LiveBroadcast(live: live, secrets: job.secrets) { pages.context }
        async let _: Void = live.whileShown(job.run.requestID) { await broadcast.run($0) }
        let hands = HumanHands(steering: job.steering, log: log) { pages.context?.shownPage }
        async let _: Void = hands.run()
        let makeContext: @Sendable () async throws -> BrowserContext = {
            let context = try await browser.newContext(
                session: session,
                allowedDomains: job.request.allowedDomains
            )
            pages.watch(context)
            return context
        }
        do {
            let outcome = try await execute(events: pages, makeContext: makeContext)
            return Ending(outcome: RunOutcome(outcome), recording: outcome.recording)
        } catch {
            // The interruption gives the outcome.
            return nil
        }
    }
}
