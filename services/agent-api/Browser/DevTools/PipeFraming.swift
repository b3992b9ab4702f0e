//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Splits the bytes of the DevTools pipe into messages: each is UTF-8 JSON that ends with a NUL byte.
///
/// Pages decide how long messages get. No more of one is kept than the longest may be, and nothing of one that nobody listens to.
struct PipeFraming {
    /// The longest message, in bytes. A longer one is taken for a ``DevToolsMessage/substitute(head:tail:because:)``.
    static let maximumMessageLength = 16 << 20
    /// How much of the beginning and of the end of a longer one is kept.
    private static let endLength = 512

    private enum Mode {
        case collecting
        case skipping
        case cutting(head: [UInt8])
    }

    private var mode = Mode.collecting
    /// What has come of the message; its last bytes alone while it is cut.
    private var partial: [UInt8] = []

    /// Takes the next bytes and returns the messages that they complete, in order.
    ///
    /// - Throws: `BrowserError.protocolError` for a message that is too long and not of the protocol.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(BrowserError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = bytes[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, let end = memchr(base, 0, rest.count) {
            let length = base.distance(to: UnsafeRawPointer(end))
            take(UnsafeRawBufferPointer(start: base, count: length))
            if let message = try finish() { messages.append(message) }
            rest = rest.dropFirst(length + 1)
        }
        take(UnsafeRawBufferPointer(rebasing: rest))
        return messages
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        switch mode {
        case .skipping: break
        case .cutting:
            partial.append(contentsOf: bytes.suffix(Self.endLength))
            partial.removeFirst(max(partial.count - Self.endLength, 0))
        case .collecting:
            let isNew = partial.count < DevToolsMessage.longestName
            partial.append(contentsOf: bytes)
            if isNew, DevToolsMessage.isOfNoUse(partial) {
                mode = .skipping
                partial = []
            } else if partial.count > Self.maximumMessageLength {
                mode = .cutting(head: Array(partial.prefix(Self.endLength)))
                partial = Array(partial.suffix(Self.endLength))
            }
        }
    }

    private mutating func finish() throws(BrowserError) -> [UInt8]? {
        defer {
            mode = .collecting
            partial = []
        }
        switch mode {
        case .skipping: return nil
        // Empty messages carry nothing; there is nobody to tell of them.
        case .collecting: return partial.isEmpty ? nil : partial
        case .cutting(let head):
            let reason = "it is longer than \(Self.maximumMessageLength >> 20) MiB"
            return try DevToolsMessage.substitute(head: head, tail: partial, because: reason)
        }
    }
}
