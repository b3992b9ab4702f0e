//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Counts the streams of an HTTP/2 connection, which waits for its client only while it has none, and closes it whole at
/// the end of the service.
///
/// The connection is closed as soon as the last stream has written its end, before that is with the kernel, and what the
/// client sends at this moment would make the kernel take back what it has not sent yet. So the output is closed first,
/// behind all that was written, and the rest when the client closes too.
final class MultiplexedConnection: ChannelDuplexHandler {
    typealias InboundIn = Any
    typealias OutboundIn = Any

    private let entry: ConnectionTable.Entry
    private var streams = 0
    private var isEnding = false
    private var isClosing = false

    /// How long the client may take to close.
    private static let patience = TimeAmount.seconds(2)

    init(entry: ConnectionTable.Entry) { self.entry = entry }

    func streamOpened() {
        streams += 1
        if streams == 1 { entry.waits(since: nil) }
    }

    func streamClosed() {
        streams -= 1
        if streams == 0 { entry.waits(since: .now()) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { isEnding = true }
        context.fireUserInboundEventTriggered(event)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, isEnding, !isClosing else { return context.close(mode: mode, promise: promise) }
        isClosing = true
        let channel = context.channel
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.close(mode: .output, promise: nil) }
        let end = context.eventLoop.scheduleTask(in: Self.patience) { bound.value.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in end.cancel() }
        if let promise { channel.closeFuture.cascade(to: promise) }
    }
}
