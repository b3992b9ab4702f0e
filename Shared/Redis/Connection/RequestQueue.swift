//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The state of a connection's requests, without any input or output: Redis answers in the order of asking, so the
/// first request that is unanswered owns the next reply.
struct RequestQueue {
    private struct Pending {
        /// Nil when nobody waits any more. The place in the queue stays, as the reply still comes.
        var request: Request?
        let name: String
        let commandCount: Int
        let deadline: NIODeadline
        var answers: [Result<RESPValue, RedisError>] = []
    }

    private enum State {
        case open
        /// No new requests; to be closed when the last answer has come.
        case draining
        case closed(RedisError)
    }

    /// A request that is over, and what it came to.
    struct Completion {
        let request: Request
        let outcome: Request.Outcome

        func deliver() {
            request.complete(outcome)
        }
    }

    enum EnqueueAction {
        case write(ByteBuffer)
        case refuse(Completion)
    }

    enum ReplyAction {
        case none
        case complete(Completion)
        /// Complete, then close: that was the last answer waited for.
        case completeAndClose(Completion?)
        case close(RedisError)
    }

    enum DeadlineAction: Equatable {
        case none
        case checkAgain(at: NIODeadline)
        case close(RedisError)

        static func == (left: Self, right: Self) -> Bool {
            switch (left, right) {
            case (.none, .none): true
            case (.checkAgain(let left), .checkAgain(let right)): left == right
            case (.close(let left), .close(let right)): left.code == right.code && left.message == right.message
            default: false
            }
        }
    }

    private var pending: CircularBuffer<Pending> = []
    private var state: State = .open
    private let timeout: TimeAmount

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    var isEmpty: Bool { pending.isEmpty }

    /// When the request that waits longest has waited too long.
    var nextDeadline: NIODeadline? { pending.first?.deadline }

    mutating func enqueue(_ request: Request, now: NIODeadline) -> EnqueueAction {
        switch state {
        case .open:
            pending.append(
                Pending(
                    request: request,
                    name: request.name,
                    commandCount: request.commandCount,
                    deadline: now + timeout
                )
            )
            return .write(request.encoded)
        case .draining:
            let error = RedisError(.shutDown, "the Redis client is shutting down")
            return .refuse(Completion(request: request, outcome: .failure(error)))
        case .closed(let error):
            return .refuse(Completion(request: request, outcome: .failure(error)))
        }
    }

    mutating func receive(_ reply: RESPValue) -> ReplyAction {
        if case .closed = state { return .none }
        guard !pending.isEmpty else {
            // Redis says why before it hangs up, for example when it has too many clients.
            if case .error(let message) = reply {
                return .close(RedisError(.connectionClosed, "Redis ended the connection: \(message)"))
            }
            return .close(RedisError(.protocolError, "Redis sent \(reply.kind) that nothing had asked for"))
        }
        if case .error(let message) = reply {
            pending[pending.startIndex].answers.append(.failure(RedisError(.serverError, message)))
        } else {
            pending[pending.startIndex].answers.append(.success(reply))
        }
        guard let first = pending.first, first.answers.count == first.commandCount else { return .none }
        pending.removeFirst()
        let completion = first.request.map { Completion(request: $0, outcome: .success(first.answers)) }
        if case .draining = state, pending.isEmpty {
            return .completeAndClose(completion)
        }
        return completion.map { .complete($0) } ?? .none
    }

    /// Takes back the right to an answer; the reply will be discarded when it comes.
    mutating func cancel(id: UInt64) -> Completion? {
        guard let index = pending.firstIndex(where: { $0.request?.id == id }), let request = pending[index].request
        else { return nil }
        pending[index].request = nil
        let error = RedisError(.cancelled, "waiting for the answer to \(request.name) was cancelled")
        return Completion(request: request, outcome: .failure(error))
    }

    /// To be called when ``nextDeadline`` may have passed.
    mutating func checkDeadline(now: NIODeadline) -> DeadlineAction {
        guard let first = pending.first else { return .none }
        guard first.deadline <= now else { return .checkAgain(at: first.deadline) }
        return .close(
            RedisError(.timedOut, "Redis did not answer \(first.name) within \(Duration(timeout).shortDescription)")
        )
    }

    /// Refuses what comes from now on.
    ///
    /// - Returns: whether the connection can be closed at once, as nobody waits for anything.
    mutating func drain() -> Bool {
        guard case .open = state else { return false }
        state = .draining
        return pending.isEmpty
    }

    /// The connection is gone.
    ///
    /// - Returns: the requests that will get no (further) answers. Of a timeout, only the request that timed out is
    ///   told so; those behind it lost their connection.
    mutating func close(_ error: RedisError) -> [Completion] {
        if case .closed = state { return [] }
        state = .closed(error)
        let behind =
            error.code == .timedOut
            ? RedisError(.connectionClosed, "the connection was closed: \(error.message)", cause: error) : error
        var completions: [Completion] = []
        for (offset, entry) in pending.enumerated() {
            guard let request = entry.request else { continue }
            let failure = offset == 0 ? error : behind
            let missing = entry.commandCount - entry.answers.count
            let answers = entry.answers + Array(repeating: .failure(failure), count: missing)
            completions.append(Completion(request: request, outcome: .success(answers)))
        }
        pending.removeAll()
        return completions
    }
}
