//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Who listens to which channel, and what Redis knows of it. Without any input or output.
///
/// However many listen to a channel, Redis sees one subscription. Redis acknowledges in the order of asking, and a
/// channel may be left and joined again before the first answer comes; so each `SUBSCRIBE` has a ticket, and only the
/// answer to the channel's latest one counts. A listener is told once of an interruption, however many attempts to
/// end it fail.
struct SubscriptionRegistry<Listener> {
    typealias ListenerID = UInt64

    struct Subscribe: Equatable {
        let channel: ByteBuffer
        let ticket: UInt64
    }

    /// What to tell listeners.
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
        /// Redis said no, perhaps as an ACL forbids the channel. Tried again from time to time.
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

    /// Why a subscriber that has ended takes nobody.
    static var isShutDown: RedisError { RedisError(.shutDown, "the Redis subscriber has been shut down") }

    private var channels: [ByteBuffer: Channel] = [:]
    private var lastTicket: UInt64 = 0

    /// How many channels somebody listens to.
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
            case (.now, .waiting): .subscribe(ask(for: channel, &content))
            case (.now, .subscribing), (.soon, _), (.never, _): .none
            }
        let isInterrupted = if case .notify(.interrupted) = action { true } else { false }
        content.entries[id] = Entry(listener: listener, knowsOfInterruption: isInterrupted)
        channels[channel] = content
        return action
    }

    /// - Returns: whether to leave the channel, as nobody listens any more.
    mutating func remove(id: ListenerID, from channel: ByteBuffer) -> Bool {
        guard channels[channel]?.entries.removeValue(forKey: id) != nil else { return false }
        guard let content = channels[channel], content.entries.isEmpty else { return false }
        channels[channel] = nil
        switch content.phase {
        case .subscribing, .active: return true
        case .waiting, .refused: return false
        }
    }

    /// - Returns: what to subscribe to: all that anybody listens to.
    mutating func connected() -> [Subscribe] {
        Array(channels.keys).compactMap { ask(again: $0) }
    }

    /// - Returns: whom to tell of the interruption: those who do not know of it yet.
    mutating func disconnected() -> [Listener] {
        var uninformed: [Listener] = []
        for channel in Array(channels.keys) {
            channels[channel]?.phase = .waiting
            uninformed += noteInterruption(of: channel)
        }
        return uninformed
    }

    /// Redis answered to a `SUBSCRIBE`.
    ///
    /// - Parameter refusal: nil if it said yes.
    /// - Returns: whom to tell, and what.
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

    /// Those who get a message of a channel: nobody who has not been told that the channel is active.
    func listeners(of channel: ByteBuffer) -> some Sequence<Listener> {
        let content = channels[channel]
        let isActive = if case .active = content?.phase { true } else { false }
        // Not a key path: making one takes longer than all the rest of a message's way through here.
        return (isActive ? content?.entries ?? [:] : [:]).values.lazy.map { $0.listener }
    }

    /// - Returns: the refused channels, to be tried again.
    mutating func retryRefused() -> [Subscribe] {
        var refused: [ByteBuffer] = []
        for (channel, content) in channels {
            if case .refused = content.phase { refused.append(channel) }
        }
        return refused.compactMap { ask(again: $0) }
    }

    /// - Returns: all listeners, to be told that nothing comes any more.
    mutating func stop() -> [Listener] {
        defer { channels.removeAll() }
        return channels.values.flatMap { $0.entries.values.map(\.listener) }
    }

    private mutating func ask(again channel: ByteBuffer) -> Subscribe? {
        guard var content = channels[channel] else { return nil }
        defer { channels[channel] = content }
        return ask(for: channel, &content)
    }

    private mutating func ask(for channel: ByteBuffer, _ content: inout Channel) -> Subscribe {
        lastTicket += 1
        content.phase = .subscribing
        content.ticket = lastTicket
        return Subscribe(channel: channel, ticket: lastTicket)
    }

    private mutating func noteInterruption(of channel: ByteBuffer) -> [Listener] {
        guard var content = channels[channel] else { return [] }
        var uninformed: [Listener] = []
        for (id, entry) in content.entries where !entry.knowsOfInterruption {
            content.entries[id]?.knowsOfInterruption = true
            uninformed.append(entry.listener)
        }
        channels[channel] = content
        return uninformed
    }
}
