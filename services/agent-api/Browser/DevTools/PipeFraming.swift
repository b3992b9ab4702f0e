//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Splits the bytes of the DevTools pipe into messages: each is UTF-8 JSON that ends with a NUL byte.
struct PipeFraming {
    /// A message that comes without an end must not fill the memory.
    static let maximumMessageLength = 256 << 20

    private var partial: [UInt8] = []

    /// Takes the next bytes and returns the messages that they complete, in order.
    ///
    /// - Throws: `BrowserError.protocolError` when a message is longer than ``maximumMessageLength``.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(BrowserError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0) {
            partial.append(contentsOf: bytes[start..<end])
            // Empty messages carry nothing; there is nobody to tell of them.
            if !partial.isEmpty { messages.append(partial) }
            partial = []
            start = end + 1
        }
        partial.append(contentsOf: bytes[start...])
        guard partial.count <= Self.maximumMessageLength else {
            partial = []
            throw BrowserError(
                .protocolError,
                "the browser sent a message of more than \(Self.maximumMessageLength >> 20) MiB"
            )
        }
        return messages
    }
}
