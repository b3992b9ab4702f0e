//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite struct SubscriptionRegistryTests {
    private typealias Registry = SubscriptionRegistry<String>

    private let channel = ByteBuffer(string: "news")
    private let connected = Availability<Void>.now(())
    private let connecting = Availability<Void>.soon
    private let isAway = Availability<Void>.away(RedisError(.unavailable, "away"))
    private let hasEnded = Availability<Void>.never

    private func ticket(_ action: Registry.AddAction) throws -> Registry.Subscribe {
        guard case .subscribe(let subscribe) = action else {
            throw RedisError(.protocolError, "no subscription is asked for")
        }
        return subscribe
    }

    private func isActive(_ action: Registry.AddAction) -> Bool {
        if case .notify(.active) = action { true } else { false }
    }

    private func isInterrupted(_ action: Registry.AddAction) -> Bool {
        if case .notify(.interrupted) = action { true } else { false }
    }

    private func isNone(_ action: Registry.AddAction) -> Bool {
        if case .none = action { true } else { false }
    }

    @Test("Several listeners share one subscription, and it ends with the last of them")
    func sharing() throws {
        var registry = Registry()
        #expect(registry.connected().isEmpty)
        let subscribe = try ticket(registry.add("a", id: 1, to: channel, while: connected))
        #expect(isNone(registry.add("b", id: 2, to: channel, while: connected)))
        #expect(Set(registry.answered(subscribe, refusal: nil).listeners) == ["a", "b"])
        #expect(isActive(registry.add("c", id: 3, to: channel, while: connected)))
        #expect(Set(registry.listeners(of: channel)) == ["a", "b", "c"])
        #expect(registry.remove(id: 1, from: channel) == false)
        #expect(registry.remove(id: 1, from: channel) == false)
        #expect(registry.remove(id: 2, from: channel) == false)
        #expect(registry.remove(id: 3, from: channel) == true)
        #expect(Array(registry.listeners(of: channel)).isEmpty)
        #expect(registry.channelCount == 0)
    }

    @Test("Only the reply to the latest subscription makes a channel active")
    func leaveAndJoinAgain() throws {
        var registry = Registry()
        _ = registry.connected()
        let first = try ticket(registry.add("a", id: 1, to: channel, while: connected))
        #expect(registry.remove(id: 1, from: channel) == true)
        let second = try ticket(registry.add("b", id: 2, to: channel, while: connected))
        #expect(registry.answered(first, refusal: nil).listeners.isEmpty)
        #expect(Array(registry.listeners(of: channel)).isEmpty)
        #expect(registry.answered(second, refusal: nil).listeners == ["b"])
        #expect(Array(registry.listeners(of: channel)) == ["b"])
    }

    @Test("Listeners from before the connection are subscribed with it, unless they have left")
    func joinFirst() {
        var registry = Registry()
        #expect(isNone(registry.add("a", id: 1, to: channel, while: connecting)))
        #expect(isNone(registry.add("b", id: 2, to: ByteBuffer(string: "gone"), while: connecting)))
        #expect(registry.remove(id: 2, from: ByteBuffer(string: "gone")) == false)
        #expect(registry.connected().map(\.channel) == [channel])
    }

    @Test("Each listener is notified once of a loss, and all channels are subscribed to again")
    func loss() throws {
        var registry = Registry()
        _ = registry.connected()
        let old = try ticket(registry.add("a", id: 1, to: channel, while: connected))
        _ = registry.answered(old, refusal: nil)
        #expect(registry.disconnected() == ["a"])
        #expect(Array(registry.listeners(of: channel)).isEmpty)
        #expect(isNone(registry.add("b", id: 2, to: channel, while: connecting)))
        #expect(registry.disconnected() == ["b"])
        #expect(registry.disconnected().isEmpty)
        #expect(isInterrupted(registry.add("c", id: 3, to: channel, while: isAway)))
        #expect(registry.disconnected().isEmpty)
        let again = registry.connected()
        #expect(again.map(\.channel) == [channel])
        #expect(registry.answered(old, refusal: nil).listeners.isEmpty)
        #expect(Set(registry.answered(again[0], refusal: nil).listeners) == ["a", "b", "c"])
        #expect(Set(registry.disconnected()) == ["a", "b", "c"])
    }

    @Test("A rejected channel is reported once and retried")
    func refusal() throws {
        var registry = Registry()
        _ = registry.connected()
        let refusal = RedisError(.serverError, "NOPERM")
        let first = try ticket(registry.add("a", id: 1, to: channel, while: connected))
        #expect(registry.retryRefused().isEmpty)
        #expect(registry.answered(first, refusal: refusal).listeners == ["a"])
        #expect(isInterrupted(registry.add("b", id: 2, to: channel, while: connected)))
        let second = registry.retryRefused()
        #expect(second.map(\.channel) == [channel])
        #expect(registry.answered(second[0], refusal: refusal).listeners.isEmpty)
        let third = registry.retryRefused()
        #expect(Set(registry.answered(third[0], refusal: nil).listeners) == ["a", "b"])
    }

    @Test("After the end no listeners are accepted")
    func stop() {
        var registry = Registry()
        _ = registry.add("a", id: 1, to: channel, while: connecting)
        #expect(registry.stop() == ["a"])
        #expect(isInterrupted(registry.add("b", id: 2, to: channel, while: hasEnded)))
        #expect(registry.channelCount == 0)
    }
}
