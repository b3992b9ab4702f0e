//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// What the end of a payload says of its entry's place in the stream: `,"prev":"<id>","id":"<id>"}`. Only a script that
/// stores and publishes in one step can know both ids.
struct PayloadLink {
    /// The entry before it; zero for a stream's first.
    var previous: EntryID

    /// The entry itself.
    var id: EntryID

    /// Two ids of at most 41 characters, and what stands around them.
    private static let longest = 2 * 41 + 20

    init?(_ payload: ByteBuffer) {
        let link: (EntryID, EntryID)? = payload.withUnsafeReadableBytes { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            var rest = bytes[max(0, bytes.count - Self.longest)...]
            guard let id = Self.takeID(from: &rest, ending: #""}"#, after: #""id":""#),
                let previous = Self.takeID(from: &rest, ending: #"","#, after: #","prev":""#)
            else { return nil }
            return (previous, id)
        }
        guard let link else { return nil }
        (self.previous, self.id) = link
    }

    private static func takeID(
        from rest: inout Slice<UnsafeBufferPointer<UInt8>>,
        ending: StaticString,
        after name: StaticString
    ) -> EntryID? {
        guard Self.drop(ending, from: &rest) else { return nil }
        let end = rest.endIndex
        while let last = rest.last, last != UInt8(ascii: "\"") { rest.removeLast() }
        let id = EntryID(ascii: UnsafeBufferPointer(rebasing: rest.base[rest.endIndex..<end]))
        guard let id, Self.drop(name, from: &rest) else { return nil }
        return id
    }

    private static func drop(_ text: StaticString, from rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard rest.suffix(expected.count).elementsEqual(expected) else { return false }
        rest.removeLast(expected.count)
        return true
    }
}
