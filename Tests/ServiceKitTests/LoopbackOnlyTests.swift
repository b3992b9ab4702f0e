//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ServiceKit
import Testing

@Suite("Serving this machine only")
struct LoopbackOnlyTests {
    private func context(from address: SocketAddress?) async -> ServiceContext {
        let channel = NIOAsyncTestingChannel()
        channel.remoteAddress = address
        let context = ServiceContext(source: .init(channel: channel, logger: Logger(label: "test")))
        return context
    }

    private func status(from address: SocketAddress?) async throws -> HTTPResponse.Status {
        let request = Request(
            head: .init(method: .get, scheme: "http", authority: "h", path: "/"),
            body: .init(buffer: ByteBuffer())
        )
        do {
            let context = await self.context(from: address)
            return try await LoopbackOnly().handle(request, context: context) { _, _ in Response(status: .ok) }.status
        } catch let problem as Problem {
            #expect(problem.detail.contains("AUTH_DISABLED=1"))
            return problem.status
        }
    }

    @Test("This machine is served", arguments: ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
    func loopback(address: String) async throws {
        #expect(try await status(from: SocketAddress(ipAddress: address, port: 40_000)) == .ok)
    }

    @Test(
        "Other clients get a problem 403 that says what to set",
        arguments: [
            "10.0.0.1", "192.168.1.2", "8.8.8.8", "0.0.0.0", "128.0.0.1", "fe80::1", "::", "::ffff:10.0.0.1",
            "::127.0.0.1", "2001:db8::1",
        ]
    )
    func others(address: String) async throws {
        #expect(try await status(from: SocketAddress(ipAddress: address, port: 40_000)) == .forbidden)
    }

    @Test("A Unix domain socket is this machine, an unknown address is not")
    func noAddress() async throws {
        #expect(try await status(from: SocketAddress(unixDomainSocketPath: "/tmp/s")) == .ok)
        #expect(try await status(from: nil) == .forbidden)
    }
}
