//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The listeners of each channel, and the state of its subscription in Redis. It does no I/O.
///
/// However many listeners a channel has, Redis sees one subscription. Redis acknowledges in order, and a channel may be
/// left and joined again before the first reply arrives. So each `SUBSCRIBE` has a ticket, and only the reply to the
/// channel's latest one counts. Listeners are notified once of an interruption, however many attempts to reconnect
/// fail.
struct SubscriptionRegistry<Listener> {
    typealias ListenerID = UInt64

    struct Subscribe: Equatable {
        let channel: ByteBuffer
        let ticket: UInt64
    }

    /// What listeners are notified of.
    enum Notice {
        case active
        case interrupted(RedisError)
    }

    enum AddAction {
        case none
        case subscribe(Subscribe)
        case notify(Notice)
    }

    private enum Phase {
        /// There is no connection.
        case waiting
        case subscribing
        case active
        /// Redis rejected the subscription, for example because an ACL forbids the channel. It is retried from time to
        /// time.
        case refused(RedisError)
    }

    private struct Entry {
        let listener: Listener
        var knowsOfInterruption: Bool
    }

    private struct Channel {
        var entries: [ListenerID: Entry] = [:]
        var phase: Phase = .waiting
        var ticket: UInt64 = 0
    }

    /// Why a subscriber that has ended accepts no listeners.
    static var isShutDown: RedisError { RedisError(.shutDown, "the Redis subscriber has been shut down") }

    private var channels: [ByteBuffer: Channel] = [:]
    private var lastTicket: UInt64 = 0

    /// The number of channels with listeners.
    var channelCount: Int { channels.count }

    mutating func add(
        _ listener: Listener,
        id: ListenerID,
        to channel: ByteBuffer,
        while availability: Availability<some Any>
    ) -> AddAction {
        if case .never = availability { return .notify(.interrupted(Self.isShutDown)) }
        var content = channels[channel] ?? Channel()
        let action: AddAction =
            switch (availability, content.phase) {
            case (.away(let error), _), (.now, .refused(let error)): .notify(.interrupted(error))
            case (.now, .active): .notify(.active)
            case (.now, .waiting): .subscribe(subscribe(to: channel, &content))
            case (.now, .subscribing), (.soon, _), (.never, _): .none
            }
        let isInterrupted = if case .notify(.interrupted) = action { true } else { false }
        content.entries[id] = Entry(listener: listener, knowsOfInterruption: isInterrupted)
        channels[channel] = content
        return action
    }

    /// - Returns: Whether to unsubscribe because no listener is left.
    mutating func remove(id: ListenerID, from channel: ByteBuffer) -> Bool {
        guard channels[channel]?.entries.removeValue(forKey: id) != nil else { return false }
        guard let content = channels[channel], content.entries.isEmpty else { return false }
        channels[channel] = nil
        switch content.phase {
        case .subscribing, .active: return true
        case .waiting, .refused: return false
        }
    }

    /// - Returns: All channels with listeners, to be subscribed to.
    mutating func connected() -> [Subscribe] {
        Array(channels.keys).compactMap { resubscribe(to: $0) }
    }

    /// - Returns: The listeners that have not been notified of the interruption yet.
    mutating func disconnected() -> [Listener] {
        var unnotified: [Listener] = []
        for channel in Array(channels.keys) {
            channels[channel]?.phase = .waiting
            unnotified += noteInterruption(of: channel)
        }
        return unnotified
    }

    /// Handles the reply to a `SUBSCRIBE`.
    ///
    /// - Parameter refusal: Nil if Redis accepted it.
    /// - Returns: The listeners to notify, and of what.
    mutating func answered(_ subscribe: Subscribe, refusal: RedisError?) -> (listeners: [Listener], notice: Notice) {
        let notice: Notice = refusal.map { .interrupted($0) } ?? .active
        guard
            var content = channels[subscribe.channel], content.ticket == subscribe.ticket,
            case .subscribing = content.phase
        else { return ([], notice) }
        if let refusal {
            channels[subscribe.channel]?.phase = .refused(refusal)
            return (noteInterruption(of: subscribe.channel), notice)
        }
        content.phase = .active
        for id in content.entries.keys {
            content.entries[id]?.knowsOfInterruption = false
        }
        channels[subscribe.channel] = content
        return (content.entries.values.map(\.listener), notice)
    }

    /// The listeners that receive a channel's messages: only those that were notified that it is active.
    func listeners(of channel: ByteBuffer) -> some Sequence<Listener> {
        let content = channels[channel]
        let isActive = if case .active = content?.phase { true } else { false }
        // Not a key path: creating one takes longer than the rest of this function.
        return (isActive ? content?.entries ?? [:] : [:]).values.lazy.map { $0.listener }
    }

    /// - Returns: The rejected channels, to be retried.
    mutating func retryRefused() -> [Subscribe] {
        var refused: [ByteBuffer] = []
        for (channel, content) in channels {
            if case .refused = content.phase { refused.append(channel) }
        }
        return refused.compactMap { resubscribe(to: $0) }
    }

    /// - Returns: All listeners, to be notified that the subscriber has stopped.
    mutating func stop() -> [Listener] {
        defer { channels.removeAll() }
        return channels.values.flatMap { $0.entries.values.map(\.listener) }
    }

    private mutating func resubscribe(to channel: ByteBuffer) -> Subscribe? {
        guard var content = channels[channel] else { return nil }
        defer { channels[channel] = content }
        return subscribe(to: channel, &content)
    }

    private mutating func subscribe(to channel: ByteBuffer, _ content: inout Channel) -> Subscribe {
        lastTicket += 1
        content.phase = .subscribing
        content.ticket = lastTicket
        return Subscribe(channel: channel, ticket: lastTicket)
    }

    private mutating func noteInterruption(of channel: ByteBuffer) -> [Listener] {
        guard var content = channels[channel] else { return [] }
        var unnotified: [Listener] = []
        for (id, entry) in content.entries where !entry.knowsOfInterruption {
            content.entries[id]?.knowsOfInterruption = true
            unnotified.append(entry.listener)
        }
        channels[channel] = content
        return unnotified
    }
}
