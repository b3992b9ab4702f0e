//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

extension BrowserPool {
    /// Does something behind the runs' back, which ``close()`` ends.
    func addChore(_ work: @escaping @Sendable () async -> Void) {
        guard !isClosed else { return }
        choreCount += 1
        let number = choreCount
        chores[number] = Task {
            await work()
            choreEnded(number)
        }
    }

    private func choreEnded(_ number: Int) {
        chores[number] = nil
    }

    /// Looks after a browser when a run in it has ended.
    func lookAfter(_ id: ObjectIdentifier) {
        guard let member = members[id] else { return }
        if member.browser.isGone {
            forget(id)
        } else if member.retiredAt != nil {
            closeIfUnused(id)
        } else {
            makeSpare(in: id)
            // Looking takes a few milliseconds, and nothing grows fast.
            if member.runs % 10 == 0, let bytes = member.browser.memoryBytes, bytes > policy.memoryBytes {
                replace(id, because: "it has grown to \(bytes.formattedBytes)")
            }
        }
    }

    /// Makes a context with a page ahead, where there are not enough.
    func makeSpare(in id: ObjectIdentifier) {
        guard let member = members[id], !member.isMakingSpare, member.retiredAt == nil, !isClosed,
            member.spares.count < policy.spares
        else { return }
        members[id]?.isMakingSpare = true
        addChore {
            let context = try? await member.browser.newClosedContext()
            let page = try? await context?.newPage()
            await self.spareIsMade(context, isUsable: page != nil, in: id)
        }
    }

    private func spareIsMade(_ context: BrowserContext?, isUsable: Bool, in id: ObjectIdentifier) async {
        members[id]?.isMakingSpare = false
        guard let context else { return }
        if isUsable, let member = members[id], member.retiredAt == nil, !isClosed {
            members[id]?.spares.append(context)
            makeSpare(in: id)
        } else {
            await context.dispose()
        }
    }

    // MARK: - Sessions

    func mayKeepSessions(in id: ObjectIdentifier) -> Bool {
        guard let member = members[id], !member.browser.isGone, !isClosed, policy.sessions > 0 else { return false }
        return member.retiredAt.map { $0.duration(to: .now) < policy.retirementTime } ?? true
    }

    func keep(_ session: String, contextID: String, in id: ObjectIdentifier) {
        let entry = KeptSessions.Entry(
            session: session,
            browser: id,
            contextID: contextID,
            until: .now + policy.sessionIdleTime
        )
        disposeOf(kept.keep(entry))
        sweep()
    }

    private func disposeOf(_ entries: [KeptSessions.Entry]) {
        for entry in entries {
            guard let browser = members[entry.browser]?.browser else { continue }
            addChore {
                await browser.openContext(entry.contextID).dispose()
                await self.closeIfUnused(entry.browser)
            }
        }
    }

    /// Removes sessions when their time has come, as long as there are any.
    private func sweep() {
        guard !isSweeping, let next = kept.nextExpiry, !isClosed else { return }
        isSweeping = true
        addChore {
            try? await Task.sleep(until: next, clock: .continuous)
            await self.endSweep()
        }
    }

    private func endSweep() {
        isSweeping = false
        disposeOf(kept.expire(at: .now))
        sweep()
    }

    // MARK: - The end of a browser

    /// Gives a browser no more runs, and closes it when the last one in it has ended and no session is kept in it.
    func retire(_ id: ObjectIdentifier) {
        guard let member = members[id] else { return }
        members[id]?.retiredAt = .now
        members[id]?.spares = []
        addChore { for spare in member.spares { await spare.dispose() } }
        closeIfUnused(id)
    }

    func closeIfUnused(_ id: ObjectIdentifier) {
        guard let member = members[id], member.retiredAt != nil, member.contextsInUse == 0, !kept.holds(id), !isClosed
        else { return }
        members[id] = nil
        addChore { await member.browser.close() }
    }

    /// Ends a browser that does not answer. What is under way in it fails at once, instead of each at its own deadline.
    func endIfHung(_ browser: Browser) async {
        guard !(await browser.answers(within: policy.probeTimeout, survivesCancellation: true)) else { return }
        await end(browser)
    }

    /// Ends a browser that is of no use any more.
    func end(_ browser: Browser) async {
        if !browser.isGone { logger.warning("the browser does not answer; it is ended") }
        await browser.kill()
        forget(ObjectIdentifier(browser))
    }

    /// Forgets a browser that has ended, with the sessions that were kept in it.
    func forget(_ id: ObjectIdentifier) {
        members[id] = nil
        kept.forget(id)
        if let browser = launch?.browser, ObjectIdentifier(browser) == id { launch = nil }
    }
}
