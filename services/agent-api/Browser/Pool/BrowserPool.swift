//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
package import Hosts
package import Logging

/// Browsers that are kept warm: each run gets a context of its own in one that runs already.
///
/// The first context starts a browser. It is replaced by another one when it has served its time (see ``PoolPolicy``), when
/// it has died, and when it does not answer any more; runs that are in it then fail, and the next one finds another browser.
package actor BrowserPool {
    struct Member {
        let browser: Browser
        var runs = 0
        var contextsInUse = 0
        var spares: [BrowserContext] = []
        var isMakingSpare = false
        var retiredAt: ContinuousClock.Instant?
    }

    enum Phase: Sendable {
        case starting
        case running(Browser)
        case failed(any Error)
    }

    /// The start of a browser: the task that it runs in, and how far it has come.
    struct Launch {
        var task: Task<Void, Never>
        var phase: Watched<Phase>

        var browser: Browser? {
            if case .running(let browser) = phase.current { browser } else { nil }
        }
    }

    let configuration: BrowserConfiguration
    let policy: PoolPolicy
    let logger: Logger
    /// Where new contexts are made.
    var launch: Launch?
    /// What is being started to take its place.
    var successor: Launch?
    var members: [ObjectIdentifier: Member] = [:]
    var kept: KeptSessions
    var isClosed = false
    /// What is being done behind the runs' back. ``close()`` ends and awaits it.
    var chores: [Int: Task<Void, Never>] = [:]
    var choreCount = 0
    var isSweeping = false
    private let turns = Watched(SessionTurns())

    /// Prepares a pool without starting a browser.
    package init(_ configuration: BrowserConfiguration, policy: PoolPolicy = PoolPolicy(), logger: Logger) {
        self.configuration = configuration
        self.policy = policy
        self.logger = logger
        kept = KeptSessions(limit: policy.sessions)
    }

    /// How many browsers run.
    package var count: Int { members.count }

    /// Gives a run a context, starting a browser first if none runs. The cancellation of the task ends the wait, not the
    /// start, which others may be waiting for too.
    ///
    /// - Parameter session: runs of one session find the cookies and the storage that the last one left, as long as its
    ///   browser lives and the session is not idle for too long. They go one after the other: this waits until the context
    ///   of the run before is closed. `nil` is a run that shares nothing.
    /// - Parameter allowedDomains: the only sites that the run may connect to, within what ``BrowserConfiguration/egress``
    ///   allows; `nil` allows all of that.
    /// - Returns: the context. Whoever gets it closes it, upon which it comes back here.
    /// - Throws: as ``Browser/launch(_:logger:)`` and ``Browser/newContext(policy:)``; `browserGone` after ``close()``.
    package func newContext(
        session: String? = nil,
        allowedDomains: [DomainPattern]? = nil
    ) async throws -> BrowserContext {
        let egress = configuration.egress.narrowed(to: allowedDomains)
        if let session { try await takeTurn(session) }
        let context: BrowserContext
        do {
            context = try await lease(session)
        } catch {
            if let session { endTurn(session) }
            throw error
        }
        do {
            try context.open(egress)
            return context
        } catch {
            // It goes back as after a run, which ends the session's turn.
            await context.close()
            throw error
        }
    }

    /// Starts a browser and makes a context ahead, so that the first run does not wait for them.
    ///
    /// - Throws: as ``Browser/launch(_:logger:)``.
    package func warmUp() async throws {
        let browser = try await running()
        makeSpare(in: ObjectIdentifier(browser))
    }

    /// Ends all browsers and refuses new contexts. Returns when nothing of them is left.
    package func close() async {
        isClosed = true
        turns.update { $0.isClosed = true }
        let launches = [launch, successor].compactMap { $0 }
        for launch in launches { launch.task.cancel() }
        for chore in chores.values { chore.cancel() }
        for launch in launches { await launch.task.value }
        for chore in chores.values { await chore.value }
        let browsers = members.values.map(\.browser) + launches.compactMap(\.browser)
        await withDiscardingTaskGroup { group in
            for browser in browsers { group.addTask { await browser.close() } }
        }
        members = [:]
    }

    // MARK: - Leasing

    private func lease(_ session: String?) async throws -> BrowserContext {
        // A browser that has died since it was last used, or does not answer, is replaced by another one: twice at most.
        for _ in 0..<3 {
            let keeper = session.flatMap { kept.browser(of: $0) }.flatMap { members[$0]?.browser }
            let browser = if let keeper { keeper } else { try await running() }
            let id = ObjectIdentifier(browser)
            guard try await isFit(browser) else { continue }
            if let session, let contextID = kept.take(session, in: id) {
                return handOut(browser.openContext(contextID), in: id, to: session)
            }
            // Its session has just expired.
            if keeper != nil { continue }
            if let spare = takeSpare(of: id) { return handOut(spare, in: id, to: session) }
            do {
                return handOut(try await browser.newClosedContext(), in: id, to: session)
            } catch let error as BrowserError where error.code == .browserGone || error.code == .timedOut {
                if error.code == .timedOut { await endIfHung(browser) }
                guard browser.isGone else { throw error }
                forget(id)
            }
        }
        throw BrowserError(.browserGone, "no browser stays alive long enough to be used")
    }

    /// Whether the browser answers. One that does not is ended here, before a run gets into it.
    private func isFit(_ browser: Browser) async throws -> Bool {
        if await browser.answers(within: policy.probeTimeout, survivesCancellation: false) { return true }
        try Task.checkCancellation()
        await end(browser)
        return false
    }

    private func takeSpare(of id: ObjectIdentifier) -> BrowserContext? {
        while let spare = members[id]?.spares.popLast() {
            if spare.pages.current.failure == nil, spare.openPages.allSatisfy({ !$0.hasCrashed }) { return spare }
        }
        return nil
    }

    private func handOut(_ context: BrowserContext, in id: ObjectIdentifier, to session: String?) -> BrowserContext {
        members[id]?.runs += 1
        members[id]?.contextsInUse += 1
        context.onClose { context in
            await self.addChore { await self.takeBack(context, from: id, session: session) }
        }
        if let runs = members[id]?.runs, runs >= policy.runsPerBrowser {
            replace(id, because: "it has served \(runs) runs")
        }
        return context
    }

    private func takeBack(_ context: BrowserContext, from id: ObjectIdentifier, session: String?) async {
        var isKept = false
        if let session, mayKeepSessions(in: id), await context.retirePages(), mayKeepSessions(in: id) {
            keep(session, contextID: context.id, in: id)
            isKept = true
        }
        if !isKept, !(await context.dispose()), let browser = members[id]?.browser { await endIfHung(browser) }
        members[id]?.contextsInUse -= 1
        if let session { endTurn(session) }
        lookAfter(id)
    }

    // MARK: - Sessions, one run at a time

    private func takeTurn(_ session: String) async throws {
        // Between the end of the wait and the next line somebody else may have taken the turn.
        while !turns.update({ $0.busy.insert(session).inserted }) {
            try await turns.wait(for: "the session \(session)", until: .after(.seconds(86_400))) { turns in
                if turns.isClosed { throw BrowserError(.browserGone, "the browser was closed") }
                return turns.busy.contains(session) ? nil : ()
            }
        }
    }

    private func endTurn(_ session: String) {
        turns.update { _ = $0.busy.remove(session) }
    }
}

/// The sessions of which a run is going on.
private struct SessionTurns: Sendable {
    var busy: Set<String> = []
    var isClosed = false
}
