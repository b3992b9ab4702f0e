//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOWebSocket

/// Hands a WebSocket's messages on, answers its pings, and notices a connection on which nothing comes any more.
final class DevToolsSocketHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// How often the other side is asked whether it is there. After twice this time without a sign it is not.
    static let pingInterval = TimeAmount.seconds(10)

    /// The longest frame, in bytes, which is read as a whole. Messages may be too long for us all the same, see ``PipeFraming``.
    static let maximumFrameLength = 256 << 20

    private let receive: @Sendable ([UInt8]) throws -> Void
    private let end: @Sendable (String) -> Void
    // Used on the channel's event loop alone.
    private var pings: RepeatedTask?
    private var hasHeard = true
    private var framing = PipeFraming()
    private var reason: String?
    private var hasEnded = false

    init(receive: @escaping @Sendable ([UInt8]) throws -> Void, end: @escaping @Sendable (String) -> Void) {
        self.receive = receive
        self.end = end
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        pings = context.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.pingInterval,
            delay: Self.pingInterval
        ) { [weak self] _ in
            self?.ping(channel)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        pings?.cancel()
        pings = nil
    }

    private func ping(_ channel: any Channel) {
        guard hasHeard else {
            reason = "does not answer any more"
            channel.close(promise: nil)
            return
        }
        hasHeard = false
        let frame = WebSocketFrame(fin: true, opcode: .ping, maskKey: .random(), data: ByteBuffer())
        channel.writeAndFlush(frame, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasHeard = true
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        // Screenshots and snapshots come in many frames.
        case .text, .binary, .continuation:
            do {
                let data = frame.unmaskedData
                var messages = try data.withUnsafeReadableBytes { try framing.feed($0) }
                if frame.fin { messages += try withUnsafeBytes(of: UInt8(0)) { try framing.feed($0) } }
                for message in messages { try receive(message) }
            } catch {
                reason = "sent what is not the protocol: \(error)"
                context.close(promise: nil)
            }
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            reason = reason ?? "closed the connection"
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = reason ?? "broke the connection: \(error)"
        context.close(promise: nil)
    }

    private func finish() {
        guard !hasEnded else { return }
        hasEnded = true
        pings?.cancel()
        pings = nil
        end(reason ?? "closed the connection")
    }
}
