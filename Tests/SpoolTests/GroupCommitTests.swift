//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Spool

@Suite("A group commit")
struct GroupCommitTests {
    private func entry(_ number: Int) -> SpoolEntry { SpoolEntry(run: "r", record: [UInt8(number)]) }

    @Test("Collects what arrives during another commit as one batch")
    func batches() {
        var commits = GroupCommit()
        let first = commits.append([entry(1)])
        #expect(commits.next() == .init(entries: [entry(1)], removals: []))
        let second = commits.append([entry(2), entry(3)])
        let third = commits.remove([7])
        let fourth = commits.append([entry(4)])
        #expect(commits.next() == nil, "one at a time")

        commits.done([.init(generation: 0, row: 1)])
        #expect(commits.isSettled(first))
        #expect(!commits.isSettled(second))
        #expect(commits.next() == .init(entries: [entry(2), entry(3), entry(4)], removals: [7]))
        commits.done((2...4).map { .init(generation: 0, row: $0) })
        #expect(commits.takeResult(of: first)?.map(\.row) == [1])
        #expect(commits.takeResult(of: second)?.map(\.row) == [2, 3])
        #expect(commits.takeResult(of: third)?.isEmpty == true)
        #expect(commits.takeResult(of: fourth)?.map(\.row) == [4])
        #expect(commits.next() == nil, "nothing is left")
    }

    @Test("That fails completes its tickets without a result, and is followed by the next")
    func failure() {
        var commits = GroupCommit()
        let first = commits.append([entry(1)])
        _ = commits.next()
        commits.done(nil)
        #expect(commits.isSettled(first))
        #expect(commits.takeResult(of: first) == nil)
        let second = commits.append([entry(2)])
        #expect(commits.next() == .init(entries: [entry(2)], removals: []))
        commits.done([.init(generation: 1, row: 1)])
        #expect(commits.takeResult(of: second) == [.init(generation: 1, row: 1)])
    }
}
