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
/// are full; this one is not nearly ever. What the kernel does not take is left to the channel, which says when it is
/// gone.
///
/// A class, because a write may find the socket closed and come back to the viewer, and from there to here, while it is
/// being made.
final class ViewerSocket {
    let channel: any Channel
    private let descriptor: CInt?

    /// How many writes the channel has not made yet.
    private var pending = 0

    init(_ channel: any Channel) {
        self.channel = channel
        self.descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self, \.self)
    }

    /// Whether all that was written is with the kernel.
    var isReady: Bool { self.pending == 0 }

    /// Writes bytes.
    ///
    /// - Returns: Done when the channel has made the write, if it has to; ``wrote()`` must then be called.
    func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void>? {
        var rest = bytes
        if self.pending == 0, let descriptor, self.channel.isActive {
            let sent = bytes.withUnsafeReadableBytes {
                send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            // An error is one for the channel as well, which closes on it.
            rest.moveReaderIndex(forwardBy: max(0, sent))
            if rest.readableBytes == 0 { return nil }
        }
        self.pending += 1
        return self.channel.writeAndFlush(rest)
    }

    /// A write that was left to the channel is done.
    func wrote() { self.pending -= 1 }
}
