//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy in front of a Redis server that can drop the messages of subscriptions and pass everything else: it
/// simulates a dead subscription on a connection that looks healthy.
package final class MutableProxy: Sendable {
    /// The port of 127.0.0.1 that it listens on.
    package var port: Int { bound.withLock(\.self) }

    private let bound = Mutex(0)
    private let muted = Mutex<Set<ObjectIdentifier>>([])
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// The number of connections made so far.
    package var connectionCount: Int { total.withLock(\.self) }
    private let total = Mutex(0)

    /// How long a connection lasts.
    private let lifetime: Duration?

    private init(lifetime: Duration?) { self.lifetime = lifetime }

    /// Runs a proxy while the body runs.
    ///
    /// - Parameters:
    ///   - port: The port of the server.
    ///   - lifetime: How long a connection lasts; `nil` for as long as both sides want.
    package static func with<Result>(
        to port: Int,
        cuttingAfter lifetime: Duration? = nil,
        isolation: isolated (any Actor)? = #isolation,
        body: (MutableProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = MutableProxy(lifetime: lifetime)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { client in
                proxy.total.withLock { $0 += 1 }
                if let lifetime = proxy.lifetime {
                    client.eventLoop.scheduleTask(in: TimeAmount(lifetime)) { client.close(promise: nil) }
                }
                return ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { server in
                        try server.pipeline.syncOperations.addHandler(
                            Forwarder(to: client, proxy: proxy, isAnswer: true)
                        )
                        try client.pipeline.syncOperations.addHandler(
                            Forwarder(to: server, proxy: proxy, isAnswer: false)
                        )
                        proxy.connections.withLock { $0[ObjectIdentifier(client)] = client }
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.bound.withLock { $0 = server.localAddress?.port ?? 0 }
        do {
            let result = try await body(proxy)
            await proxy.close(server)
            return result
        } catch {
            await proxy.close(server)
            throw error
        }
    }

    /// Drops the messages on all current connections.
    package func mute() {
        let now = connections.withLock { Set($0.keys) }
        muted.withLock { $0 = now }
    }

    private func close(_ server: any Channel) async {
        try? await server.close()
        for client in connections.withLock(\.values) { try? await client.close() }
    }

    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let peer: any Channel
        private let proxy: MutableProxy
        private let isAnswer: Bool

        init(to peer: any Channel, proxy: MutableProxy, isAnswer: Bool) {
            self.peer = peer
            self.proxy = proxy
            self.isAnswer = isAnswer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if isAnswer, proxy.muted.withLock({ $0.contains(ObjectIdentifier(peer)) }),
                String(buffer: bytes).hasPrefix("*3\r\n$7\r\nmessage\r\n")
            {
                return
            }
            peer.writeAndFlush(bytes, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            peer.close(promise: nil)
        }
    }
}
