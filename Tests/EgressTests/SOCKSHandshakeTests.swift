//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Egress

@Suite("The SOCKS5 handshake")
struct SOCKSHandshakeTests {
    private static let greeting: [UInt8] = [5, 1, 0]
    private static let named: [UInt8] = [5, 1, 0, 3, 3] + Array("a.b".utf8) + [1, 187]

    @Test("A name, an IPv4 and an IPv6 address are accepted")
    func understands() {
        for (request, host) in [
            (Self.named, "a.b"), ([5, 1, 0, 1, 10, 0, 0, 1, 1, 187], "10.0.0.1"),
            ([5, 1, 0, 4] + [UInt8](repeating: 0, count: 15) + [1, 1, 187], "::1"),
            ([5, 1, 0, 3, 0, 1, 187], ""),
        ] as [([UInt8], String)] {
            var handshake = SOCKSHandshake()
            #expect(handshake.receive(Self.greeting) == .send([5, 0]))
            #expect(handshake.receive(request) == .connect(host: host, port: 443))
            #expect(handshake.receive([1]) == .end([]))
        }
    }

    @Test("Input byte by byte gives the same result")
    func piecemeal() {
        var handshake = SOCKSHandshake()
        let actions = (Self.greeting + Self.named).map { handshake.receive([$0]) }.filter { $0 != .wait }
        #expect(actions == [.send([5, 0]), .connect(host: "a.b", port: 443)])
    }

    @Test(
        "A protocol violation ends the connection",
        arguments: [
            ([], [4, 1, 0, 80], []), ([], Array("GET / HTTP/1.1".utf8), []), ([], [5, 1, 2], [5, 0xFF]),
            ([], [5, 0], [5, 0xFF]), ([], [5, 1, 0, 5, 1, 0], []), ([5, 1, 0], [4, 1, 0, 3, 0], []),
            ([5, 1, 0], [5, 1, 9, 3, 0], []),
            ([5, 1, 0], [5, 2, 0, 3, 0], SOCKSHandshake.answer(.commandNotSupported)),
            ([5, 1, 0], [5, 1, 0, 9, 0], SOCKSHandshake.answer(.addressNotSupported)),
            ([5, 1, 0], [5, 1, 0, 1, 1, 2, 3, 4, 0, 80, 7], []),
        ] as [([UInt8], [UInt8], [UInt8])]
    )
    func refuses(before: [UInt8], bytes: [UInt8], answer: [UInt8]) {
        var handshake = SOCKSHandshake()
        if !before.isEmpty { _ = handshake.receive(before) }
        #expect(handshake.receive(bytes) == .end(answer))
        #expect(handshake.receive(Self.greeting) == .end([]))
    }
}
