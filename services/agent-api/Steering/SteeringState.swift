//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What holds a run, and for how long it was held. It does no I/O.
///
/// An action that has begun is done; only then is the run held. Whatever is not an action, a model's answer among them,
/// delays nothing.
struct SteeringState {
    private var pause: String?
    private var control: String?
    private var question: WaitingFor?
    private var actions = 0
    private var heldSince: ContinuousClock.Instant?
    private var heldBefore = Duration.zero

    /// Whether the run may begin another action.
    var isFree: Bool { pause == nil && control == nil && question == nil }

    /// Where the run stands. It is not held before its action is over.
    var standing: Standing {
        if actions > 0 { return .running }
        if let question { return .waiting(question) }
        if let reason = control ?? pause { return .paused(reason: reason) }
        return .running
    }

    /// Holds the run, or lets it go on.
    mutating func set(pause reason: String?, at now: ContinuousClock.Instant) {
        pause = reason
        settle(now)
    }

    /// Whether a person has control and no action of the run is under way.
    var isControlled: Bool { control != nil && actions == 0 }

    /// A person has control, or has it no more.
    mutating func set(control reason: String?, at now: ContinuousClock.Instant) {
        control = reason
        settle(now)
    }

    /// The run waits for an answer, or does so no more.
    mutating func set(question: WaitingFor?, at now: ContinuousClock.Instant) {
        self.question = question
        settle(now)
    }

    /// - Returns: Whether the action may begin.
    mutating func beginAction(at now: ContinuousClock.Instant) -> Bool {
        guard isFree else { return false }
        actions += 1
        settle(now)
        return true
    }

    mutating func endAction(at now: ContinuousClock.Instant) {
        actions -= 1
        settle(now)
    }

    /// For how long the run was held in total.
    func heldTime(at now: ContinuousClock.Instant) -> Duration {
        heldBefore + (heldSince.map { $0.duration(to: now) } ?? .zero)
    }

    private mutating func settle(_ now: ContinuousClock.Instant) {
        switch (standing, heldSince) {
        case (.running, let since?):
            heldBefore += since.duration(to: now)
            heldSince = nil
        case (.paused, nil), (.waiting, nil): heldSince = now
        default: break
        }
    }
}
