//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Testing

@testable import Delivery

/// A publisher that stores and publishes, a gateway that looks into the stream from time to time, and a channel that takes
/// its time, in an order that depends on a seed.
private struct Interleaving {
    private var random: SeededGenerator
    private var log = TopicLog()
    private var now = ContinuousClock.now
    private var stored: [LogRecord] = []
    private var onTheWay: [String] = []
    private var reading: (page: StreamReader.Page, after: EntryID)?
    private var published = 0
    private let storesFirst: Bool
    private let count: Int

    init(seed: UInt64, storesFirst: Bool, count: Int) {
        self.random = SeededGenerator(state: seed)
        self.storesFirst = storesFirst
        self.count = count
        self.log.load(page([], last: nil, added: nil), at: self.now)
    }

    /// Everything that a viewer saw in the end.
    mutating func run() -> [String] {
        while self.published < 2 * self.count {
            switch Int.random(in: 0..<5, using: &self.random) {
            case 0: self.publish()
            case 1 where !self.onTheWay.isEmpty: self.deliver()
            case 2: self.look()
            default: self.now += .milliseconds(Int.random(in: 0..<60, using: &self.random))
            }
        }
        while !self.onTheWay.isEmpty { self.deliver() }
        for _ in 0..<30 {
            self.now += .milliseconds(100)
            self.look()
        }
        return self.log.seen()
    }

    private mutating func publish() {
        let text = "line \(self.published / 2)"
        if self.published.isMultiple(of: 2) == self.storesFirst {
            self.stored.append(foreign(self.stored.count + 1, text))
        } else {
            self.onTheWay.append(text)
        }
        self.published += 1
    }

    private mutating func deliver() {
        let text = self.onTheWay.removeFirst()
        let message = ByteBuffer(string: #"{"agent_name":"Their Agent","msg":"\#(text)","timestamp":1695307200.5}"#)
        _ = self.log.receive(message, at: self.now)
    }

    /// What is read is what the stream has when it is asked; what is done with it comes later.
    private mutating func look() {
        guard let reading = self.reading else {
            self.log.beginReading(at: self.now)
            let position = self.log.position
            let behind = self.stored.filter { $0.id ?? .zero > position }
            let page = StreamReader.Page(
                records: behind,
                lastID: self.stored.last?.id,
                entriesAdded: self.stored.isEmpty ? nil : self.stored.count,
                isFull: false
            )
            self.reading = (page, position)
            return
        }
        self.reading = nil
        if case .missing(let id) = self.log.follow(reading.page, after: reading.after, at: self.now) {
            let behind = self.stored.filter { $0.id ?? .zero > id }
            self.log.takeMissing(page(behind, added: self.stored.count), after: id, at: self.now)
        }
        self.log.endReading(at: self.now)
    }
}

private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite("However storing, publishing and looking interleave")
struct ForeignInterleavingTests {
    @Test("Each record is one event", arguments: [true, false])
    func once(storesFirst: Bool) {
        for seed in UInt64(1)...500 {
            var interleaving = Interleaving(seed: seed, storesFirst: storesFirst, count: 12)
            let seen = interleaving.run()
            #expect(seen.sorted() == (0..<12).map { "line \($0)" }.sorted(), "seed \(seed)")
        }
    }
}
