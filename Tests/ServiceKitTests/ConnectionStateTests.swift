//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import ServiceKit

private let limits = ConnectionLimits(header: .seconds(10), body: .seconds(30), idle: .seconds(60))

private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

@Suite("The state and deadlines of a connection")
final class ConnectionStateTests {
    private var state = ConnectionState(limits: limits, now: at(0))

    private func expire(at seconds: Int64) -> ConnectionState.Expiry { state.expire(now: at(seconds)) }

    private func beginAnswer() -> Bool { state.beginAnswer() }

    /// A whole request and its response.
    private func exchange(at seconds: Int64, isLast: Bool = false) -> Bool {
        let now = at(seconds)
        state.receiveHead(isLast: isLast, now: now)
        state.receiveEnd(now: now)
        let closes = state.beginAnswer()
        state.endAnswer(now: now)
        state.fetched(now: now)
        return closes
    }

    @Test("A silent connection is closed when the time for a head has passed")
    func silent() {
        #expect(state.deadline == at(10))
        #expect(expire(at: 9) == .none)
        #expect(expire(at: 10) == .close)
    }

    @Test("The time for the first head counts from the opening of the connection, however many pieces it arrives in")
    func slowHead() {
        state.receivePart(now: at(5))
        state.receivePart(now: at(9))
        #expect(expire(at: 10) == .answer(.slowHead(.seconds(10))))
    }

    @Test("A body has its own time limit, and the service waits for the client")
    func slowBody() {
        state.receiveHead(isLast: false, now: at(8))
        #expect(state.deadline == at(38))
        #expect(state.waitingSince == at(0))
        #expect(expire(at: 38) == .answer(.slowBody(.seconds(30))))
    }

    @Test("When the service shuts down, the rest of a body has two seconds")
    func shutdown() {
        state.receiveHead(isLast: false, now: at(8))
        state.hurry(now: at(10))
        #expect(state.deadline == at(12))
    }

    @Test("No deadline passes while the client waits for the service")
    func busy() {
        state.receiveHead(isLast: false, now: at(1))
        state.receiveEnd(now: at(1))
        #expect(state.deadline == nil)
        #expect(state.waitingSince == nil)
        #expect(expire(at: 1000) == .none)
    }

    @Test("A kept connection is closed without a next request; a started head has its own time limit")
    func keptOpen() {
        #expect(!exchange(at: 5))
        #expect(state.deadline == at(65))
        #expect(state.waitingSince == at(5))
        state.receivePart(now: at(50))
        #expect(state.deadline == at(60))
        #expect(expire(at: 60) == .answer(.slowHead(.seconds(10))))
    }

    @Test("A response that is not read ends the connection, and one that is read slowly does not")
    func unfetched() {
        for _ in 0..<2 {
            state.receiveHead(isLast: false, now: at(1))
            state.receiveEnd(now: at(1))
            _ = state.beginAnswer()
            state.endAnswer(now: at(1))
        }
        #expect(state.deadline == at(61))
        state.fetched(now: at(50))
        #expect(expire(at: 61) == .none)
        #expect(expire(at: 110) == .close)
    }

    @Test("Pipelined requests are all answered, and the last one closes the connection")
    func pipelined() {
        state.receiveHead(isLast: false, now: at(1))
        state.receiveEnd(now: at(1))
        state.receiveHead(isLast: true, now: at(1))
        state.receiveEnd(now: at(1))
        #expect(!beginAnswer())
        state.endAnswer(now: at(2))
        state.fetched(now: at(2))
        #expect(state.waitingSince == nil)
        #expect(beginAnswer())
    }

    @Test("The rest of an already answered request is not waited for")
    func earlyAnswer() {
        state.receiveHead(isLast: false, now: at(1))
        #expect(beginAnswer())
        state.endAnswer(now: at(1))
        state.fetched(now: at(1))
        state.close(now: at(1))
        #expect(state.isClosing)
        #expect(state.deadline == at(3))
        #expect(expire(at: 3) == .close)
    }
}
