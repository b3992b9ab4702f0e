//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// What a connection has to do next, and until when. It does no I/O.
struct ConnectionState {
    /// What comes in.
    private enum Inbound {
        /// The head of a request is awaited. `hasBegun`: a part of it is there.
        case head(until: NIODeadline, hasBegun: Bool)

        /// A head came, its body has not ended.
        case body(until: NIODeadline)
    }

    /// What to do when the time is over.
    enum Expiry: Equatable {
        /// Nothing is over.
        case none

        /// Nobody waits for an answer.
        case close

        /// The request did not come in time.
        case answer(RequestFault)
    }

    private let limits: ConnectionLimits
    private var inbound: Inbound

    /// Whether each request that is not answered yet, in order, is the last one of its connection.
    private var unanswered: [Bool] = []

    /// How many answers are written and not fetched yet, and until when the next one has to be.
    private var unfetched = 0
    private var fetchedUntil = NIODeadline.distantFuture

    /// Until when the other side may close, once this side has.
    private var closingUntil: NIODeadline?

    /// Since when the client is waited for; `nil` while it waits for the service.
    private(set) var waitingSince: NIODeadline?

    init(limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        inbound = .head(until: now + TimeAmount(limits.header), hasBegun: false)
        waitingSince = now
    }

    /// How long the other side may take to close.
    static let lingering = TimeAmount.seconds(2)

    /// Whether this side has closed: nothing that comes in counts any more, and nothing more goes out.
    var isClosing: Bool { closingUntil != nil }

    /// When to call ``expire(now:)``; `nil` when there is no need.
    var deadline: NIODeadline? {
        if let closingUntil { return closingUntil }
        let fetch = unfetched > 0 ? fetchedUntil : nil
        let receipt: NIODeadline? =
            switch inbound {
            case .body(let until): until
            case .head(let until, _): unanswered.isEmpty && unfetched == 0 ? until : nil
            }
        guard let fetch, let receipt else { return fetch ?? receipt }
        return min(fetch, receipt)
    }

    /// Bytes came that are no whole head.
    mutating func receivePart(now: NIODeadline) {
        guard case .head(let until, hasBegun: false) = inbound else { return }
        // The first head has the time since the connection was opened, a later one since its first byte.
        let own = now + TimeAmount(limits.header)
        inbound = .head(until: isFirst ? until : own, hasBegun: true)
    }

    private var isFirst = true

    /// A head came.
    mutating func receiveHead(isLast: Bool, now: NIODeadline) {
        isFirst = false
        unanswered.append(isLast)
        inbound = .body(until: now + TimeAmount(limits.body))
    }

    /// Whether the answer that comes next is the one to the head that came last.
    var answersNext: Bool { unanswered.count == 1 }

    /// A request is complete.
    mutating func receiveEnd(now: NIODeadline) {
        inbound = .head(until: now + TimeAmount(limits.idle), hasBegun: false)
        waitingSince = nil
    }

    /// The service is shutting down: the rest of a body has to come soon.
    mutating func hurry(now: NIODeadline) {
        guard case .body(let until) = inbound else { return }
        inbound = .body(until: min(until, now + Self.lingering))
    }

    /// The head of an answer is to be written.
    ///
    /// - Returns: Whether the connection must be closed behind the answer: the client asked for it, or the rest of its
    ///   request is not worth being read.
    mutating func beginAnswer() -> Bool {
        guard let isLast = unanswered.first else { return true }
        if case .body = inbound, unanswered.count == 1 { return true }
        return isLast
    }

    /// The end of an answer is written.
    mutating func endAnswer(now: NIODeadline) {
        if !unanswered.isEmpty { unanswered.removeFirst() }
        unfetched += 1
        fetchedUntil = now + TimeAmount(limits.idle)
    }

    /// The operating system has taken an answer.
    mutating func fetched(now: NIODeadline) {
        unfetched -= 1
        fetchedUntil = now + TimeAmount(limits.idle)
        guard unfetched == 0, unanswered.isEmpty else { return }
        waitingSince = now
        if case .head(_, let hasBegun) = inbound {
            let time = hasBegun ? limits.header : limits.idle
            inbound = .head(until: now + TimeAmount(time), hasBegun: hasBegun)
        }
    }

    /// This side has closed.
    mutating func close(now: NIODeadline) {
        if closingUntil == nil { closingUntil = now + Self.lingering }
        if waitingSince == nil { waitingSince = now }
    }

    /// Says what to do at this time.
    mutating func expire(now: NIODeadline) -> Expiry {
        guard let deadline = self.deadline, deadline <= now else { return .none }
        if closingUntil != nil || unfetched > 0 && fetchedUntil <= now { return .close }
        switch inbound {
        case .head(_, hasBegun: false): return .close
        case .head(_, hasBegun: true): return .answer(.slowHead(limits.header))
        case .body: return .answer(.slowBody(limits.body))
        }
    }
}
