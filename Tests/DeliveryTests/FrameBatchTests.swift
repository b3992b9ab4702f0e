//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("How a tick's frames are divided")
struct FrameBatchTests {
    private func slices(_ log: inout TopicLog) -> [FrameRing.Slice] {
        log.seal()
        var slices: [FrameRing.Slice] = []
        var index = log.ring.startIndex
        while let slice = log.read(from: index, level: .debug, seen: SeenFrames(since: 0)) {
            slices.append(slice)
            index = slice.next
        }
        return slices
    }

    @Test("A batch has at most 64 KiB, and nothing is lost between two")
    func size() {
        let text = String(repeating: "x", count: 3000)
        var log = TopicLog.loaded((1...200).map { record($0, message: "\(text)\($0)") })
        let slices = self.slices(&log)
        #expect(slices.count > 9)
        #expect(slices.allSatisfy { $0.bytes.readableBytes <= 64 << 10 })
        #expect(slices.flatMap(\.bytes.words) == (1...200).map { "\(text)\($0)" })
    }

    @Test("A frame that is larger is a batch by itself")
    func large() {
        let text = String(repeating: "x", count: 100_000)
        var log = TopicLog.loaded([record(1), record(2, message: text), record(3)])
        #expect(slices(&log).map(\.bytes.words) == [["line 1"], [text], ["line 3"]])
    }

    @Test("None goes on past an end")
    func end() {
        var last = record(4)
        last.seq = 3
        var log = TopicLog.loaded([record(1), record(2, kind: .end), foreign(3, "late"), last])
        let slices = self.slices(&log)
        #expect(slices.map(\.bytes.words) == [["line 1", "end"], ["late", "line 4"]])
        #expect(slices.map(\.hasEnd) == [true, false])
    }
}
