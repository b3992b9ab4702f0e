//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import NIOCore
import Synchronization

/// The logs that are followed now. They are added by many threads and let go by one.
final class FollowedLogs: Sendable {
    private struct Entry {
        var log: FollowedLog
        var lastActive: ContinuousClock.Instant

        /// How long it may be silent before it is let go.
        var patience: Duration
    }

    private let hub: TopicHub
    private let state = Mutex<[Subject: Entry]>([:])

    /// Logs whose following is to begin.
    let begun: AsyncStream<FollowedLog>
    private let beginning: AsyncStream<FollowedLog>.Continuation

    init(hub: TopicHub) {
        self.hub = hub
        (begun, beginning) = AsyncStream.makeStream()
    }

    var count: Int { state.withLock(\.count) }

    func contains(_ subject: Subject) -> Bool { state.withLock { $0[subject] != nil } }

    /// Follows a log, unless it is followed already.
    ///
    /// - Parameter message: A message that has made its channel known.
    func follow(_ subject: Subject, patience: Duration, message: ByteBuffer? = nil) {
        let (log, isNew) = state.withLock { state in
            if let entry = state[subject] { return (entry.log, false) }
            let log = hub.follow(subject)
            state[subject] = Entry(log: log, lastActive: .now, patience: patience)
            return (log, true)
        }
        if let message { log.overhear(message) }
        if isNew { beginning.yield(log) }
    }

    /// Notes that something came of some logs.
    func touch(_ subjects: some Sequence<Subject>) {
        let now = ContinuousClock.now
        state.withLock { state in for subject in subjects { state[subject]?.lastActive = now } }
    }

    /// Up to where a log was read to its end and given, if it was.
    func readID(of subject: Subject) async -> EntryID? {
        await state.withLock { $0[subject]?.log }?.readID()
    }

    /// Lets a log go.
    func stop(_ subject: Subject) { state.withLock { $0.removeValue(forKey: subject) }?.log.stop() }

    func stopAll() {
        beginning.finish()
        for entry in state.withLock({ state in
            defer { state = [:] }
            return Array(state.values)
        }) { entry.log.stop() }
    }

    /// Has all go on that were refused.
    func resumeAll() { for entry in state.withLock({ Array($0.values) }) { entry.log.resume() } }

    /// The logs that were silent for too long and that nobody else has.
    func idle() -> [Subject] {
        let now = ContinuousClock.now
        let silent = state.withLock { state in state.filter { $0.value.lastActive + $0.value.patience < now } }
        return silent.filter { !$0.value.log.isShared }.map(\.key)
    }
}
