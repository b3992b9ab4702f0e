//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix

/// Serves one connection of the browser: reads its destination, consults the gate, connects, and joins the two
/// connections.
final class GateHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let gate: EgressGate
    private var handshake = SOCKSHandshake()
    private var deadline: Scheduled<Void>?
    /// Set while connecting.
    private var resolver: FilteredResolver?

    init(gate: EgressGate) {
        self.gate = gate
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(gate.configuration.handshakeTimeout)) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        resolver?.cancelQueries()
    }

    func channelActive(context: ChannelHandlerContext) {
        guard gate.admit(context.channel) else {
            context.close(promise: nil)
            return
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch handshake.receive(Self.unwrapInboundIn(data).readableBytesView) {
        case .wait: break
        case .send(let bytes): send(bytes, context)
        case .end(let bytes):
            if !bytes.isEmpty { send(bytes, context) }
            context.close(promise: nil)
        case .connect(let host, let port):
            deadline?.cancel()
            serve(host, port, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A browser that closes before it is connected does not need the connection.
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func serve(_ host: String, _ port: Int, _ context: ChannelHandlerContext) {
        switch gate.decide(host: host, port: port) {
        case .fail(let failure): answer(failure.reply, context)
        case .connect(let destination, let destinationPort, let schemes, let policy, let use):
            let asked = ConnectionRequest(host: host, port: port, schemes: schemes, use: use)
            let resolver = FilteredResolver(
                host: destination,
                port: destinationPort,
                source: gate.configuration.resolver,
                gate: ObjectIdentifier(gate),
                policy: policy,
                eventLoop: context.eventLoop
            )
            self.resolver = resolver
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .resolver(resolver)
                .connectTimeout(TimeAmount(gate.configuration.connectTimeout))
                .channelOption(.allowRemoteHalfClosure, value: true)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.autoRead, value: false)
                .connect(host: destination, port: destinationPort)
                .whenComplete { result in
                    let (handler, context) = bound.value
                    handler.resolver = nil
                    switch result {
                    case .success(let remote): handler.join(remote, asked, context)
                    case .failure(let error):
                        let failure = ConnectionFailure(error, of: asked, outcome: resolver.outcome)
                        handler.gate.failed(asked, failure)
                        handler.answer(failure.reply, context)
                    }
                }
        }
    }

    /// Joins the browser's connection and the one to the destination.
    private func join(_ remote: any Channel, _ asked: ConnectionRequest, _ context: ChannelHandlerContext) {
        guard context.channel.isActive, self.gate.isCurrent(asked.use) else {
            remote.close(promise: nil)
            context.close(promise: nil)
            return
        }
        let gate = self.gate
        gate.failed(asked, nil)
        let (near, far) = SpliceHandler.pair(halfClosedTimeout: gate.configuration.halfClosedTimeout)
        let guarding = SchemeGuard(schemes: asked.schemes) { scheme in
            gate.failed(asked, .refused(asked.refusal(EgressRefusal.notAllowedScheme(scheme))))
        }
        do {
            try context.pipeline.syncOperations.addHandlers(guarding, near)
            try remote.pipeline.syncOperations.addHandler(far)
        } catch {
            remote.close(promise: nil)
            context.close(promise: nil)
            return
        }
        send(SOCKSHandshake.answer(.succeeded), context)
        let channel = context.channel
        context.pipeline.syncOperations.removeHandler(self).flatMap {
            remote.setOption(.autoRead, value: true)
        }.whenFailure { _ in
            channel.close(promise: nil)
        }
    }

    private func answer(_ reply: SOCKSHandshake.Reply, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        send(SOCKSHandshake.answer(reply), context)
        context.close(promise: nil)
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
}
