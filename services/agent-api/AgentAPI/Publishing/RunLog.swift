//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Secrets
import Synchronization

/// Turns what the agent says into records, numbered from 1 without holes.
final class RunLog: AgentLog {
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
    private let state = Mutex(State())

    /// - Parameters:
    ///   - run: The run, which goes on.
    ///   - mask: Hides values of secrets in all records.
    init(_ run: Run, outbox: RunOutbox, mask: SecretMask = .none) {
        self.run = run
        self.outbox = outbox
        self.mask = mask
    }

    /// How many steps were begun.
    var steps: Int { state.withLock(\.steps) }

    /// The step that is going on, 0 before the first, and since when.
    var currentStep: (number: Int, began: ContinuousClock.Instant) {
        state.withLock { ($0.steps, $0.stepBegan) }
    }

    /// Adds a line, and returns when it is safe, so that the agent does nothing that its log could not tell of.
    func record(_ line: AgentLogLine) async {
        let position = append(
            LogRecord(
                message: line.message,
                requestID: run.requestID,
                timestamp: .now(),
                level: line.level,
                step: line.step,
                action: line.action,
                url: line.url,
                durationMilliseconds: line.duration.map { Int($0 / .milliseconds(1)) }
            )
        )
        if let position { await outbox.untilSafe(position) }
    }

    /// Says that there is a picture of the page as it is after a step.
    func screenshot(of step: Int, servedAt path: String, page: String) {
        append(
            LogRecord(
                message: "📸 Screenshot of step \(step)",
                requestID: self.run.requestID,
                timestamp: .now(),
                level: .debug,
                kind: .screenshot,
                step: step,
                url: page,
                data: ["url": .string(path)]
            )
        )
    }

    /// Writes the run's last record, and with it the run as it is then. What is said after it is not heard.
    func end(_ outcome: RunOutcome, state: Run) {
        append(.end(of: run.requestID, outcome: outcome, at: .now()), state: state)
    }

    @discardableResult
    private func append(_ record: LogRecord, state run: Run? = nil) -> Int? {
        let record = record.masked(by: mask)
        // Under the lock, so that the numbers and the order of writing are the same.
        return self.state.withLock { state in
            guard !state.isClosed else { return nil }
            state.seq += 1
            var changed = run
            if let step = record.step, step > state.steps {
                state.steps = step
                state.stepBegan = .now
                // The first record of a step takes the count to the run's state with it.
                if run == nil {
                    changed = self.run
                    changed?.steps = step
                }
            }
            state.isClosed = record.kind == .end
            var record = record
            record.seq = state.seq
            record.batchID = self.run.batchID
            return outbox.write(.record(record, state: changed))
        }
    }
}
