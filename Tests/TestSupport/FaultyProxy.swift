//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Synchronization

/// What goes wrong on the way of each connection through a ``FaultyProxy``, in both directions.
package struct NetworkFaults: Sendable {
    /// How long each piece of data is under way. Pieces keep their order.
    package var delay: ClosedRange<Int64> = 0...0

    /// After how many bytes of answers the connection is reset (RST), in the middle of whatever is on its way.
    package var reset: ClosedRange<Int>?

    /// After how many bytes of answers nothing passes any more, while both sides keep their connection.
    package var freeze: ClosedRange<Int>?

    /// Answers are held back until there are so many bytes of them, as a proxy does that buffers.
    package var buffer = 0

    /// Data passes in pieces of this many bytes.
    package var piece = Int.max

    /// How many connections are broken. Those that are made later are only slow.
    package var broken = Int.max

    package init() {}
}

/// A TCP proxy on 127.0.0.1 that breaks what goes through it.
package final class FaultyProxy: Sendable {
    private let faults: NetworkFaults
    private let channels = Mutex<[any Channel]>([])

    /// The port that it listens on.
    package var port: Int { bound.withLock(\.self) }
    private let bound = Mutex(0)

    /// How many connections were made.
    package var connections: Int { made.withLock(\.self) }
    private let made = Mutex(0)

    /// How many connections were reset or have fallen silent.
    package var broken: Int { hurt.withLock(\.self) }
    private let hurt = Mutex(0)

    private init(_ faults: NetworkFaults) { self.faults = faults }

    /// Runs a proxy to a port while the body runs.
    package static func with<Result>(
        to port: Int,
        _ faults: NetworkFaults,
        isolation: isolated (any Actor)? = #isolation,
        body: (FaultyProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = FaultyProxy(faults)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { client in proxy.connect(client, to: port) }
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

    private func connect(_ client: any Channel, to port: Int) -> EventLoopFuture<Void> {
        var faults = faults
        made.withLock { made in
            made += 1
            if made > faults.broken { (faults.reset, faults.freeze) = (nil, nil) }
        }
        return ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port)
            .flatMapThrowing { [self, faults] server in
                let answers = Passage(to: client, from: server, faults, isAnswer: true) { [self] in
                    hurt.withLock { $0 += 1 }
                }
                try server.pipeline.syncOperations.addHandler(answers)
                try client.pipeline.syncOperations.addHandler(Passage(to: server, from: client, faults) {})
                channels.withLock { $0 += [client, server] }
            }
    }

    private func close(_ server: any Channel) async {
        try? await server.close()
        for channel in channels.withLock(\.self) { try? await channel.close() }
    }
}

/// One direction of a connection.
private final class Passage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let own: any Channel
    private let faults: NetworkFaults
    private let isAnswer: Bool
    private let onFault: () -> Void
    private var untilReset: Int?
    private var untilFreeze: Int?
    private var held = ByteBuffer()
    private var isFrozen = false

    /// When the last piece arrives: none overtakes it.
    private var last = NIODeadline.now()

    init(
        to peer: any Channel,
        from own: any Channel,
        _ faults: NetworkFaults,
        isAnswer: Bool = false,
        onFault: @escaping () -> Void
    ) {
        self.peer = peer
        self.own = own
        self.faults = faults
        self.isAnswer = isAnswer
        self.onFault = onFault
        untilReset = isAnswer ? faults.reset.map { .random(in: $0) } : nil
        untilFreeze = isAnswer ? faults.freeze.map { .random(in: $0) } : nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !isFrozen else { return }
        if let left = untilFreeze {
            untilFreeze = left - bytes.readableBytes
            if left <= bytes.readableBytes {
                bytes = bytes.readSlice(length: left) ?? bytes
                isFrozen = true
                onFault()
            }
        }
        var resets = false
        if let left = untilReset {
            untilReset = left - bytes.readableBytes
            if left <= bytes.readableBytes {
                bytes = bytes.readSlice(length: left) ?? bytes
                resets = true
            }
        }
        if isAnswer, faults.buffer > 0 {
            held.writeBuffer(&bytes)
            guard held.readableBytes >= faults.buffer else { return }
            bytes = held
            held = ByteBuffer()
        }
        while let piece = bytes.readSlice(length: min(faults.piece, bytes.readableBytes)), piece.readableBytes > 0 {
            later { [peer] in peer.writeAndFlush(piece, promise: nil) }
        }
        if resets {
            onFault()
            later { [peer, own] in
                // Nothing that is unsent is sent any more: the other side gets a reset.
                let options = (peer as? any SocketOptionProvider)
                options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in peer.close(promise: nil) }
                own.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let rest = held
        later { [peer, isFrozen] in
            if isFrozen { return }
            if rest.readableBytes > 0 { peer.writeAndFlush(rest, promise: nil) }
            peer.close(promise: nil)
        }
    }

    private func later(_ action: @escaping () -> Void) {
        let time = max(last, .now() + .milliseconds(.random(in: faults.delay)))
        last = time
        own.eventLoop.assumeIsolated().scheduleTask(deadline: time, action)
    }
}
