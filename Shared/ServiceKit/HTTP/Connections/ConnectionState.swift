//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The state of a connection and its deadlines. It does no I/O.
struct ConnectionState {
    /// The state of the request being received.
    private enum Inbound {
        /// Waiting for the head of a request. `hasBegun`: part of it has been received.
        case head(until: NIODeadline, hasBegun: Bool)

        /// The head has been received, the body has not ended.
        case body(until: NIODeadline)
    }

    /// What to do when a deadline passes.
    enum Expiry: Equatable {
        /// No deadline has passed.
        case none

        /// No response is due.
        case close

        /// The request was not received in time.
        case answer(RequestFault)
    }

    private let limits: ConnectionLimits
    private var inbound: Inbound

    /// For each unanswered request, in order, whether it is the last one of the connection.
    private var unanswered: [Bool] = []

    /// The number of responses written but not yet read by the client, and the deadline for the next one.
    private var unfetched = 0
    private var fetchedUntil = NIODeadline.distantFuture

    /// The deadline for the client to close, once this side has.
    private var closingUntil: NIODeadline?

    /// Since when the service waits for the client; `nil` while the client waits for the service.
    private(set) var waitingSince: NIODeadline?

    init(limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        inbound = .head(until: now + TimeAmount(limits.header), hasBegun: false)
        waitingSince = now
    }

    /// How long the client may take to close.
    static let lingering = TimeAmount.seconds(2)

    /// Whether this side has closed. Anything received is ignored, and nothing more is sent.
    var isClosing: Bool { closingUntil != nil }

    /// When to call ``expire(now:)``; `nil` if not needed.
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

    /// Part of a head was received.
    mutating func receivePart(now: NIODeadline) {
        guard case .head(let until, hasBegun: false) = inbound else { return }
        // The time for the first head counts from the opening of the connection, for a later one from its first byte.
        let own = now + TimeAmount(limits.header)
        inbound = .head(until: isFirst ? until : own, hasBegun: true)
    }

    private var isFirst = true

    /// A head was received.
    mutating func receiveHead(isLast: Bool, now: NIODeadline) {
        isFirst = false
        unanswered.append(isLast)
        inbound = .body(until: now + TimeAmount(limits.body))
    }

    /// Whether the next response answers the latest head.
    var answersNext: Bool { unanswered.count == 1 }

    /// A request is complete.
    mutating func receiveEnd(now: NIODeadline) {
        inbound = .head(until: now + TimeAmount(limits.idle), hasBegun: false)
        waitingSince = nil
    }

    /// The service is shutting down: the rest of a body must arrive soon.
    mutating func hurry(now: NIODeadline) {
        guard case .body(let until) = inbound else { return }
        inbound = .body(until: min(until, now + Self.lingering))
    }

    /// The head of a response is about to be written.
    ///
    /// - Returns: Whether the connection must be closed after the response: the client asked for it, or the rest of its
    ///   request is not worth reading.
    mutating func beginAnswer() -> Bool {
        guard let isLast = unanswered.first else { return true }
        if case .body = inbound, unanswered.count == 1 { return true }
        return isLast
    }

    /// The end of a response was written.
    mutating func endAnswer(now: NIODeadline) {
        if !unanswered.isEmpty { unanswered.removeFirst() }
        unfetched += 1
        fetchedUntil = now + TimeAmount(limits.idle)
    }

    /// The operating system has accepted a response.
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

    /// What to do at this time.
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
