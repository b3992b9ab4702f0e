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

    @Test("Replies belong to requests in the order of sending")
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

    @Test("A request of several commands waits for all replies, including errors")
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

    @Test("A reply that is still on its way is waited for, but not for ever")
    func slowReply() {
        var queue = RequestQueue(timeout: .seconds(5))
        _ = queue.enqueue(request(1), now: start)
        queue.hear(now: start + .seconds(4))
        #expect(queue.checkDeadline(now: start + .seconds(5)) == .checkAgain(at: start + .seconds(9)))
        queue.hear(now: start + .seconds(59))
        #expect(queue.checkDeadline(now: start + .seconds(59)) == .checkAgain(at: start + .seconds(60)))
        guard case .close = queue.checkDeadline(now: start + .seconds(60)) else {
            Issue.record("it is given up after twelve times the limit")
            return
        }
    }

    @Test("A pipeline that breaks in the middle keeps the replies received")
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

    @Test("Draining answers requests in flight, rejects new ones, then closes")
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

    @Test("An unrequested reply closes the connection")
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

@Suite struct ConnectionMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private let away = RedisError(.unavailable, "away")

    private func word(_ machine: ConnectionMachine<String>) -> String {
        switch machine.availability {
        case .now(let connection): connection
        case .soon: "soon"
        case .away(let error): error.message
        case .never: "never"
        }
    }

    @Test("Commands wait for the first connection and for a replacement, but not after a failed attempt")
    func availability() {
        var machine = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        #expect(word(machine) == "soon")
        _ = machine.start()
        #expect(word(machine) == "soon")
        _ = machine.attemptFailed(away, fraction: 1)
        #expect(word(machine) == "away")
        _ = machine.delayPassed()
        #expect(word(machine) == "away")
        _ = machine.connected("first", now: start)
        #expect(word(machine) == "first")
        _ = machine.connectionLost(away, now: start + .seconds(1), fraction: 1)
        #expect(word(machine) == "soon")
        _ = machine.connected("second", now: start)
        _ = machine.connectionLost(away, now: start, fraction: 1)
        #expect(word(machine) == "away")
        _ = machine.delayPassed()
        _ = machine.connected("third", now: start)
        _ = machine.stop()
        // It rejects new requests itself, and answers those in flight.
        #expect(word(machine) == "third")
        _ = machine.connectionLost(away, now: start, fraction: 1)
        #expect(word(machine) == "never")
    }

    @Test("Delays double up to the limit, and up to half is subtracted")
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
        var machine = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        #expect(machine.start() == .connect)
        #expect(machine.start() == .none)
        #expect(machine.attemptFailed(away, fraction: 1) == .retry(after: .milliseconds(50)))
        #expect(machine.delayPassed() == .connect)
        #expect(machine.attemptFailed(away, fraction: 1) == .retry(after: .milliseconds(100)))
        #expect(machine.delayPassed() == .connect)
        #expect(machine.connected("connection", now: start) == .announce)
    }

    @Test("A connection that lasted is replaced at once, a short-lived one after a delay")
    func loss() {
        var machine = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        _ = machine.start()
        _ = machine.connected("connection", now: start)
        #expect(
            machine.connectionLost(away, now: start + .milliseconds(999), fraction: 1)
                == .retry(after: .milliseconds(50))
        )
        _ = machine.delayPassed()
        _ = machine.connected("connection", now: start)
        #expect(
            machine.connectionLost(away, now: start + .milliseconds(1), fraction: 1)
                == .retry(after: .milliseconds(100))
        )
        _ = machine.delayPassed()
        _ = machine.connected("connection", now: start)
        #expect(machine.connectionLost(away, now: start + .seconds(1), fraction: 1) == .connect)
        #expect(machine.attemptFailed(away, fraction: 1) == .retry(after: .milliseconds(50)))
    }

    @Test("Stopping drains a connection and abandons an attempt")
    func stop() {
        var connected = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        _ = connected.start()
        _ = connected.connected("connection", now: start)
        #expect(connected.stop() == .drain("connection"))
        #expect(connected.stop() == .none)
        #expect(connected.connectionLost(away, now: start, fraction: 1) == .finish)
        #expect(connected.stop() == .none)

        var connecting = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        _ = connecting.start()
        #expect(connecting.stop() == .abandonAndFinish)
        #expect(connecting.connected("connection", now: start) == .none)
        #expect(connecting.attemptFailed(away, fraction: 1) == .none)

        var waiting = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        _ = waiting.start()
        _ = waiting.attemptFailed(away, fraction: 1)
        #expect(waiting.stop() == .abandonAndFinish)
        #expect(waiting.delayPassed() == .none)

        var idle = ConnectionMachine<String>(delay: .milliseconds(50)...(.seconds(2)))
        #expect(idle.stop() == .finish)
        #expect(idle.start() == .none)
    }
}

@Suite struct HeldRequestsTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func request(_ id: UInt64) -> Request {
        Request(id: id, name: "GET", commands: [RedisCommand("GET", "k")]) { _ in }
    }

    @Test("Requests are held until they are taken, in order and without those that were cancelled")
    func holding() {
        var held = HeldRequests(patience: .seconds(2))
        for id in UInt64(1)...3 { held.hold(request(id), now: start) }
        #expect(held.cancel(id: 2)?.id == 2)
        #expect(held.cancel(id: 2) == nil)
        #expect(held.takeAll().map(\.id) == [1, 3])
        #expect(held.takeAll().isEmpty)
    }

    @Test("Requests that were held too long are given back")
    func patience() {
        var held = HeldRequests(patience: .seconds(2))
        held.hold(request(1), now: start)
        held.hold(request(2), now: start + .seconds(1))
        #expect(held.nextDeadline == start + .seconds(2))
        #expect(held.takeExpired(now: start + .seconds(2)).map(\.id) == [1])
        #expect(held.nextDeadline == start + .seconds(3))
    }
}
