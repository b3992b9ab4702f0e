//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite struct RequestQueueTests {
    private func request(_ id: UInt64, commands: Int = 1) -> Request {
        Request(id: id, name: "GET", commands: Array(repeating: RedisCommand("GET", "k"), count: commands)) { _ in }
    }

    private func completion(_ action: RequestQueue.ReplyAction) -> RequestQueue.Completion? {
        switch action {
        case .complete(let completion): completion
        case .completeAndClose(let completion): completion
        case .none, .close: nil
        }
    }

    private func answers(_ completion: RequestQueue.Completion?) -> [Result<RESPValue, RedisError>] {
        (try? completion?.outcome.get()) ?? []
    }

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("Replies belong to requests in the order of asking")
    func order() throws {
        var queue = RequestQueue(timeout: .seconds(5))
        for id in UInt64(1)...3 {
            guard case .write = queue.enqueue(request(id), now: start) else {
                Issue.record("refused")
                return
            }
        }
        for id in UInt64(1)...3 {
            let done = completion(queue.receive(.integer(Int64(id))))
            #expect(done?.request.id == id)
            #expect(try answers(done).first?.get() == .integer(Int64(id)))
        }
        #expect(queue.isEmpty)
    }

    @Test("A request of several commands waits for all answers, errors among them")
    func several() throws {
        var queue = RequestQueue(timeout: .seconds(5))
        _ = queue.enqueue(request(1, commands: 3), now: start)
        #expect(completion(queue.receive(.integer(1))) == nil)
        #expect(completion(queue.receive(.error("ERR no"))) == nil)
        let all = answers(completion(queue.receive(.null)))
        #expect(all.count == 3)
        #expect(throws: RedisError.self) { try all[1].get() }
        #expect(try all[2].get() == .null)
    }

    @Test("The reply to a cancelled request is discarded and the next one's is not")
    func cancellation() {
        var queue = RequestQueue(timeout: .seconds(5))
        _ = queue.enqueue(request(1), now: start)
        _ = queue.enqueue(request(2), now: start)
        #expect(queue.cancel(id: 1)?.request.id == 1)
        #expect(queue.cancel(id: 1) == nil)
        #expect(completion(queue.receive(.integer(1))) == nil)
        #expect(completion(queue.receive(.integer(2)))?.request.id == 2)
    }

    @Test("A deadline that passes closes the connection; only the first request timed out")
    func deadline() throws {
        var queue = RequestQueue(timeout: .seconds(5))
        #expect(queue.checkDeadline(now: start) == .none)
        _ = queue.enqueue(request(1), now: start)
        _ = queue.enqueue(request(2), now: start + .seconds(2))
        #expect(queue.checkDeadline(now: start + .seconds(4)) == .checkAgain(at: start + .seconds(5)))
        let error = RedisError(.timedOut, "Redis did not answer GET within 5 s")
        #expect(queue.checkDeadline(now: start + .seconds(5)) == .close(error))
        let completions = queue.close(error)
        let codes = completions.map { completion -> RedisError.Code? in
            guard case .failure(let error) = answers(completion).first else { return nil }
            return error.code
        }
        #expect(codes == [.timedOut, .connectionClosed])
        #expect(queue.close(error).isEmpty)
        guard case .refuse = queue.enqueue(request(3), now: start) else {
            Issue.record("a closed queue takes no requests")
            return
        }
    }

    @Test("A pipeline that breaks in the middle keeps the answers that came")
    func brokenPipeline() throws {
        var queue = RequestQueue(timeout: .seconds(5))
        _ = queue.enqueue(request(1, commands: 3), now: start)
        _ = queue.receive(.integer(1))
        let all = answers(queue.close(RedisError(.connectionClosed, "gone")).first)
        #expect(all.count == 3)
        #expect(try all[0].get() == .integer(1))
        #expect(throws: RedisError.self) { try all[1].get() }
        #expect(throws: RedisError.self) { try all[2].get() }
    }

    @Test("Draining answers what is under way, refuses what is new, then closes")
    func draining() {
        var queue = RequestQueue(timeout: .seconds(5))
        _ = queue.enqueue(request(1), now: start)
        #expect(queue.drain() == false)
        guard case .refuse(let refused) = queue.enqueue(request(2), now: start),
            case .failure(let error) = refused.outcome
        else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == .shutDown)
        guard case .completeAndClose(let done) = queue.receive(.null) else {
            Issue.record("not closed")
            return
        }
        #expect(done?.request.id == 1)
        var empty = RequestQueue(timeout: .seconds(5))
        #expect(empty.drain() == true)
    }

    @Test("What nobody asked for closes the connection")
    func unasked() {
        var queue = RequestQueue(timeout: .seconds(5))
        guard case .close(let error) = queue.receive(.integer(1)) else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .protocolError)
        guard case .close(let farewell) = queue.receive(.error("ERR max number of clients reached")) else {
            Issue.record("not closed")
            return
        }
        #expect(farewell.code == .connectionClosed)
        #expect(farewell.message.contains("max number of clients"))
    }
}

@Suite struct ReconnectionTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("Delays double up to the limit, and up to half is left off")
    func backoff() {
        var backoff = Backoff(range: .milliseconds(50)...(.milliseconds(300)))
        #expect(
            (0..<5).map { _ in backoff.nextDelay(fraction: 1) } == [50, 100, 200, 300, 300].map { .milliseconds($0) }
        )
        #expect(backoff.nextDelay(fraction: 0) == .milliseconds(150))
        backoff.reset()
        #expect(backoff.nextDelay(fraction: 1) == .milliseconds(50))
    }

    @Test("Failed attempts are repeated with growing delays until one succeeds")
    func attempts() {
        var machine = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        #expect(machine.start() == .connect)
        #expect(machine.start() == .none)
        #expect(machine.attemptFailed(fraction: 1) == .retry(after: .milliseconds(50)))
        #expect(machine.delayPassed() == .connect)
        #expect(machine.attemptFailed(fraction: 1) == .retry(after: .milliseconds(100)))
        #expect(machine.delayPassed() == .connect)
        #expect(machine.connected(now: start) == .announce)
    }

    @Test("A connection that had lasted is replaced at once, a short one after a delay")
    func loss() {
        var machine = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        _ = machine.start()
        _ = machine.connected(now: start)
        #expect(
            machine.connectionLost(now: start + .milliseconds(999), fraction: 1) == .retry(after: .milliseconds(50))
        )
        _ = machine.delayPassed()
        _ = machine.connected(now: start)
        #expect(machine.connectionLost(now: start + .milliseconds(1), fraction: 1) == .retry(after: .milliseconds(100)))
        _ = machine.delayPassed()
        _ = machine.connected(now: start)
        #expect(machine.connectionLost(now: start + .seconds(1), fraction: 1) == .connect)
        #expect(machine.attemptFailed(fraction: 1) == .retry(after: .milliseconds(50)))
    }

    @Test("Stopping drains a connection and abandons an attempt")
    func stop() {
        var connected = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        _ = connected.start()
        _ = connected.connected(now: start)
        #expect(connected.stop() == .drain)
        #expect(connected.stop() == .none)
        #expect(connected.connectionLost(now: start, fraction: 1) == .finish)
        #expect(connected.stop() == .none)

        var connecting = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        _ = connecting.start()
        #expect(connecting.stop() == .abandonAndFinish)
        #expect(connecting.connected(now: start) == .none)
        #expect(connecting.attemptFailed(fraction: 1) == .none)

        var waiting = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        _ = waiting.start()
        _ = waiting.attemptFailed(fraction: 1)
        #expect(waiting.stop() == .abandonAndFinish)
        #expect(waiting.delayPassed() == .none)

        var idle = Reconnection(delay: .milliseconds(50)...(.seconds(2)))
        #expect(idle.stop() == .finish)
        #expect(idle.start() == .none)
    }
}

@Suite struct AdmissionTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func request(_ id: UInt64) -> Request {
        Request(id: id, name: "GET", commands: [RedisCommand("GET", "k")]) { _ in }
    }

    @Test("Requests are held until there is a connection, then sent in order")
    func holding() {
        var admission = Admission(patience: .seconds(2))
        for id in UInt64(1)...3 {
            guard case .hold = admission.submit(request(id), now: start) else {
                Issue.record("not held")
                return
            }
        }
        #expect(admission.cancel(id: 2)?.id == 2)
        #expect(admission.connected().map(\.id) == [1, 3])
        guard case .send = admission.submit(request(4), now: start) else {
            Issue.record("not sent")
            return
        }
    }

    @Test("While there is no attempt to connect, requests that were held too long are given back")
    func patience() {
        var admission = Admission(patience: .seconds(2))
        _ = admission.submit(request(1), now: start)
        _ = admission.submit(request(2), now: start + .seconds(1))
        #expect(admission.nextDeadline == start + .seconds(2))
        #expect(admission.takeExpired(now: start + .seconds(2)).map(\.id) == [1])
        #expect(admission.nextDeadline == start + .seconds(3))
        admission.started()
        #expect(admission.nextDeadline == nil)
        #expect(admission.takeExpired(now: start + .seconds(3)).isEmpty)
        #expect(admission.connected().map(\.id) == [2])
    }

    @Test("When Redis is known to be away requests are refused at once with the reason")
    func down() {
        var admission = Admission(patience: .seconds(2))
        _ = admission.submit(request(1), now: start)
        let reason = RedisError(.authenticationFailed, "wrong password")
        #expect(admission.disconnected(reason, retryingNow: false).requests.map(\.id) == [1])
        guard case .refuse(let error) = admission.submit(request(2), now: start) else {
            Issue.record("not refused")
            return
        }
        #expect(error.code == .unavailable)
        #expect(error.message == "wrong password")
        #expect((error.cause as? RedisError)?.code == .authenticationFailed)
        _ = admission.connected()
        #expect(admission.disconnected(reason, retryingNow: true).requests.isEmpty)
        guard case .hold = admission.submit(request(3), now: start) else {
            Issue.record("not held while the connection is being replaced")
            return
        }
        #expect(admission.stopped().map(\.id) == [3])
    }
}
