//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Egress

@Suite("The addresses of this machine's interfaces")
struct InterfaceAddressTests {
    private static let blocking = EgressPolicy(blocksPrivateNetworks: true)

    private static func interfaces(_ addresses: String...) -> InterfaceAddresses {
        InterfaceAddresses { Set(addresses.compactMap { IPAddress($0) }) }
    }

    @Test(
        "Are private, even public ones, in every spelling",
        arguments: [
            "8.8.4.4", "2606:4700::77", "::ffff:8.8.4.4", "64:ff9b::8.8.4.4",
        ]
    )
    func arePrivate(text: String) throws {
        let address = try #require(IPAddress(text))
        let own = Self.interfaces("8.8.4.4", "2606:4700::77")
        #expect(!Self.blocking.permits(address, interfaces: own))
        #expect(Self.blocking.permits(address, interfaces: Self.interfaces("8.8.4.5")))
        #expect(EgressPolicy().permits(address, interfaces: own))
        var allowing = Self.blocking
        allowing.allowedNetworks = [
            try AddressBlock("8.8.4.4"), try AddressBlock("2606:4700::/32"), try AddressBlock("64:ff9b::/96"),
        ]
        #expect(allowing.permits(address, interfaces: own))
    }

    @Test("Are read again after a while, and kept if they cannot be read")
    func refreshes() throws {
        struct Away: Error {}
        let first = try #require(IPAddress("8.8.8.8"))
        let second = try #require(IPAddress("8.8.4.4"))
        let told = Mutex<Set<IPAddress>?>(nil)
        let own = InterfaceAddresses {
            guard let addresses = told.withLock({ $0 }) else { throw Away() }
            return addresses
        }
        let start = ContinuousClock.now
        #expect(own.contains(first, now: start))
        told.withLock { $0 = [first] }
        #expect(own.contains(first, now: start) && !own.contains(second, now: start))
        told.withLock { $0 = [second] }
        #expect(own.contains(first, now: start + .seconds(1)))
        #expect(!own.contains(first, now: start + .seconds(3)) && own.contains(second, now: start + .seconds(3)))
        told.withLock { $0 = nil }
        #expect(own.contains(second, now: start + .seconds(9)))
    }

    @Test("Are all refused by a gate")
    func areRefused() async throws {
        let addresses = try System.enumerateDevices().compactMap { $0.address.flatMap(IPAddress.init(_:)) }
        #expect(addresses.contains { $0.description == "127.0.0.1" })
        try await EgressGate.with(Self.blocking) { gate in
            for address in Set(addresses) {
                let reply = try await GateClient.with(gate) { try await $0.connect("\(address)", 9) }
                #expect(reply == 2, "\(address)")
            }
        }
    }
}
