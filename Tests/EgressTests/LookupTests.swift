//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import Synchronization
import TestSupport
import Testing

@testable import Egress

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Looking up hosts", .timeLimit(.minutes(5)))
struct LookupTests {
    /// A simulated name server that does not respond until a test lets it.
    private final class Names: Sendable {
        private struct State {
            var isAnswering = false
            var isAwaited = true
            var asked: [String] = []
        }

        private let state = Mutex(State())

        var asked: [String] { state.withLock { $0.asked } }

        var isAwaited: Bool { state.withLock { $0.isAwaited } }

        func giveUp() { state.withLock { $0.isAwaited = false } }

        func answer() { state.withLock { $0.isAnswering = true } }

        func lookUp(_ host: String) -> [IPAddress] {
            state.withLock { $0.asked.append(host) }
            guard host.hasPrefix("slow") else { return [IPAddress("127.0.0.1")].compactMap(\.self) }
            while !state.withLock({ $0.isAnswering }) { _ = usleep(1000) }
            return []
        }
    }

    private struct Resolver: HostResolver {
        let threads: LookupThreads

        func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress] {
            try await threads.addresses(of: host, for: gate)
        }
    }

    private final class Party {}

    @Test("Parties take turns, and none exceeds its number of running lookups")
    func takesTurns() {
        var turns = LookupTurns<String>(limit: 3, limitPerParty: 2)
        for id in 1...4 { turns.add(id, of: "a") }
        turns.add(11, of: "b")
        turns.add(12, of: "b")
        #expect([turns.next(), turns.next(), turns.next(), turns.next()] == [1, 11, 2, nil])
        turns.finished(11)
        #expect([turns.next(), turns.next()] == [12, nil])
        turns.finished(12)
        // Only "a" is waiting, and has two running.
        #expect(turns.next() == nil)
        turns.remove(3, of: "a")
        turns.finished(1)
        #expect([turns.next(), turns.next()] == [4, nil])
        #expect(turns.waitingCount == 0)
        turns.finished(1)
        turns.finished(2)
        turns.finished(4)
        turns.add(5, of: "a")
        #expect([turns.next(), turns.next()] == [5, nil])
    }

    @Test("A gate with unanswered lookups does not delay others, and cancelled ones never start")
    func isFair() async throws {
        let names = Names()
        defer { names.answer() }
        let threads = LookupThreads(count: 4, countPerGate: 2) { names.lookUp($0) }
        let parties = (Party(), Party())
        let (first, second) = (ObjectIdentifier(parties.0), ObjectIdentifier(parties.1))
        let slow = (1...500).map { number in
            Task { try await threads.addresses(of: "slow\(number)", for: first) }
        }
        try await eventually("all to wait") { threads.waitingCount == 498 }
        let found = try await threads.addresses(of: "a.test", for: second)
        #expect(found.map(\.description) == ["127.0.0.1"])
        for task in slow { task.cancel() }
        for task in slow { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(threads.waitingCount == 0)
        names.answer()
        _ = try await threads.addresses(of: "b.test", for: first)
        #expect(names.asked.count { $0.hasPrefix("slow") } == 2)
        withExtendedLifetime(parties) {}
    }

    @Test("A connection closed by the browser cancels its lookup")
    func givesUp() async throws {
        let names = Names()
        defer { names.answer() }
        let threads = LookupThreads(count: 4, countPerGate: 1) { names.lookUp($0) }
        let gate = try await EgressGate.start(EgressGate.Configuration(resolver: Resolver(threads: threads)))
        gate.open(.unrestricted)
        let waiting = (1...5).map { number in
            Task {
                try await GateClient.with(gate) { client in
                    try await client.write([5, 1, 0])
                    _ = try await client.read(2)
                    let name = Array("slow\(number)".utf8)
                    try await client.write([5, 1, 0, 3, UInt8(name.count)] + name + [0, 80])
                    try await eventually("the leave to give up") { !names.isAwaited }
                }
            }
        }
        try await eventually("the lookups to wait") { threads.waitingCount == 4 }
        names.giveUp()
        for task in waiting { try await task.value }
        try await eventually("nothing to wait") { threads.waitingCount == 0 }
        #expect(names.asked.count == 1)
        await gate.close()
    }
}
