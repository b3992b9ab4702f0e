//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The socket of a viewer. It lives on the connection's event loop.
///
/// Bytes go to the kernel at once, past the channel's pipeline and its queue of pending writes, which are for sockets that
/// are full; this one hardly ever is. What the kernel does not take is left to the channel, which says when it is
/// gone.
///
/// A class, because a write may find the socket closed and come back to the viewer, and from there to here, while it is
/// being made.
final class ViewerSocket {
    let channel: any Channel
    private let descriptor: CInt?

    /// How many writes the channel has not made yet.
    private var pending = 0

    /// How many bytes they have.
    private var left: Int {
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// - Parameter isSocket: Whether the channel is nothing but its socket. With TLS it is not.
    init(_ channel: any Channel, isSocket: Bool) {
        self.channel = channel
        descriptor =
            isSocket ? try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self, \.self) : nil
    }

    /// Whether all that was written is with the kernel.
    var isReady: Bool { pending == 0 }

    /// Writes bytes.
    ///
    /// - Returns: Done when the channel has made the write, if it has to; ``wrote()`` must then be called.
    func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void>? {
        var rest = bytes
        if pending == 0, let descriptor, self.channel.isActive {
            let sent = bytes.withUnsafeReadableBytes {
                send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            // An error is one for the channel as well, which closes on it.
            rest.moveReaderIndex(forwardBy: max(0, sent))
            if rest.readableBytes == 0 { return nil }
        }
        pending += 1
        return self.channel.writeAndFlush(rest)
    }

    /// A write that was left to the channel is done.
    func wrote() { pending -= 1 }

    // MARK: Closing

    /// How long nothing may move, after the last write, before the connection is given up.
    private static let patience = TimeAmount.seconds(5)

    /// Closes the connection when the other side has fetched all that was written.
    ///
    /// Closing at once would take back what the kernel has not sent yet: the output first, then, when the other side has
    /// seen that and closes too, the rest; or when the other side has fetched nothing for a while.
    func close() {
        let channel = self.channel
        channel.close(mode: .output, promise: nil)
        closeUnlessMoving(since: unfetched)
    }

    private func closeUnlessMoving(since before: Int?) {
        let socket = NIOLoopBound(self, eventLoop: self.channel.eventLoop)
        let patience = self.channel.eventLoop.scheduleTask(in: Self.patience) {
            let left = socket.value.unfetched
            if let left, left > 0, left != before {
                socket.value.closeUnlessMoving(since: left)
            } else {
                socket.value.channel.close(promise: nil)
            }
        }
        self.channel.closeFuture.whenComplete { _ in patience.cancel() }
    }

    /// How many bytes are on their way: with the channel, or with the kernel and not yet acknowledged.
    private var unfetched: Int? {
        guard let descriptor, channel.isActive else { return nil }
        var queued: CInt = 0
        guard ioctl(descriptor, UInt(TIOCOUTQ), &queued) == 0 else { return nil }
        return Int(queued) + left
    }
}
