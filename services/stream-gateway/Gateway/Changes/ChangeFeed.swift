//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Reads the changes of all runs once for all who watch them, and wakes these when there are new ones. It reads nothing as
/// long as nobody watches.
final class ChangeFeed: Service {
    private struct State {
        var ring: ChangeRing?
        var fault: String?
        var wakers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWaker = 0
    }

    private let stream: ChangeStream
    private let logger: Logger
    private let state = Mutex(State())

    /// Yields when there is somebody who watches.
    private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// How long Redis is waited for at a time. Also how long the end of the service may take.
    private static let patience = 1000

    private static let pause = Duration.milliseconds(20)

    init(_ stream: ChangeStream, logger: Logger) {
        self.stream = stream
        self.logger = logger
    }

    /// The name of the stream in Redis.
    var name: String { stream.name }

    /// Reads until the service shuts down.
    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in self.arrivals {
                await self.follow()
            }
        }
    }

    /// Follows the stream until nobody watches any more.
    private func follow() async {
        var hasFailed = false
        while !Task.isCancelled, state.withLock({ !$0.wakers.isEmpty }) {
            do {
                // Redis may have come back without what it had, which no new entry tells.
                try await advance(isPatient: !hasFailed)
                hasFailed = false
                note(fault: nil)
            } catch  where error.code == .cancelled || error.code == .shutDown {
                break
            } catch {
                logger.debug("the changes of runs cannot be read; trying again", error: error)
                hasFailed = true
                note(fault: Readiness.Fault(error).summary)
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        state.withLock { $0.ring = nil }
    }

    private func advance(isPatient: Bool) async throws(RedisError) {
        guard let place = state.withLock({ $0.ring?.end }) else {
            let end = try await stream.end()
            state.withLock { $0.ring = ChangeRing(after: end) }
            // Something may have come since they have read.
            wakeAll()
            return
        }
        if isPatient {
            try await stream.waits(after: place, milliseconds: Self.patience)
            // What comes at once is told at once, and wakes the viewers once.
            try? await Task.sleep(for: Self.pause)
        }
        switch try await stream.page(after: place) {
        case .changes(let changes):
            guard !changes.isEmpty else { return }
            state.withLock { $0.ring?.append(changes) }
        case .gap(let newest):
            // Each viewer hears of it when it asks for what is behind its own place.
            state.withLock { $0.ring = ChangeRing(after: newest) }
        }
        wakeAll()
    }

    /// Tells the viewers when reading has begun to fail, or succeeds again.
    private func note(fault: String?) {
        let hasChanged = state.withLock { state in
            defer { state.fault = fault }
            return state.fault != fault
        }
        if hasChanged { wakeAll() }
    }

    private func wakeAll() {
        for waker in state.withLock({ Array($0.wakers.values) }) { waker.yield() }
    }

    // MARK: For viewers

    /// Why the stream cannot be read, for anybody who asks; `nil` while it can.
    var fault: String? { state.withLock(\.fault) }

    /// Has a viewer woken whenever there may be something new, until it leaves.
    ///
    /// - Returns: By what it leaves.
    func join(_ waker: AsyncStream<Void>.Continuation) -> Int {
        let number = state.withLock { state in
            state.lastWaker += 1
            state.wakers[state.lastWaker] = waker
            return state.lastWaker
        }
        arrival.yield()
        return number
    }

    func leave(_ number: Int) {
        state.withLock { $0.wakers[number] = nil }
    }

    /// What there is behind a place.
    ///
    /// - Throws: `RedisError`.
    func page(after place: EntryID) async throws(RedisError) -> ChangePage {
        if let changes = state.withLock({ $0.ring?.changes(after: place, limit: ChangeStream.pageSize) }) {
            return .changes(changes)
        }
        return try await stream.page(after: place)
    }

    /// Where the stream ends.
    ///
    /// - Throws: `RedisError`.
    func end() async throws(RedisError) -> EntryID { try await stream.end() }

    /// The runs that have not ended, as they are now.
    ///
    /// - Throws: `RedisError`.
    func unfinishedRuns() async throws(RedisError) -> [RunChange] { try await stream.unfinishedRuns() }
}
