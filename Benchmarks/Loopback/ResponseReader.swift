//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads an HTTP/1.1 response from a socket: its head, then its decoded body.
package struct ResponseReader {
    /// Whether the transfer coding of the body is invalid.
    package var isMalformed: Bool { chunks?.isMalformed ?? false }

    /// Whether the last chunk of the body was received.
    package var isDone: Bool { chunks?.isDone ?? false }

    private var unread: [UInt8] = []
    private var chunks: ChunkDecoder?

    package init() {}

    /// Reads until the head is complete.
    ///
    /// - Returns: The head, with the received part of the body for ``readBody(_:take:)``; `nil` if it is incomplete.
    /// - Throws: ``LoadError`` if it is not a response.
    package mutating func readHead(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(LoadError) -> (head: ResponseHead, body: [UInt8])? {
        unread.append(contentsOf: bytes)
        guard let head = try ResponseHead(unread) else { return nil }
        if head.isChunked { chunks = ChunkDecoder() }
        let body = Array(unread[head.length...])
        unread = []
        return (head, body)
    }

    /// Reads the body after the head.
    ///
    /// - Parameter take: Receives each piece of content.
    package mutating func readBody(
        _ bytes: UnsafeBufferPointer<UInt8>,
        take: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard var chunks else { return take(bytes) }
        var input = bytes
        while let piece = chunks.next(&input) { take(piece) }
        self.chunks = chunks
    }
}
