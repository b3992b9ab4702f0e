//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Synchronization

/// One connection to a browser: numbers the commands, matches the answers, hands out the events.
///
/// Each command has a deadline, and all that are pending fail at once when their target crashes or the connection ends,
/// so no caller is ever left waiting. Events are handed to the session's handler synchronously and in order.
final class DevToolsConnection: Sendable {
    typealias EventHandler = @Sendable (DevToolsEvent) -> Void

    private struct Pending: Sendable {
        var session: String?
        var resume: @Sendable (Result<DevToolsValue, any Error>) -> Void
    }

    private struct State {
        var nextID = 0
        var pending: [Int: Pending] = [:]
        var handlers: [String?: EventHandler] = [:]
        var failure: BrowserError?
        var lastHeard: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let send: @Sendable ([UInt8]) -> Void

    /// - Parameter send: puts one message (without the framing) on its way; must not block.
    init(send: @escaping @Sendable ([UInt8]) -> Void) {
        self.send = send
    }

    /// Why the connection ended; `nil` while it stands.
    var failure: BrowserError? { state.withLock { $0.failure } }

    /// Notes that something has come from the browser, a part of a message perhaps.
    func heard() { state.withLock { $0.lastHeard = .now } }

    /// Whether the browser answers a simple question in time.
    ///
    /// A page that makes the browser say very much holds its answers up for all. As long as anything comes, the browser lives, and the
    /// question is asked again, six times at most.
    func answers(within duration: Duration, survivesCancellation: Bool) async -> Bool {
        for _ in 1...6 {
            let start = ContinuousClock.now
            let answer = try? await call(
                "Browser.getVersion",
                until: .after(duration),
                survivesCancellation: survivesCancellation
            )
            if answer != nil { return true }
            let (failure, lastHeard) = state.withLock { ($0.failure, $0.lastHeard) }
            guard failure == nil, let lastHeard, lastHeard > start else { return false }
            if Task.isCancelled, !survivesCancellation { return false }
        }
        return false
    }

    /// Sets who gets the events of a session (`nil`: the browser's own), or takes the handler away.
    func handleEvents(of session: String?, _ handler: EventHandler?) {
        state.withLock { $0.handlers[session] = handler }
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Parameter survivesCancellation: for cleaning up: the cancellation of the task does not end the wait.
    /// - Throws: `BrowserError` (refused, deadline passed, target or browser gone) or `CancellationError`.
    func call(
        _ method: String,
        _ params: DevToolsValue = [:],
        session: String? = nil,
        until deadline: Deadline,
        survivesCancellation: Bool = false
    ) async throws -> DevToolsValue {
        if !survivesCancellation { try Task.checkCancellation() }
        let id = nextID()
        let timer = MultiThreadedEventLoopGroup.singleton.next()
            .scheduleTask(in: TimeAmount(deadline.remaining)) { [weak self] in
                self?.resolve(id, .failure(Self.unanswered(method)))
            }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<DevToolsValue, any Error>) in
                let pending = Pending(session: session) { continuation.resume(with: $0) }
                if let failure = register(id, pending) {
                    continuation.resume(throwing: failure)
                    return
                }
                send(Self.encode(id, method, params, session))
                // What came before the command was registered found nothing to end.
                if Task.isCancelled, !survivesCancellation { resolve(id, .failure(CancellationError())) }
                if deadline.hasPassed { resolve(id, .failure(Self.unanswered(method))) }
            }
        } onCancel: {
            if !survivesCancellation { resolve(id, .failure(CancellationError())) }
        }
    }

    /// Sends a command whose answer nobody needs, such as the acceptance of a dialog.
    func post(_ method: String, _ params: DevToolsValue = [:], session: String? = nil) {
        send(Self.encode(nextID(), method, params, session))
    }

    /// Takes a message from the browser.
    ///
    /// - Throws: ``BrowserError`` for what is not of the protocol. What is of it and cannot be read fails the command that it answers,
    ///   or its page.
    func receive(_ frame: [UInt8]) throws {
        if DevToolsMessage.isOfNoUse(frame) { return }
        let message: DevToolsMessage
        do {
            if frame.count > PipeFraming.maximumMessageLength {
                throw BrowserError(.protocolError, "it is longer than \(PipeFraming.maximumMessageLength >> 20) MiB")
            }
            message = try DevToolsMessage(frame)
        } catch {
            // Chromium takes values that nest deeper than a parser can follow.
            message = try DevToolsMessage(DevToolsMessage.substitute(head: frame, tail: frame, because: "\(error)"))
        }
        switch message {
        case .answer(let id, let result):
            resolve(id, result.mapError { $0 })
        case .event(let event):
            let handler = state.withLock { $0.handlers[event.session] }
            handler?(event)
        }
    }

    /// Fails what is pending in a session, because its target crashed or is gone.
    func failPending(of session: String, with error: BrowserError) {
        let failed = state.withLock { state in
            let ids = state.pending.filter { $0.value.session == session }.keys
            return ids.compactMap { state.pending.removeValue(forKey: $0) }
        }
        for pending in failed { pending.resume(.failure(error)) }
    }

    /// Ends the connection: all that is pending fails, and so does every later command.
    func close(with error: BrowserError) {
        let failed = state.withLock { state in
            state.failure = state.failure ?? error
            state.handlers = [:]
            defer { state.pending = [:] }
            return Array(state.pending.values)
        }
        for pending in failed { pending.resume(.failure(error)) }
    }

    private func nextID() -> Int {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    private func register(_ id: Int, _ pending: Pending) -> BrowserError? {
        state.withLock { state in
            if state.failure == nil { state.pending[id] = pending }
            return state.failure
        }
    }

    private func resolve(_ id: Int, _ result: Result<DevToolsValue, any Error>) {
        let pending = state.withLock { $0.pending.removeValue(forKey: id) }
        pending?.resume(result)
    }

    private static func unanswered(_ method: String) -> BrowserError {
        BrowserError(.timedOut, "the browser did not answer \(method) in time")
    }

    private static func encode(_ id: Int, _ method: String, _ params: DevToolsValue, _ session: String?) -> [UInt8] {
        var message: [String: DevToolsValue] = ["id": .integer(Int64(id)), "method": .string(method), "params": params]
        if let session { message["sessionId"] = .string(session) }
        return DevToolsValue.object(message).bytes
    }
}
