//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Gateway

@Suite("The latest changes")
struct ChangeRingTests {
    private func id(_ milliseconds: Int) -> EntryID { EntryID(milliseconds: UInt64(milliseconds), sequence: 0) }

    private func changes(_ ids: ClosedRange<Int>) -> [Change] { ids.map { Change(id: id($0), run: nil) } }

    @Test("Are those behind any place from the beginning on, and no more than were asked for")
    func places() {
        var ring = ChangeRing(after: id(10), capacity: 5)
        #expect(ring.changes(after: id(10), limit: 5) == [])
        ring.append(changes(11...14))
        #expect(ring.changes(after: id(10), limit: 3) == changes(11...13))
        #expect(ring.changes(after: id(12), limit: 3) == changes(13...14))
        #expect(ring.changes(after: id(14), limit: 3) == [])
        #expect(ring.changes(after: id(9), limit: 3) == nil)
        #expect(ring.changes(after: id(15), limit: 3) == nil)
    }

    @Test("Push the oldest ones out, behind which only the stream can look")
    func capacity() {
        var ring = ChangeRing(after: id(10), capacity: 5)
        for first in stride(from: 11, to: 41, by: 3) { ring.append(changes(first...first + 2)) }
        #expect(ring.end == id(40))
        #expect(ring.start > id(30))
        #expect(ring.changes(after: id(10), limit: 100) == nil)
        #expect(ring.changes(after: id(36), limit: 100) == changes(37...40))
    }

    @Test("Do not answer for a stream that was there before this one")
    func earlierStream() {
        var ring = ChangeRing(after: .zero, capacity: 5)
        ring.append(changes(20...21))
        #expect(ring.changes(after: .zero, limit: 5) == changes(20...21))
        #expect(ring.changes(after: id(20), limit: 5) == changes(21...21))
        #expect(ring.changes(after: id(15), limit: 5) == nil)
    }
}
