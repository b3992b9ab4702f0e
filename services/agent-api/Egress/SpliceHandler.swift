//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// One of two joined connections: data received here is sent there. Reading follows the other side's pace
/// (back-pressure), a half-close is passed on, and closing one connection closes the other.
///
/// Both connections are on the same event loop.
final class SpliceHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let halfClosedTimeout: Duration
    private var partner: SpliceHandler?
    private var context: ChannelHandlerContext?
    /// A read delayed until the partner is writable.
    private var hasPendingRead = false
    /// Runs while one direction has ended and the other is idle.
    private var idleTimer: Scheduled<Void>?
    private var hasOutputEnded = false

    private init(halfClosedTimeout: Duration) {
        self.halfClosedTimeout = halfClosedTimeout
    }

    /// Creates the two handlers.
    static func pair(halfClosedTimeout: Duration) -> (SpliceHandler, SpliceHandler) {
        let first = SpliceHandler(halfClosedTimeout: halfClosedTimeout)
        let second = SpliceHandler(halfClosedTimeout: halfClosedTimeout)
        first.partner = second
        second.partner = first
        return (first, second)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if !context.channel.isActive { end() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partner?.send(Self.unwrapInboundIn(data))
        if hasOutputEnded { startIdleTimer(context) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        partner?.context?.flush()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { partner?.endOutput() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { partner?.resumeReading() }
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        if let partner = self.partner, !partner.canWrite {
            hasPendingRead = true
        } else {
            context.read()
        }
    }

    private var canWrite: Bool { context?.channel.isWritable ?? true }

    private func resumeReading() {
        guard hasPendingRead else { return }
        hasPendingRead = false
        context?.read()
    }

    private func send(_ buffer: ByteBuffer) {
        context?.write(Self.wrapOutboundOut(buffer), promise: nil)
    }

    /// The other side will send nothing more.
    private func endOutput() {
        guard let context = self.context, !hasOutputEnded else { return }
        hasOutputEnded = true
        context.close(mode: .output, promise: nil)
        startIdleTimer(context)
    }

    private func startIdleTimer(_ context: ChannelHandlerContext) {
        idleTimer?.cancel()
        let channel = context.channel
        idleTimer = context.eventLoop.scheduleTask(in: TimeAmount(halfClosedTimeout)) {
            channel.close(promise: nil)
        }
    }

    private func end() {
        idleTimer?.cancel()
        idleTimer = nil
        guard let partner = self.partner else { return }
        self.partner = nil
        partner.partner = nil
        // Data already written is still sent.
        partner.context?.flush()
        partner.context?.close(promise: nil)
    }
}
