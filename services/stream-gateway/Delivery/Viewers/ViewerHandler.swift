//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The only handler of a viewer's connection: tells the viewer what happens to its socket.
final class ViewerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let viewer: Viewer
    private var prelude: ByteBuffer?

    /// - Parameter prelude: What is written first.
    init(_ viewer: Viewer, prelude: ByteBuffer) {
        self.viewer = viewer
        self.prelude = prelude
    }

    func channelActive(context: ChannelHandlerContext) {
        if let prelude = self.prelude.take() { self.viewer.start(prelude: prelude) }
    }

    /// A viewer has nothing to say.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelInactive(context: ChannelHandlerContext) { self.viewer.end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
