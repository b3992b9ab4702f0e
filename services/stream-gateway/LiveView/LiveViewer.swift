//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// The only handler of a live view's connection. It lives on the connection's event loop.
///
/// It writes a picture only when the one before it is with the kernel, so a viewer costs one picture at most, however
/// slowly it reads.
final class LiveViewer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let channel: any Channel
    private var state: LiveViewerState
    private var opening: ByteBuffer?
    private var timer: Scheduled<Void>?
    private var writingSince: ContinuousClock.Instant?
    private var isOver = false

    /// How long a viewer may take for one picture.
    private static let patience = Duration.seconds(30)

    /// - Parameter head: What is written first.
    init(_ channel: any Channel, state: LiveViewerState, head: ByteBuffer) {
        self.channel = channel
        self.state = state
        var opening = head
        opening.writeImmutableBuffer(LivePart.opening)
        self.opening = opening
    }

    func channelActive(context: ChannelHandlerContext) {
        if let opening = self.opening.take() { context.writeAndFlush(NIOAny(opening), promise: nil) }
        advance()
    }

    /// A viewer has nothing to say.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    /// The service ends, and its connections with it.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { close() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) { stop() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// There is another picture.
    func show(_ part: LivePart, of requestID: Identifier) {
        state.take(part, of: requestID)
        advance()
    }

    /// A run has ended.
    func end(_ requestID: Identifier) {
        state.end(requestID)
        advance()
    }

    /// Ends, because the service does: at once, without what stands behind the last picture.
    func close() {
        stop()
        channel.close(promise: nil)
    }

    private func stop() {
        isOver = true
        timer?.cancel()
    }

    private func advance() {
        guard !isOver, opening == nil else { return }
        if let writingSince {
            if writingSince + Self.patience < .now { close() } else { wake(at: writingSince + Self.patience) }
            return
        }
        switch state.next(now: .now) {
        case .write(let part): write(part)
        case .wait(let until): wake(at: until)
        case .end:
            stop()
            let channel = self.channel
            channel.writeAndFlush(LivePart.closing).whenComplete { _ in channel.close(mode: .output, promise: nil) }
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
    }

    private func write(_ part: LivePart) {
        writingSince = .now
        wake(at: .now + Self.patience)
        let viewer = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.writeAndFlush(part.bytes).whenComplete { result in
            viewer.value.writingSince = nil
            viewer.value.state.wrote()
            if case .success = result { viewer.value.advance() } else { viewer.value.close() }
        }
    }

    private func wake(at instant: ContinuousClock.Instant) {
        timer?.cancel()
        let viewer = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let pause = max(.milliseconds(1), ContinuousClock.now.duration(to: instant))
        timer = channel.eventLoop.scheduleTask(in: TimeAmount(pause)) { viewer.value.advance() }
    }
}
