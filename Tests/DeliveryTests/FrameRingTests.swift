//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

@Suite("The ring of frames")
struct FrameRingTests {
    private func log(_ levels: [LogLevel], batch: Int, limits: FrameRing.Limits = .init()) -> TopicLog {
        var log = TopicLog(limits: limits)
        log.load(page([]), at: moment())
        for (offset, level) in levels.enumerated() {
            log.receive(record(offset + 1, level: level))
            if (offset + 1) % batch == 0 { log.seal() }
        }
        log.seal()
        return log
    }

    @Test("Gives the same events from every index, however they came", arguments: [1, 3, 7, 100])
    func everyIndex(batch: Int) {
        var log = self.log(Array(repeating: .info, count: 100), batch: batch)
        for index in 0...100 {
            #expect(log.seen(from: index) == (index..<100).map { "line \($0 + 1)" })
        }
    }

    @Test("Gives a viewer that is far behind few buffers")
    func fewWrites() {
        var log = self.log(Array(repeating: .info, count: 1000), batch: 1)
        var index = 0
        var writes = 0
        while let slice = log.read(from: index, level: .debug, seen: SeenFrames(since: 0)) {
            index = slice.next
            writes += 1
        }
        #expect(index == 1000)
        #expect(writes < 20)
    }

    @Test("Filters by level, and moves the cursor past what it leaves out")
    func filter() throws {
        let levels: [LogLevel] = [.error, .info, .warning, .info, .debug]
        var log = self.log(levels, batch: 5)
        let read = log.read(from: 0, level: .warning, seen: SeenFrames(since: 0))
        let slice = try #require(read)
        #expect(slice.bytes.words == ["line 1", "line 3"])
        #expect(slice.lastID == id(5))
        #expect(String(buffer: slice.bytes).hasSuffix("\n\nid: \(id(5))\n\n"))
        #expect(log.seen(from: 1, level: .warning) == ["line 3"])
        #expect(log.seen(from: 3, level: .error) == [])
    }

    @Test("Lets the oldest go when it is full, by number and by size")
    func bounds() {
        var log = self.log(
            Array(repeating: .info, count: 100),
            batch: 1,
            limits: .init(frames: 10, bytes: 1 << 20, batchBytes: 1 << 10)
        )
        #expect(log.ring.endIndex - log.ring.startIndex <= 10)
        #expect(log.ring.endIndex == 100)
        #expect(log.read(from: 0, level: .debug, seen: SeenFrames(since: 0)) == nil)
        #expect(log.seen().last == "line 100")
        #expect(log.ring.base.id == id(log.ring.startIndex))

        var small = self.log(
            Array(repeating: .info, count: 100),
            batch: 1,
            limits: .init(frames: 1000, bytes: 4096, batchBytes: 1 << 10)
        )
        #expect(small.ring.endIndex - small.ring.startIndex < 30)
        #expect(small.seen().last == "line 100")
    }
}
