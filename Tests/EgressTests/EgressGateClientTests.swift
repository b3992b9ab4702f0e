//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import TestSupport
import Testing

@Suite("The gate and its clients", .timeLimit(.minutes(5)))
struct EgressGateClientTests {
    @Test("Only opening TCP connections is supported", arguments: [2, 3, 9] as [UInt8])
    func refusesCommands(command: UInt8) async throws {
        try await EgressGate.with(.unrestricted) { gate in
            let reply = try await GateClient.with(gate) { try await $0.connect("127.0.0.1", 80, command: command) }
            #expect(reply == 7)
        }
    }

    @Test("A client that does not speak the protocol is disconnected")
    func refusesNonsense() async throws {
        try await EgressGate.with(.unrestricted) { gate in
            for bytes in [Array("GET / HTTP/1.1\r\n\r\n".utf8), [4, 1, 0, 80], [5, 1, 2], [5, 1, 0, 5, 1, 0, 9, 9]] {
                let rest = try await GateClient.with(gate) { client in
                    try await client.write(bytes)
                    return try await client.read(10)
                }
                #expect(rest.count <= 2)
            }
        }
    }

    @Test("A silent client is disconnected after a while")
    func boundsHandshake() async throws {
        try await EgressGate.with(.unrestricted, handshakeTimeout: .milliseconds(50)) { gate in
            let rest = try await GateClient.with(gate) { try await $0.read(1) }
            #expect(rest == [])
        }
    }

    @Test("Connections beyond the maximum are not served, and are reported")
    func boundsConnections() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted, maximumConnections: 1) { gate in
                try await GateClient.with(gate) { client in
                    let reply = try await client.connect("127.0.0.1", server.port)
                    #expect(reply == 0)
                    let other = try await GateClient.with(gate) { try? await $0.connect("127.0.0.1", server.port) }
                    #expect(other == nil)
                    #expect(gate.refusals.map(\.description) == ["a connection (too many are open)"])
                }
            }
        }
    }

    @Test("A half-close is passed on, and data in the other direction still arrives")
    func halfCloses() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted) { gate in
                try await GateClient.with(gate) { client in
                    _ = try await client.connect("127.0.0.1", server.port)
                    try await client.write([1, 2, 3])
                    client.endOutput()
                    let all = try await client.read(100)
                    #expect(all == [1, 2, 3])
                }
                try await eventually("the connection to end") { gate.connectionCount == 0 }
            }
        }
    }

    @Test("Ten megabytes pass in both directions, unchanged")
    func carriesMuch() async throws {
        try await EchoServer.with { server in
            try await EgressGate.with(.unrestricted) { gate in
                let chunk = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                try await GateClient.with(gate) { client in
                    _ = try await client.connect("127.0.0.1", server.port)
                    for _ in 0..<10 {
                        try await client.write(chunk)
                        let back = try await client.read(chunk.count)
                        let isSame = back == chunk
                        #expect(isSame)
                    }
                }
            }
        }
    }

    @Test("Refusals are reported once each, up to a limit")
    func boundsRefusals() async throws {
        try await EgressGate.with(EgressPolicy(allowedDomains: [try DomainPattern("example.com")])) { gate in
            for index in 0..<110 {
                for _ in 0..<2 {
                    _ = try await GateClient.with(gate) { try await $0.connect("h\(index).test", 80) }
                }
            }
            #expect(gate.refusals.count == 100)
            #expect(Set(gate.refusals).count == 100)
            gate.open(.unrestricted)
            #expect(gate.refusals == [])
        }
    }
}
