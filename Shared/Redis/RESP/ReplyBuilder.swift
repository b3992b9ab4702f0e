//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Collects the values that hiredis's reader reports, and turns a complete reply into a ``RESPValue``.
///
/// The reader reports values depth first: an array, then its elements, each with its own elements. So a flat list is
/// structure enough, and all strings of a reply share one buffer.
struct ReplyBuilder {
    private enum Node {
        case null
        case integer(Int64)
        case simpleString(Range<Int>)
        case bulkString(Range<Int>)
        case error(Range<Int>)
        case array(count: Int)
        case omitted(byteCount: Int)
    }

    enum StringKind {
        case simple
        case bulk
        case error
    }

    /// The most bytes of strings to keep of a reply.
    private let limit: Int
    /// The most values to keep of a reply. Together they take about as many bytes again.
    private let mostNodes: Int
    private var nodes: [Node] = []
    private var bytes = ByteBuffer()
    /// The size of the values beyond that limit; `nil` if there are none.
    private var cutBytes: Int?

    init(limit: Int = .max) {
        self.limit = limit
        mostNodes = max(1_000, limit / MemoryLayout<Node>.stride)
    }

    /// Whether a string of that length fits.
    func hasRoom(for length: Int) -> Bool {
        length <= limit - bytes.writerIndex
    }

    private mutating func append(_ node: Node, byteCount: Int) {
        if cutBytes == nil, nodes.count < mostNodes {
            nodes.append(node)
        } else {
            cutBytes = (cutBytes ?? 0) &+ byteCount
        }
    }

    mutating func appendNull() {
        append(.null, byteCount: 0)
    }

    mutating func appendInteger(_ value: Int64) {
        append(.integer(value), byteCount: 8)
    }

    /// Appends the place of a string that is omitted.
    mutating func appendOmitted(byteCount: Int) {
        append(.omitted(byteCount: byteCount), byteCount: byteCount)
    }

    /// - Parameter count: The number of elements that follow. It is untrusted, so no memory is reserved for it.
    mutating func appendArray(count: Int) {
        append(.array(count: count), byteCount: 0)
    }

    mutating func appendString(_ kind: StringKind, _ string: UnsafeRawBufferPointer) {
        guard cutBytes == nil, hasRoom(for: string.count) else {
            appendOmitted(byteCount: string.count)
            return
        }
        let start = bytes.writerIndex
        bytes.writeBytes(string)
        let range = start..<bytes.writerIndex
        switch kind {
        case .simple: append(.simpleString(range), byteCount: string.count)
        case .bulk: append(.bulkString(range), byteCount: string.count)
        case .error: append(.error(range), byteCount: string.count)
        }
    }

    /// Returns the finished reply and empties the builder.
    ///
    /// - Returns: Nil if the nodes do not form exactly one value, which would be a defect.
    mutating func finish() -> RESPValue? {
        defer {
            nodes.removeAll(keepingCapacity: nodes.capacity <= 1_024)
            // The values share the buffer's storage, so the next reply needs a new one.
            bytes = ByteBuffer()
            cutBytes = nil
        }
        var position = 0
        guard let value = value(at: &position), position == nodes.count else { return nil }
        return value
    }

    /// Recursion is safe: the reader rejects replies with more than eight nested arrays.
    private func value(at position: inout Int) -> RESPValue? {
        guard position < nodes.count else { return nil }
        let node = nodes[position]
        position += 1
        switch node {
        case .null: return .null
        case .integer(let value): return .integer(value)
        case .omitted(let byteCount): return .omitted(byteCount: byteCount)
        case .simpleString(let range): return .simpleString(text(range))
        case .error(let range): return .error(text(range))
        case .bulkString(let range):
            return bytes.getSlice(at: range.lowerBound, length: range.count).map { .bulkString($0) }
        case .array(let count):
            var elements: [RESPValue] = []
            elements.reserveCapacity(min(count, nodes.count - position))
            for _ in 0..<count {
                if let cutBytes, position == nodes.count {
                    elements.append(.omitted(byteCount: cutBytes))
                    break
                }
                guard let element = value(at: &position) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes.readableBytesView[range], as: UTF8.self)
    }
}
