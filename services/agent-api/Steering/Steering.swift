//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Synchronization

/// The place where people hold a run and let it go on. The agent passes by before each action.
package final class Steering: Sendable {
    private struct State {
        var run = SteeringState()
        var told = Standing.running
        var observe: @Sendable (Standing) -> Void = { _ in }
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
        var question: (id: String, answers: AsyncStream<HumanAnswer>.Continuation)?
        var isControlled = false
        var visits = 0
        var input = InputQueue()
        var messages: [String] = []
        /// How many messages there were.
        var messageCount = 0
    }

    /// How long a question waits for its answer.
    private let patience: Duration

    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// - Parameter patience: How long a question waits for its answer.
    package init(patience: Duration = .seconds(600)) {
        self.patience = patience
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Calls back now, if the run is held, and with each change. The callback must not use this object.
    package func observe(_ callback: @escaping @Sendable (Standing) -> Void) {
        change { state in
            state.observe = callback
            // Nobody was told before.
            state.told = .running
        }
    }

    /// Holds the run as soon as no action is under way, or lets it go on. Repetitions are harmless.
    ///
    /// - Parameter reason: Why it is held, for people; `nil` to let it go on.
    package func set(pause reason: String?) {
        change { $0.run.set(pause: reason, at: .now) }
    }

    /// A person has control of the browser, or has given it back. The run is held meanwhile.
    ///
    /// - Parameter reason: Who has it, for people; `nil` for nobody.
    /// - Returns: Whether that is new.
    @discardableResult
    package func set(control reason: String?) -> Bool {
        change { state in
            let isNew = state.isControlled != (reason != nil)
            if isNew, reason == nil { state.visits += 1 }
            state.isControlled = reason != nil
            state.run.set(control: reason, at: .now)
            return isNew
        }
    }

    /// How often a person has had control and has given it back. The pages may not be what they were before.
    package var visits: Int { state.withLock(\.visits) }

    /// Adds what a person does who has control. What is too much is dropped.
    package func add(_ inputs: [HumanInput]) {
        state.withLock { state in
            for input in inputs { state.input.add(input) }
        }
        arrival.yield()
    }

    /// What people do, as it comes. For one reader.
    package var inputs: AsyncMapSequence<AsyncStream<Void>, [HumanInput]> {
        arrivals.map { [self] _ in state.withLock { $0.input.take() } }
    }

    /// Waits until no action of the run is under way.
    ///
    /// - Returns: Whether a person has control.
    package func untilControlled() async -> Bool {
        while true {
            let (isOn, isNow) = state.withLock { ($0.isControlled, $0.run.isControlled) }
            guard isOn, !isNow else { return isOn }
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return false }
        }
    }

    /// Where the run stands.
    package var standing: Standing { state.withLock { $0.run.standing } }

    /// For how long the run was held so far. Its time limits stand still meanwhile.
    package var heldTime: Duration { state.withLock { $0.run.heldTime(at: .now) } }

    /// Waits as long as the run is held.
    ///
    /// - Throws: `CancellationError`.
    package func pass() async throws {
        try Task.checkCancellation()
        while !state.withLock({ $0.run.isFree }) {
            await untilChanged()
            try Task.checkCancellation()
        }
    }

    /// Waits as long as the run is held, and does something that is not to be interrupted.
    ///
    /// - Throws: `CancellationError`, and what the body throws.
    package func act<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async throws -> Value {
        while !change({ $0.run.beginAction(at: .now) }) {
            await untilChanged()
            try Task.checkCancellation()
        }
        defer { change { $0.run.endAction(at: .now) } }
        return try await body()
    }

    // MARK: Questions and messages

    /// Asks a person, and waits for the answer. The run is held meanwhile.
    ///
    /// - Returns: `nil` if nobody has answered in time.
    /// - Throws: `CancellationError`.
    package func ask(_ kind: WaitingFor.Kind, _ text: String) async throws -> HumanAnswer? {
        let end = Timestamp(milliseconds: Timestamp.now().milliseconds + Int64(patience / .milliseconds(1)))
        let question = WaitingFor(kind, text, expiresAt: end)
        let (answers, continuation) = AsyncStream.makeStream(of: HumanAnswer.self)
        change { state in
            state.question = (question.id, continuation)
            state.run.set(question: question, at: .now)
        }
        defer {
            change { state in
                state.question = nil
                state.run.set(question: nil, at: .now)
            }
        }
        return try await withThrowingTaskGroup(of: HumanAnswer?.self) { group in
            group.addTask {
                for await answer in answers { return answer }
                throw CancellationError()
            }
            group.addTask { [patience] in
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Answers the question that the run waits for. Answers to others come too late, and are dropped.
    ///
    /// - Parameter id: Which question it is for.
    package func answer(_ answer: HumanAnswer, to id: String) {
        state.withLock { state in
            guard let question = state.question, question.id == id else { return }
            question.answers.yield(answer)
        }
    }

    /// How many messages the run has had.
    package var messageCount: Int { state.withLock(\.messageCount) }

    /// Adds what people say to the run, after what it has had.
    package func add(messages: [String]) {
        state.withLock { state in
            state.messages += messages
            state.messageCount += messages.count
        }
    }

    /// What people have said since this was asked for last.
    package func takeMessages() -> [String] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    private func untilChanged() async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.run.isFree || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    @discardableResult
    private func change<Value>(_ body: (inout State) -> Value) -> Value {
        let (value, waiters) = state.withLock { state in
            let value = body(&state)
            // In the lock, so that what is told has the order of the changes.
            if state.run.standing != state.told {
                state.told = state.run.standing
                state.observe(state.told)
            }
            guard state.run.isFree else { return (value, [CheckedContinuation<Void, Never>]()) }
            defer { state.waiters = [:] }
            return (value, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume() }
        return value
    }
}
