//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads a response of HTTP/1.1 from a socket: its head, then its body without the transfer coding.
package struct ResponseReader {
    /// Whether the body's coding is not what HTTP says.
    package var isMalformed: Bool { chunks?.isMalformed ?? false }

    /// Whether the body's last chunk has come.
    package var isDone: Bool { chunks?.isDone ?? false }

    private var unread: [UInt8] = []
    private var chunks: ChunkDecoder?

    package init() {}

    /// Reads on as long as the head is not complete.
    ///
    /// - Returns: The head with the bytes that have come of the body, for ``readBody(_:take:)``; `nil` when it is not
    ///   complete yet.
    /// - Throws: ``LoadError`` for what is no response.
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

    /// Reads on behind the head.
    ///
    /// - Parameter take: Is told each piece of content.
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
