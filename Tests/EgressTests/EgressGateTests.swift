//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import TestSupport
import Testing

@Suite("The gate", .timeLimit(.minutes(5)))
struct EgressGateTests {
    private static let privateBlocked = EgressPolicy(blocksPrivateNetworks: true)

    private func policy(_ patterns: String...) throws -> EgressPolicy {
        EgressPolicy(allowedDomains: try patterns.map { try DomainPattern($0) })
    }

    @Test("Allowed data passes in both directions")
    func passes() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted, names: ["a.test": ["127.0.0.1"]]) { gate in
                try await GateClient.with(gate) { client in
                    let (reply, echoes) = (
                        try await client.connect("a.test", server.port), try await client.echoes()
                    )
                    #expect(reply == 0)
                    #expect(echoes)
                }
                #expect(server.connections == 1)
                #expect(gate.refusals == [])
                try await eventually("the connection to end") { gate.connectionCount == 0 }
            }
        }
    }

    @Test(
        "A host is checked by the address that it resolves to",
        arguments: ["127.0.0.1", "a.test", "localhost.test", "::ffff:127.0.0.1", "[::ffff:7f00:1]"]
    )
    func judgesAddresses(host: String) async throws {
        let names = ["a.test": ["127.0.0.1"], "localhost.test": ["::1", "127.0.0.1"]]
        try await EchoServer.with { server in
            try await EgressGate.with(Self.privateBlocked, names: names) { gate in
                let reply = try await GateClient.with(gate) { try await $0.connect(host, server.port) }
                #expect(reply == 2)
                #expect(server.connections == 0)
                #expect(gate.refusals.map(\.reason).allSatisfy { $0.hasPrefix("private address") })
                #expect(gate.refusals.count == 1)
            }
        }
    }

    @Test("The metadata address is refused, and the reason says so")
    func refusesMetadata() async throws {
        try await EgressGate.with(Self.privateBlocked, names: ["m.test": ["169.254.169.254"]]) { gate in
            for host in ["169.254.169.254", "m.test", "m.test"] {
                let reply = try await GateClient.with(gate) { try await $0.connect(host, 80) }
                #expect(reply == 2)
            }
            #expect(
                gate.refusals.map(\.description) == [
                    "169.254.169.254:80 (private address)", "m.test:80 (private address 169.254.169.254)",
                ]
            )
        }
    }

    @Test("A name with a private and a public address is never connected to the private one")
    func filtersAddresses() async throws {
        try await EchoServer.with { server in
            var policy = Self.privateBlocked
            policy.allowedNetworks = [try AddressBlock("127.0.0.1")]
            // 127.0.0.2 stands for the private address, 127.0.0.1 for the allowed one.
            try await EgressGate.with(policy, names: ["a.test": ["127.0.0.2", "127.0.0.1"]]) { gate in
                let reply = try await GateClient.with(gate) { try await $0.connect("a.test", server.port) }
                #expect(reply == 0)
                // It was the server's own, which only listens on 127.0.0.1.
                try await eventually("the server to be reached") { server.connections == 1 }
            }
        }
    }

    @Test("The resolver of the system knows this machine's names, and they are private")
    func systemResolver() async throws {
        let resolver = SystemResolver()
        for name in ["localhost", "app.localhost", "127.0.0.1"] {
            let addresses = try await resolver.addresses(of: name, for: ObjectIdentifier(Self.self))
            #expect(!addresses.isEmpty && addresses.allSatisfy { !$0.isPublic })
        }
        // No name has such a long label, so no name server is asked, which might answer for any name.
        let none = String(repeating: "a", count: 64) + ".invalid"
        #expect(try await resolver.addresses(of: none, for: ObjectIdentifier(Self.self)) == [])
    }

    @Test(
        "Only allowed domains pass",
        arguments: [
            ("example.com", 0), ("www.example.com", 0), ("EXAMPLE.com", 0), ("example.com.", 0), ("evilexample.com", 2),
            ("example.com.evil.test", 2), ("sub.example.com", 2), ("127.0.0.1", 2), ("exam ple.com", 2), ("", 2),
        ] as [(String, UInt8)]
    )
    func judgesNames(host: String, reply: UInt8) async throws {
        try await EchoServer.with { server in
            let names = Dictionary(
                uniqueKeysWithValues: ["example.com", "www.example.com", "evilexample.com", "example.com.evil.test"]
                    .map { ($0, ["127.0.0.1"]) }
            )
            try await EgressGate.with(try policy("example.com"), names: names) { gate in
                let got = try await GateClient.with(gate) { try await $0.connect(host, server.port) }
                #expect(got == reply)
                if reply == 0 { try await eventually("the server to be reached") { server.connections == 1 } }
                #expect(server.connections == (reply == 0 ? 1 : 0))
                #expect(gate.refusals.isEmpty == (reply == 0))
            }
        }
    }

    @Test("A pattern's port is the only one allowed")
    func judgesPorts() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(try policy("127.0.0.1:\(server.port)")) { gate in
                let right = try await GateClient.with(gate) { try await $0.connect("127.0.0.1", server.port) }
                let wrong = try await GateClient.with(gate) { try await $0.connect("127.0.0.1", 9) }
                #expect(right == 0 && wrong == 2)
            }
        }
    }

    @Test("If only https is allowed, data that does not start like TLS is blocked on any port")
    func judgesSchemes() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(try policy("https://127.0.0.1")) { gate in
                let plain = try await GateClient.with(gate) { client in
                    (try await client.connect("127.0.0.1", server.port), try await client.echoes())
                }
                #expect(plain == (0, false))
                let tls = try await GateClient.with(gate) { client in
                    (try await client.connect("127.0.0.1", server.port), try await client.echoes("\u{16}\u{3}\u{1}"))
                }
                #expect(tls == (0, true))
                #expect(gate.refusals.map(\.description) == ["127.0.0.1:\(server.port) (allowed over https only)"])
            }
            try await EgressGate.with(try policy("http://127.0.0.1")) { gate in
                let tls = try await GateClient.with(gate) { client in
                    (try await client.connect("127.0.0.1", server.port), try await client.echoes("\u{16}\u{3}\u{1}"))
                }
                #expect(tls == (0, false))
            }
        }
    }

    @Test("A name is checked before it is mapped, and the address afterwards")
    func maps() async throws {
        try await EchoServer.with { server in
            let mapping = "MAP google.com 127.0.0.1:\(server.port), MAP gone.test ~NOTFOUND"
            try await EgressGate.with(.unrestricted, mapping: mapping) { gate in
                let mapped = try await GateClient.with(gate) { try await $0.connect("google.com", 443) }
                let gone = try await GateClient.with(gate) { try await $0.connect("gone.test", 443) }
                #expect(mapped == 0 && gone == 4)
                #expect(gate.failure(of: try #require(WebOrigin(url: "https://gone.test"))) == .noSuchHost)
                gate.open(Self.privateBlocked)
                let blocked = try await GateClient.with(gate) { try await $0.connect("google.com", 443) }
                #expect(blocked == 2)
                gate.open(try policy("127.0.0.1"))
                let renamed = try await GateClient.with(gate) { try await $0.connect("google.com", 443) }
                #expect(renamed == 2)
                try await eventually("the server to be reached") { server.connections > 0 }
            }
            #expect(server.connections == 1)
        }
    }

    @Test("A shut gate allows nothing, and closes existing connections")
    func shuts() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted) { gate in
                try await GateClient.with(gate) { client in
                    let (reply, echoes) = (
                        try await client.connect("127.0.0.1", server.port), try await client.echoes()
                    )
                    #expect(reply == 0 && echoes)
                    gate.shut()
                    let rest = try await client.read(1)
                    #expect(rest == [])
                }
                let refused = try await GateClient.with(gate) { try? await $0.connect("127.0.0.1", server.port) }
                #expect(refused == nil)
                #expect(server.connections == 1)
            }
        }
    }

    @Test("Another policy closes connections that the previous one allowed")
    func changes() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted) { gate in
                try await GateClient.with(gate) { client in
                    let reply = try await client.connect("127.0.0.1", server.port)
                    #expect(reply == 0)
                    gate.open(Self.privateBlocked)
                    let rest = try await client.read(1)
                    #expect(rest == [])
                }
            }
        }
    }

    @Test("A closed gate frees its port")
    func closes() async throws {
        // Another test's server may get the freed port, and then responds differently from a gate.
        try await eventually("the port of a closed gate to be free") {
            let gate = try await EgressGate.start()
            gate.open(.unrestricted)
            await gate.close()
            await gate.close()
            return (try? await GateClient.with(gate) { _ in }) == nil
        }
    }

    @Test("The reasons for failed connections are distinguished")
    func tellsFailures() async throws {
        let free = try RefusingPort()
        try await EgressGate.with(.unrestricted) { gate in
            let refused = try await GateClient.with(gate) { try await $0.connect("127.0.0.1", free.number) }
            let unknown = try await GateClient.with(gate) { try await $0.connect("nowhere.test", 80) }
            #expect(refused == 5 && unknown == 4)
            #expect(gate.failure(of: try #require(WebOrigin(url: free.url))) == .connectionRefused)
            #expect(gate.failure(of: try #require(WebOrigin(url: "http://nowhere.test"))) == .noSuchHost)
            #expect(gate.refusals == [])
        }
    }
}
