//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// A viewer that reads all that comes, and looks at none of it.
final class DiscardingViewer {
    /// How many bytes came, with the head.
    private(set) var bytes = 0

    private var socket: Int32
    private let request: [UInt8]
    private let token: Int
    private let poller: Poller
    private var isSent = false
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)

    /// Above the numbers of viewers and publishers.
    static let firstToken = 1 << 40

    /// - Parameter token: From 0.
    init(_ request: [UInt8], port: UInt16, token: Int, poller: Poller) throws(LoadError) {
        self.request = request
        self.token = Self.firstToken + token
        self.poller = poller
        socket = try Socket.connect(port: port)
        try poller.add(socket, token: self.token, writable: true)
    }

    deinit {
        if self.socket >= 0 { close(self.socket) }
        buffer.deallocate()
    }

    /// Does what its socket is ready for.
    func receive() throws(LoadError) {
        if self.socket < 0 { return }
        if !isSent {
            guard try Socket.send(self.request[...], to: self.socket) == self.request.count else {
                throw LoadError("a request did not fit into an empty socket")
            }
            isSent = true
            try poller.update(self.socket, token: token, writable: false)
            return
        }
        guard let count = try Socket.receive(from: self.socket, into: buffer) else { return }
        bytes += count
        if count > 0 { return }
        close(self.socket)
        self.socket = -1
    }
}
