//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Delivery

@Suite("A viewer's way through the stream")
struct StreamCursorTests {
    @Test("Tells what is missing between two numbers, and at the beginning")
    func numbers() {
        var cursor = StreamCursor(after: .zero, seq: 0)
        let first = cursor.take(record(3))
        #expect(first?.after == nil)
        #expect(first?.missed == 2)
        #expect(cursor.take(record(4)) == nil)
        let second = cursor.take(record(9))
        #expect(second?.after == id(4))
        #expect(second?.missed == 4)
        #expect(cursor.take(foreign(10, "theirs")) == nil)
        #expect(cursor.take(record(11).numbered(10)) == nil)
    }

    @Test("Tells of a position that is gone, once")
    func lostPosition() {
        var cursor = StreamCursor(after: id(3), seq: nil)
        #expect(cursor.isUnchecked)
        cursor.check(nil)
        let gap = cursor.take(record(7))
        #expect(gap?.after == id(3))
        #expect(gap != nil && gap?.missed == nil)
        #expect(cursor.take(record(8)) == nil)
    }

    @Test("Goes on from a position that is there")
    func resumed() {
        var cursor = StreamCursor(after: id(3), seq: nil)
        cursor.check(record(3))
        #expect(cursor.take(record(4)) == nil)
        #expect(cursor.position == id(4))
    }

    @Test("Begins before the oldest of the last records", arguments: [0, 5])
    func tail(sequence: UInt64) {
        var cursor = StreamCursor(tail: 3)
        let oldest = EntryID(milliseconds: 1000, sequence: sequence)
        cursor.begin(before: oldest)
        #expect(cursor.position < oldest)
        #expect(cursor.tail == nil)
    }
}
