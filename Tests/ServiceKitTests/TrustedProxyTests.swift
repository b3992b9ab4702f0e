//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import Testing

@testable import ServiceKit

@Suite("Clients behind proxies")
struct TrustedProxyTests {
    private let proxies: TrustedProxies

    init() throws {
        proxies = TrustedProxies([try AddressBlock("10.0.0.0/8"), try AddressBlock("fd00::/8")])
    }

    private func client(
        _ peer: String,
        forwarded: [String] = [],
        for forwardedFor: [String] = []
    ) throws -> String {
        let peer = try #require(IPAddress(peer))
        return proxies.client(of: peer, forwarded: forwarded, forwardedFor: forwardedFor).description
    }

    @Test("Who is no trusted proxy speaks for itself alone")
    func untrusted() throws {
        #expect(try client("192.0.2.1", for: ["198.51.100.7"]) == "192.0.2.1")
        #expect(try client("192.0.2.1", forwarded: ["for=198.51.100.7"]) == "192.0.2.1")
        #expect(try client("10.1.1.1") == "10.1.1.1")
    }

    @Test("The last address that no trusted proxy has is the client's, whatever the client wrote before it")
    func chain() throws {
        #expect(try client("10.1.1.1", for: ["198.51.100.7"]) == "198.51.100.7")
        #expect(try client("10.1.1.1", for: ["203.0.113.9, 198.51.100.7, 10.2.2.2"]) == "198.51.100.7")
        #expect(try client("10.1.1.1", for: ["203.0.113.9", "198.51.100.7,10.2.2.2"]) == "198.51.100.7")
        #expect(try client("10.1.1.1", for: ["10.9.9.9, 10.2.2.2"]) == "10.9.9.9")
        #expect(try client("fd00::1", for: ["2001:db8::1"]) == "2001:db8::1")
    }

    @Test("Addresses come in all forms of the two fields")
    func forms() throws {
        #expect(try client("10.1.1.1", for: ["198.51.100.7:4711"]) == "198.51.100.7")
        #expect(try client("10.1.1.1", for: ["[2001:db8::1]:4711"]) == "2001:db8::1")
        #expect(try client("10.1.1.1", forwarded: ["for=198.51.100.7;proto=https;by=10.1.1.1"]) == "198.51.100.7")
        #expect(try client("10.1.1.1", forwarded: ["proto=https; For=\"[2001:db8::1]:80\""]) == "2001:db8::1")
        let quoted = "for=\"203.0.113.9, for=1.1.1.1\", for=198.51.100.7"
        #expect(try client("10.1.1.1", forwarded: [quoted]) == "198.51.100.7")
    }

    @Test(
        "Where a proxy does not tell the address, the client is the proxy",
        arguments: ["unknown", "_hidden", "", "evil.example.com", "999.1.1.1", "198.51.100.7, unknown"]
    )
    func unknown(node: String) throws {
        #expect(try client("10.1.1.1", for: [node]) == "10.1.1.1")
    }

    @Test("A request whose two fields do not agree is counted as the proxy's")
    func disagreement() throws {
        #expect(try client("10.1.1.1", forwarded: ["for=203.0.113.9"], for: ["198.51.100.7"]) == "10.1.1.1")
        #expect(try client("10.1.1.1", forwarded: ["for=198.51.100.7"], for: ["198.51.100.7"]) == "198.51.100.7")
    }
}
