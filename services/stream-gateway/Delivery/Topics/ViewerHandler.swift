//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The only handler of a viewer's connection: tells the viewer what happens to its socket.
final class ViewerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let viewer: Viewer
    private var opening: (head: ByteBuffer, greeting: ByteBuffer)?

    /// - Parameters:
    ///   - head: What is written first.
    ///   - greeting: What tells the viewer that it is connected.
    init(_ viewer: Viewer, head: ByteBuffer, greeting: ByteBuffer) {
        self.viewer = viewer
        opening = (head, greeting)
    }

    func channelActive(context: ChannelHandlerContext) {
        if let (head, greeting) = opening.take() { self.viewer.start(head: head, greeting: greeting) }
    }

    /// A viewer has nothing to say.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    /// The service ends, and its connections with it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { viewer.finish() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) { viewer.end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
