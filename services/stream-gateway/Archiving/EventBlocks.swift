//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore

/// The events in the bytes that a viewer would get, without parsing their JSON.
package struct EventBlocks {
    package struct Block: Hashable, Sendable {
        /// The event's id.
        package var id: EntryID?

        /// The event's JSON, one line; `nil` for an id alone, which moves the cursor.
        package var json: String?
    }

    private let bytes: ByteBufferView
    private var position: Int

    package init(_ bytes: ByteBuffer) {
        self.bytes = bytes.readableBytesView
        position = self.bytes.startIndex
    }

    /// The next event.
    package mutating func next() -> Block? {
        var block: Block?
        while position < bytes.endIndex {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            let line = bytes[position..<end]
            position = end == bytes.endIndex ? end : end + 1
            if line.isEmpty {
                if let block { return block }
                continue
            }
            if line.starts(with: "data: ".utf8) {
                block = block ?? Block()
                block?.json = String(decoding: line.dropFirst(6), as: UTF8.self)
            } else if line.starts(with: "id: ".utf8) {
                block = block ?? Block()
                block?.id = EntryID(String(decoding: line.dropFirst(4), as: UTF8.self))
            }
        }
        return block
    }
}
