//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if os(Linux)
import Hosts
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Egress

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("The owner of a connection")
struct PeerOwnerTests {
    @Test("A connection of this process belongs to this user while it is open", arguments: ["127.0.0.1", "::1"])
    func own(host: String) async throws {
        let accepted = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: (any Channel).self)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { accepted.succeed(channel) }
            }
            .bind(host: host, port: 0).get()
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: server.localAddress?.port ?? 0).get()
        let channel = try await accepted.futureResult.get()
        try await eventually("the connection") { channel.isActive }
        #expect(PeerOwner(of: channel) == .user(geteuid()))
        try await client.close()
        try await eventually("the end of its other end") { PeerOwner(of: channel) == .nobody }
        // It may have seen the end already.
        try? await channel.close()
        try await server.close()
    }

    @Test(
        "Another user of the machine cannot use a gate or occupy its connections",
        .enabled(if: geteuid() == 0, "only root can be another user")
    )
    func others() async throws {
        try await withTemporaryDirectory { directory in
            try await EgressGate.with(.unrestricted, maximumConnections: 8) { gate in
                let script = """
                    for number in {1..50}; do
                        exec {connection}<>/dev/tcp/127.0.0.1/\(gate.port)
                        printf '\\5\\1\\0' >&$connection
                        echo "heard: $(head -c 2 <&$connection | wc -c)"
                    done 2>&1
                    echo all are open
                    sleep 600
                    """
                let process = try ChildProcess(
                    "/usr/bin/setpriv",
                    ["--reuid=65534", "--regid=65534", "--clear-groups", "/bin/bash", "-c", script],
                    outputPath: directory.file("output")
                )
                try await eventually("the other user to have connected") { process.output.contains("all are open") }
                #expect(
                    process.output.contains("heard: 0") && !process.output.contains("heard: 2"),
                    "\(process.output)"
                )
                #expect(gate.connectionCount == 0)
                let isServed = try await GateClient.with(gate) { client in
                    try await client.write([5, 1, 0])
                    return try await client.read(2) == [5, 0]
                }
                #expect(isServed)
                try await process.killGroup()
            }
        }
    }
}
#endif
