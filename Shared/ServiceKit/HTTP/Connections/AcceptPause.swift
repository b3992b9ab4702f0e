//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Pauses accepting connections while the system has no descriptor or memory for another one, and closes some to make
/// room.
///
/// NIO's own handler leaves the listening socket registered, which keeps waking the event loop.
final class AcceptPause: ChannelDuplexHandler, Sendable {
    typealias InboundIn = any Channel
    typealias OutboundIn = any Channel

    private struct State {
        var isPaused = false
        var lastError: NIODeadline?
    }

    /// How long accepting is paused.
    private static let pause = TimeAmount.milliseconds(100)

    /// How many connections are closed at once to make room.
    private static let room = 16

    /// An error after this much time without one is logged again.
    private static let silence = TimeAmount.seconds(60)

    private let connections: ConnectionTable
    private let logger: Logger
    private let state: NIOLoopBoundBox<State>

    init(connections: ConnectionTable, logger: Logger, eventLoop: any EventLoop) {
        self.connections = connections
        self.logger = logger
        state = NIOLoopBoundBox(State(), eventLoop: eventLoop)
    }

    func read(context: ChannelHandlerContext) {
        if !state.value.isPaused { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        guard !state.value.isPaused else { return }
        let now = NIODeadline.now()
        if state.value.lastError.map({ now - $0 > Self.silence }) ?? true {
            logger.warning(
                "cannot accept more connections, closing those that have waited longest for their clients",
                metadata: ["reason": "\(String(cString: strerror(error.errnoCode)))"]
            )
        }
        state.value.lastError = now
        state.value.isPaused = true
        self.connections.makeRoom(Self.room)
        let channel = context.channel
        // Only after this error has been handled: handling it makes the channel read again.
        context.eventLoop.execute { channel.setOption(.autoRead, value: false).whenComplete { _ in } }
        context.eventLoop.scheduleTask(in: Self.pause) {
            self.state.value.isPaused = false
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }
}
