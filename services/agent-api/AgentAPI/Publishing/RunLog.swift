//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Secrets
import Synchronization

/// The log of a run: renders its events, numbers its records and passes them to its outbox. All records and the outcome
/// leave the run through it, and only it masks secrets in them.
final class RunLog: AgentEventSink {
    private struct State {
        var seq = 0
        var steps = 0
        var stepBegan = ContinuousClock.now
        var isClosed = false
    }

    /// The run's state when it started.
    private let run: Run
    private let outbox: RunOutbox
    private let mask: SecretMask
    private let onStep: @Sendable (Int, Duration) -> Void
    private let renderer: AgentEventRenderer
    private let state = Mutex(State())

    /// - Parameters:
    ///   - run: The run, which must be running.
    ///   - mask: Masks secret values in all records and in the outcome.
    ///   - onStep: Is told a step's number and how long it took, when it is over.
    init(
        _ run: Run,
        outbox: RunOutbox,
        mask: SecretMask = .none,
        onStep: @escaping @Sendable (Int, Duration) -> Void = { _, _ in }
    ) {
        self.run = run
        self.outbox = outbox
        self.mask = mask
        self.onStep = onStep
        renderer = AgentEventRenderer(requestID: run.requestID)
    }

    /// The number of steps begun.
    var steps: Int { state.withLock(\.steps) }

    /// The current step, 0 before the first, and its start.
    var currentStep: (number: Int, began: ContinuousClock.Instant) {
        state.withLock { ($0.steps, $0.stepBegan) }
    }

    /// Adds the record of an event, and returns when it is safe, so that the agent does nothing that its log could not
    /// report.
    func report(_ event: AgentEvent) async {
        let record = renderer.record(of: event, at: .now()).masked(by: mask)
        if let position = append(record) { await outbox.untilSafe(position) }
    }

    /// Writes the run's last record together with its final state. Later events are dropped.
    ///
    /// - Parameter recording: What the run has done.
    func end(_ outcome: RunOutcome, recording: Recording? = nil) {
        let outcome = outcome.masked(by: mask)
        let recording = recording?.mapTexts { mask.masked($0) }
        let now = Timestamp.now()
        var ended = run
        ended.finish(outcome, at: now)
        append(.end(of: run.requestID, outcome: outcome, at: now), state: ended, recording: recording)
    }

    @discardableResult
    private func append(_ record: LogRecord, state ended: Run? = nil, recording: Recording? = nil) -> Int? {
        // Under the lock, so that the numbers match the order of writing.
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.seq += 1
            var changed = ended
            if state.steps > 0, record.kind == .end || record.step.map({ $0 > state.steps }) ?? false {
                onStep(state.steps, .now - state.stepBegan)
            }
            if let step = record.step, step > state.steps {
                state.steps = step
                state.stepBegan = .now
                // The first record of a step also updates the run's number of steps.
                if ended == nil {
                    changed = run
                    changed?.steps = step
                }
            }
            state.isClosed = record.kind == .end
            var record = record
            record.seq = state.seq
            record.batchID = run.batchID
            return outbox.write(.record(record, state: changed, recording: recording))
        }
    }
}
