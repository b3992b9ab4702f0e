//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The state of a connection's requests, without I/O. Redis replies in order, so each reply belongs to the first
/// unanswered request.
struct RequestQueue {
    private struct Pending {
        /// Nil once the request is cancelled. Its place stays, since the reply still arrives.
        var request: Request?
        let name: String
        let commandCount: Int
        let deadline: NIODeadline
        var answers: [Result<RESPValue, RedisError>] = []
    }

    private enum State {
        case open
        /// Accepts no new requests. The connection is closed after the last reply.
        case draining
        case closed(RedisError)
    }

    /// A finished request and its result.
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
        /// Complete the request, then close the connection: it was the last pending reply.
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

    /// When something came the last time.
    private var heard = NIODeadline.uptimeNanoseconds(0)

    /// A reply on its way is waited for this many times as long as silence.
    private static let patience: Int64 = 12

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    var isEmpty: Bool { pending.isEmpty }

    /// The deadline of the oldest pending request.
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
            // Redis gives a reason before it disconnects, for example if it has too many clients.
            if case .error(let message) = reply {
                return .close(RedisError(.connectionClosed, "Redis closed the connection: \(message)"))
            }
            return .close(RedisError(.protocolError, "Redis sent \(reply.kind) that was not requested"))
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

    /// Cancels a pending request. Its reply is discarded when it arrives.
    mutating func cancel(id: UInt64) -> Completion? {
        guard let index = pending.firstIndex(where: { $0.request?.id == id }), let request = pending[index].request
        else { return nil }
        pending[index].request = nil
        let error = RedisError(.cancelled, "waiting for the answer to \(request.name) was cancelled")
        return Completion(request: request, outcome: .failure(error))
    }

    /// Called when ``nextDeadline`` may have passed.
    mutating func checkDeadline(now: NIODeadline) -> DeadlineAction {
        guard let first = pending.first else { return .none }
        // Large replies take their time on a slow network.
        let latest = first.deadline + timeout * (Self.patience - 1)
        let deadline = max(first.deadline, min(heard + timeout, latest))
        guard deadline <= now else { return .checkAgain(at: deadline) }
        return .close(
            RedisError(.timedOut, "Redis did not answer \(first.name) within \(Duration(timeout).shortDescription)")
        )
    }

    /// Bytes have come.
    mutating func hear(now: NIODeadline) { heard = now }

    /// Rejects new requests from now on.
    ///
    /// - Returns: Whether the connection can be closed at once because no request is pending.
    mutating func drain() -> Bool {
        guard case .open = state else { return false }
        state = .draining
        return pending.isEmpty
    }

    /// Ends all pending requests.
    ///
    /// - Returns: The requests that will not get their (remaining) replies. After a timeout, only the request that
    ///   timed out fails with it. Those after it fail because the connection closed.
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
