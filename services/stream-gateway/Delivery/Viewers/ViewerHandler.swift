//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Listens, at the socket's end of a connection's pipeline, for what concerns its viewer, and passes everything on.
final class ViewerHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let viewer: Viewer

    init(_ viewer: Viewer) {
        self.viewer = viewer
    }

    /// The socket takes more, or no more.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.fireChannelWritabilityChanged()
        if context.channel.isWritable { self.viewer.pump() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.viewer.end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.viewer.end()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its side is gone: nobody half-closes a connection to read on from it.
        if event as? ChannelEvent == .inputClosed { self.viewer.end() }
        context.fireUserInboundEventTriggered(event)
    }
}
