//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Secrets
import Synchronization

/// The log of a run: renders its events, numbers its records and hands them to its outbox. It is the door through which
/// records and the outcome leave the run, and the only one that masks secrets in them.
final class RunLog: AgentEventSink {
    private struct State {
        var seq = 0
        var steps = 0
        var stepBegan = ContinuousClock.now
        var isClosed = false
    }

    /// The run as it was when it began.
    private let run: Run
    private let outbox: RunOutbox
    private let mask: SecretMask
    private let renderer: AgentEventRenderer
    private let state = Mutex(State())

    /// - Parameters:
    ///   - run: The run, which goes on.
    ///   - mask: Hides values of secrets in all records and in the outcome.
    init(_ run: Run, outbox: RunOutbox, mask: SecretMask = .none) {
        self.run = run
        self.outbox = outbox
        self.mask = mask
        renderer = AgentEventRenderer(requestID: run.requestID)
    }

    /// How many steps were begun.
    var steps: Int { state.withLock(\.steps) }

    /// The step that is going on, 0 before the first, and since when.
    var currentStep: (number: Int, began: ContinuousClock.Instant) {
        state.withLock { ($0.steps, $0.stepBegan) }
    }

    /// Adds the record of an event, and returns when it is safe, so that the agent does nothing that its log could not
    /// tell of.
    func report(_ event: AgentEvent) async {
        let record = renderer.record(of: event, at: .now()).masked(by: mask)
        if let position = append(record) { await outbox.untilSafe(position) }
    }

    /// Writes the run's last record, and with it the run as it is then. What is reported after it is dropped.
    func end(_ outcome: RunOutcome) {
        let outcome = outcome.masked(by: mask)
        let now = Timestamp.now()
        var ended = run
        ended.finish(outcome, at: now)
        append(.end(of: run.requestID, outcome: outcome, at: now), state: ended)
    }

    @discardableResult
    private func append(_ record: LogRecord, state ended: Run? = nil) -> Int? {
        // Under the lock, so that the numbers and the order of writing are the same.
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.seq += 1
            var changed = ended
            if let step = record.step, step > state.steps {
                state.steps = step
                state.stepBegan = .now
                // The first record of a step takes the count to the run's state with it.
                if ended == nil {
                    changed = run
                    changed?.steps = step
                }
            }
            state.isClosed = record.kind == .end
            var record = record
            record.seq = state.seq
            record.batchID = run.batchID
            return outbox.write(.record(record, state: changed))
        }
    }
}
