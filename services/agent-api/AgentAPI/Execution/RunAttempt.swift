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

    /// Works until the run is done, stopped or out of time. Its pages are closed when this returns.
    func outcome() async -> RunOutcome {
        var outcome = await firstOutcome()
        if let model {
            outcome.usage = model.usage
            await log.report(AgentEvent(.tokens(model.usage)))
        }
        return outcome
    }

    private func firstOutcome() async -> RunOutcome {
        await withTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { await work() }
            group.addTask {
                for await reason in job.interruptions { return await interrupted(reason) }
                return nil
            }
            group.addTask {
                let seconds = job.request.timeoutSeconds ?? configuration.timeoutSeconds
                guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return nil }
                return await failure(.timedOut, "the run took longer than \(seconds) s")
            }
            group.addTask { await outcomeOfEndlessStep() }
            var outcome: RunOutcome?
            while outcome == nil, let next = await group.next() { outcome = next }
            group.cancelAll()
            return outcome
                ?? RunOutcome(status: .failed, error: "the run ended without an outcome", steps: log.steps)
        }
    }

    /// Waits until a step exceeds its time limit.
    private func outcomeOfEndlessStep() async -> RunOutcome? {
        let seconds = configuration.stepTimeoutSeconds
        while true {
            let (step, began) = log.currentStep
            let due = began + .seconds(seconds)
            guard due > .now else {
                let what = step == 0 ? "the wait for a browser" : "step \(step)"
                return await failure(.timedOut, "\(what) took longer than \(seconds) s")
            }
            guard (try? await Task.sleep(until: due, clock: .continuous)) != nil else { return nil }
        }
    }

    private func interrupted(_ reason: RunJob.Interruption) async -> RunOutcome {
        switch reason {
        case .cancelled: await failure(.cancelled, "the run was cancelled")
        case .shutDown: await failure(.cancelled, "the service was shut down")
        case .superseded: await failure(.failed, "the run was ended by another process")
        }
    }

    private func failure(_ status: RunStatus, _ reason: String) async -> RunOutcome {
        await log.report(AgentEvent(.stopped(reason)))
        return RunOutcome(status: status, error: reason, steps: log.steps)
    }

    private func work() async -> RunOutcome? {
        let session = job.run.sessionID.rawValue
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
        let makeContext: @Sendable () async throws -> BrowserContext = {
            let context = try await browser.newContext(
                session: session,
                allowedDomains: job.request.allowedDomains
            )
            pages.watch(context)
            return context
        }
        do {
            return RunOutcome(try await execute(events: pages, makeContext: makeContext))
        } catch {
            // The interruption gives the outcome.
            return nil
        }
    }
}
