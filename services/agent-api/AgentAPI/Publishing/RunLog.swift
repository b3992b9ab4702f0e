//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Secrets
import Steering
import Synchronization

/// The log of a run: renders its events, numbers its records and passes them to its outbox. All records and the outcome
/// leave the run through it, and only it masks secrets in them.
final class RunLog: AgentEventSink {
    private struct State {
        /// The run as it is now.
        var run: Run
        var seq = 0
        var steps = 0
        var stepBegan = ContinuousClock.now
        /// For how long the run was held before the step began.
        var heldBefore = Duration.zero
        var isClosed = false
    }

    private let requestID: Identifier
    private let batchID: Identifier?
    private let steering: Steering
    private let outbox: RunOutbox
    /// Hides secrets, and what people have answered that is not for everybody.
    private let masking: Mutex<SecretMask>
    private let onStep: @Sendable (Int, Duration) -> Void
    private let renderer: AgentEventRenderer
    private let state: Mutex<State>

    /// - Parameters:
    ///   - run: The run, which must be running.
    ///   - steering: Where people hold the run; what they do is written to the log.
    ///   - mask: Masks secret values in all records and in the outcome.
    ///   - onStep: Is told a step's number and how long it took, when it is over.
    init(
        _ run: Run,
        outbox: RunOutbox,
        steering: Steering = Steering(),
        mask: SecretMask = .none,
        onStep: @escaping @Sendable (Int, Duration) -> Void = { _, _ in }
    ) {
        requestID = run.requestID
        batchID = run.batchID
        state = Mutex(State(run: run))
        self.steering = steering
        self.outbox = outbox
        masking = Mutex(mask)
        self.onStep = onStep
        renderer = AgentEventRenderer(requestID: run.requestID)
    }

    private var mask: SecretMask { masking.withLock(\.self) }

    /// The number of steps begun.
    var steps: Int { state.withLock(\.steps) }

    /// The current step, 0 before the first, its start, and for how long the run was held before that.
    var currentStep: (number: Int, began: ContinuousClock.Instant, heldBefore: Duration) {
        state.withLock { ($0.steps, $0.stepBegan, $0.heldBefore) }
    }

    /// Writes where the run stands from now on. It does not wait.
    func change(_ standing: Standing) {
        let (status, reason, question): (RunStatus, String?, WaitingFor?) =
            switch standing {
            case .running: (.running, nil, nil)
            case .paused(let reason): (.paused, reason, nil)
            case .waiting(let question): (.waiting, nil, question)
            }
        let event = AgentEvent(.standing(status, reason: reason, waitingFor: question))
        let mask = mask
        var shown = question
        if let question { shown?.question = mask.masked(question.question) }
        append(renderer.record(of: event, at: .now()).masked(by: mask), heldTime: .zero) { run in
            run.status = status
            run.waitingFor = shown
        }
    }

    /// Adds the record of an event, and returns when it is safe, so that the agent does nothing that its log could not
    /// report.
    func report(_ event: AgentEvent) async {
        // Whatever the agent does with it from now on.
        if case .answered(let text, isSecret: true) = event.what {
            masking.withLock { $0.hide(text, behind: hiddenText) }
        }
        let mask = mask
        let record = renderer.record(of: event, at: .now()).masked(by: mask)
        if let position = append(record, heldTime: steering.heldTime) { await outbox.untilSafe(position) }
    }

    /// Writes the run's last record together with its final state. Later events are dropped.
    ///
    /// - Parameter recording: What the run has done.
    func end(_ outcome: RunOutcome, recording: Recording? = nil) {
        let mask = mask
        let outcome = outcome.masked(by: mask)
        let recording = recording?.mapTexts { mask.masked($0) }
        let now = Timestamp.now()
        append(.end(of: requestID, outcome: outcome, at: now), heldTime: .zero, recording: recording) { run in
            run.finish(outcome, at: now)
        }
    }

    /// - Parameters:
    ///   - heldTime: For how long the run was held so far; it is not asked for under the lock.
    ///   - change: Changes the run's state, which is then written with the record.
    @discardableResult
    private func append(
        _ record: LogRecord,
        heldTime: Duration,
        recording: Recording? = nil,
        change: ((inout Run) -> Void)? = nil
    ) -> Int? {
        // Under the lock, so that the numbers match the order of writing.
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.seq += 1
            var isChanged = change != nil
            if state.steps > 0, record.kind == .end || record.step.map({ $0 > state.steps }) ?? false {
                onStep(state.steps, .now - state.stepBegan)
            }
            if let step = record.step, step > state.steps {
                state.steps = step
                state.stepBegan = .now
                state.heldBefore = heldTime
                // The first record of a step also updates the run's number of steps.
                state.run.steps = step
                isChanged = true
            }
            change?(&state.run)
            state.isClosed = record.kind == .end
            var record = record
            record.seq = state.seq
            record.batchID = batchID
            return outbox.write(.record(record, state: isChanged ? state.run : nil, recording: recording))
        }
    }
}
