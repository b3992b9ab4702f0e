//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import ServiceKit

/// Makes the body of an HTTP response of the bytes that a viewer writes to its channel.
///
/// It comes behind all that HTTP needs, and before the viewer's own handler.
final class SharedResponse: ChannelDuplexHandler {
    typealias InboundIn = Any
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTPResponsePart

    private let isMultiplexed: Bool
    private var hasEnded = false

    private init(isMultiplexed: Bool) { self.isMultiplexed = isMultiplexed }

    /// Writes the head of the response, and lets the owner write the rest. Call it on the event loop.
    static func begin(
        on channel: any Channel,
        owner: ConnectionTakeover.Owner,
        head: HTTPResponse
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let isMultiplexed = channel.isMultiplexed
        // It ends a connection that is quiet, and does not pass on that the connection has gone.
        pipeline.removeHandler(
            context: try pipeline.context(handlerType: HTTPConnectionStateHandler.self),
            promise: nil
        )
        let response = SharedResponse(isMultiplexed: isMultiplexed)
        try pipeline.addHandler(response)
        try owner(channel, ByteBuffer(), false)
        channel.triggerUserOutboundEvent(ViewerBegins(), promise: nil)
        let context = try pipeline.context(handler: response)
        var head = head
        head.headerFields[.contentLength] = nil
        head.headerFields[.date] = ByteBuffer.date()
        if !isMultiplexed { head.headerFields[.connection] = "close" }
        context.write(NIOAny(HTTPResponsePart.head(head)), promise: nil)
        // For the owner the connection begins here.
        context.fireChannelActive()
    }

    /// Asks the owner to end, because the service does. Call it on the event loop.
    static func end(on channel: any Channel) {
        guard let context = try? channel.pipeline.syncOperations.context(handlerType: SharedResponse.self) else {
            return
        }
        context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    /// What the client sends is not the viewer's.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelActive(context: ChannelHandlerContext) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // All connections are told at once that the service ends; the viewers go one after the other.
        if event is ChannelShouldQuiesceEvent { return }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = unwrapOutboundIn(data)
        guard bytes.readableBytes > 0, !hasEnded else {
            promise?.succeed()
            return
        }
        context.write(wrapOutboundOut(.body(bytes)), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        guard !hasEnded else {
            promise?.succeed()
            return
        }
        hasEnded = true
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: isMultiplexed ? promise : nil)
        if !isMultiplexed { context.close(mode: .output, promise: promise) }
    }
}
