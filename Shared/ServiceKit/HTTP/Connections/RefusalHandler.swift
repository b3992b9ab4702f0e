//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import NIOCore

/// Answers 503 on a connection that there is no room for, whatever the request, and closes it.
final class RefusalHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long the client may take to read the response.
    private static let patience = TimeAmount.milliseconds(500)

    func channelActive(context: ChannelHandlerContext) {
        let requestID = RequestID()
        let body = Problem(.serviceUnavailable, "The service has reached its limit of connections.").json(
            instance: nil,
            requestID
        )
        let head = [
            "HTTP/1.1 503 Service Unavailable", "Content-Type: application/problem+json",
            "Content-Length: \(body.count)", "Retry-After: 1", "Connection: close",
            "X-Request-Id: \(requestID)", "", "",
        ]
        var bytes = ByteBuffer(string: head.joined(separator: "\r\n"))
        bytes.writeBytes(body)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        let channel = context.channel
        channel.close(mode: .output, promise: nil)
        let patience = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in patience.cancel() }
    }

    /// Input is read and dropped: closing with unread input would discard the response.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }
}
