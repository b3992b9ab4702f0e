//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// Names that resolve as a test wants.
struct NamedAddresses: HostResolver {
    var names: [String: [String]]

    func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        return (names[host] ?? []).compactMap { IPAddress($0) }
    }
}

/// An echo server that counts its connections.
final class EchoServer: Sendable {
    private let channel: any Channel
    private let accepted: Counter

    private final class Counter: Sendable {
        let count = Mutex(0)
    }

    private init(channel: any Channel, accepted: Counter) {
        self.channel = channel
        self.accepted = accepted
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var connections: Int { accepted.count.withLock { $0 } }

    static func with<Result>(
        host: String = "127.0.0.1",
        _ body: (EchoServer) async throws -> Result
    ) async throws -> Result {
        let counter = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                counter.count.withLock { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: host, port: 0).get()
        let server = EchoServer(channel: channel, accepted: counter)
        do {
            let result = try await body(server)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// A client of a gate, like the browser, byte by byte.
final class GateClient {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var pending = ByteBuffer()

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    static func with<Result: Sendable>(
        _ gate: EgressGate,
        _ body: (GateClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: gate.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { try await body(GateClient($0, $1)) }
    }

    func write(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    func endOutput() { outbound.finish() }

    /// Reads the given number of bytes, or fewer if the other side closes.
    func read(_ count: Int) async throws -> [UInt8] {
        while pending.readableBytes < count {
            guard let next = try? await inbound.next() else { break }
            pending.writeImmutableBuffer(next)
        }
        return pending.readBytes(length: min(count, pending.readableBytes)) ?? []
    }

    /// Requests a connection to a host by name, and returns the reply's code; `nil` if there is none.
    func connect(_ host: String, _ port: Int, command: UInt8 = 1) async throws -> UInt8? {
        try await write([5, 1, 0])
        guard try await read(2) == [5, 0] else { return nil }
        let name = Array(host.utf8)
        try await write([5, command, 0, 3, UInt8(name.count)] + name + [UInt8(port >> 8), UInt8(port & 0xFF)])
        let answer = try await read(10)
        return answer.count == 10 ? answer[1] : nil
    }

    func echoes(_ text: String = "GET / HTTP/1.1") async throws -> Bool {
        try await write(Array(text.utf8))
        return try await read(text.utf8.count) == Array(text.utf8)
    }
}

extension EgressGate {
    /// Runs a gate while the body runs.
    static func with<Result>(
        _ policy: EgressPolicy?,
        names: [String: [String]] = [:],
        mapping: String = "",
        maximumConnections: Int = 512,
        handshakeTimeout: Duration = .seconds(60),
        _ body: (EgressGate) async throws -> Result
    ) async throws -> Result {
        var configuration = Configuration(
            mapping: HostMapping(rules: mapping),
            resolver: NamedAddresses(names: names)
        )
        configuration.maximumConnections = maximumConnections
        configuration.handshakeTimeout = handshakeTimeout
        let gate = try await EgressGate.start(configuration)
        if let policy { gate.open(policy) }
        do {
            let result = try await body(gate)
            await gate.close()
            return result
        } catch {
            await gate.close()
            throw error
        }
    }
}
