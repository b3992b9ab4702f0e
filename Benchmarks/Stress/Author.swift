//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Decides what the publisher of one run, or of one batch with its runs, does next.
final class Author {
    /// The ids that new entries get.
    enum Regime {
        /// Redis's own, which are the time.
        case clock
        /// Explicit ones that count from below.
        case counted(Int)
        /// Above all that the clock will give.
        case high
    }

    private enum Phase {
        case writing
        case late(Int)
        case done
    }

    /// The other half of a record whose message and entry come by commands of their own.
    private struct Half {
        var due: Int64
        var record: Int
        var isMessage: Bool
    }

    /// The run alone, or the batch and then its runs.
    let ledgers: [Ledger]
    /// How many records it has until its end.
    let length: Int
    let without: Set<Variety>
    let events: Events
    var generator: SeededGenerator

    var regime = Regime.clock
    /// The last number, and how often numbers had begun anew, of each ledger.
    var counters: [(value: Int, numbering: Int)]
    var written = 0
    /// Whether entries of this stream are removed at times.
    let isTrimmed: Bool
    let isDeleted: Bool
    /// Whether it writes more than a gateway keeps, often many at once.
    let isTorrent: Bool

    private var phase = Phase.writing
    private var habit: Habit
    private var halves: [Half] = []
    private var due: Int64
    private var interval: Int64 = 50_000_000
    private let lateCount: Int

    init(
        ledgers: [Ledger],
        length: Int,
        without: Set<Variety>,
        events: Events,
        generator: SeededGenerator,
        at now: Int64
    ) {
        self.ledgers = ledgers
        self.without = without
        self.events = events
        self.generator = generator
        self.counters = Array(repeating: (0, 0), count: ledgers.count)
        self.habit = Habit(using: &self.generator, without: without)
        self.isTrimmed = self.generator.chance(0.45) && !without.contains(.trims)
        self.isDeleted = self.generator.chance(0.3) && !without.contains(.deletions) && ledgers.count == 1
        self.isTorrent = self.generator.chance(0.12) && !without.contains(.bursts) && ledgers.count == 1
        if self.generator.chance(0.15), !without.contains(.deletions), ledgers.count == 1 { self.regime = .counted(0) }
        self.length = self.isTorrent ? 5 * length : length
        self.lateCount = self.generator.chance(0.25) && !without.contains(.late) && ledgers.count == 1 ? 3 : 0
        self.due = now + self.generator.time(in: 0...1)
    }

    var isBatch: Bool { self.ledgers.count > 1 }

    /// Whether nothing more comes.
    var isDone: Bool { if case .done = self.phase { true } else { false } }

    /// Whether all that is left is due at once, so that the test comes to an end.
    var isFinishing = false

    /// The next operation that is due.
    ///
    /// - Parameter messagesOnly: Whether it must change nothing in a stream, as another operation is on its way.
    func next(_ now: Int64, messagesOnly: Bool) -> Operation? {
        let index = self.halves.firstIndex { ($0.due <= now || self.isFinishing) && ($0.isMessage || !messagesOnly) }
        if let index {
            let half = self.halves.remove(at: index)
            return half.isMessage ? self.message(half.record) : self.entry(half.record)
        }
        if messagesOnly || now < self.due && !self.isFinishing { return nil }
        switch self.phase {
        case .done:
            return nil
        case .late(let left):
            if left == 0 || self.isFinishing {
                if self.halves.isEmpty { self.phase = .done }
                return nil
            }
            self.phase = .late(left - 1)
            self.due = now + self.generator.time(in: 0...2)
            self.events.note("records after the end")
            return self.write([Form.json, .stored, .storedThenText, .textThenStored], now)
        case .writing:
            if self.written >= self.length || self.isFinishing && self.written > 0 {
                if !self.halves.isEmpty { return nil }
                self.phase = .late(self.lateCount)
                return self.end()
            }
            self.pace(now)
            return self.removal(now) ?? self.burst() ?? self.write(nil, now)
        }
    }

    /// An agent works in fits and starts.
    private func pace(_ now: Int64) {
        if self.generator.chance(0.02) {
            let intervals: [Int64] = [0, 2, 20, 50, 50, 200]
            self.interval = (intervals.randomElement(using: &self.generator) ?? 50) * 1_000_000
            if self.generator.chance(0.1) { self.due = now + self.generator.time(in: 0.5...2) }
        }
        self.due = max(self.due, now) + self.interval
        if self.generator.chance(0.01), !self.isBatch {
            self.habit = Habit(using: &self.generator, without: self.without)
            self.events.note("changes of habit")
        }
    }

    // MARK: Records

    private func write(_ forms: [Form]?, _ now: Int64) -> Operation {
        var form = forms?.randomElement(using: &self.generator) ?? self.habit.form(using: &self.generator)
        if self.isBatch { form = .ours }
        self.written += 1
        if form.isNumbered { return self.numbered(form) }
        let record = self.make(form)
        guard form.isInTwoParts else { return form.isStored ? self.entry(record) : self.message(record) }
        // Both at once, as in a pipeline or a transaction, or the second some time after the first.
        let delays: [Double] = [0, 0, 0, 0.005, 0.05, 0.12, 0.3, 1]
        let delay = delays.randomElement(using: &self.generator) ?? 0
        if delay == 0, self.generator.chance(0.5) { return self.whole(record) }
        self.halves.append(Half(due: now + Int64(seconds: delay), record: record, isMessage: !form.isPublishedFirst))
        return form.isPublishedFirst ? self.message(record) : self.entry(record)
    }

    /// Many at once: more than a ring holds, at times.
    private func burst() -> Operation? {
        guard !self.without.contains(.bursts), !self.isBatch,
            self.generator.chance(self.isTorrent ? 0.05 : 0.004)
        else { return nil }
        let foreign: [Form] = self.without.contains(.foreign) ? [] : [.stored, .stored]
        let form = ([.ours, .oursUnpublished] + foreign).randomElement(using: &self.generator) ?? .ours
        var whole = Operation(commands: [])
        let count = min(Int.random(in: 20...1200, using: &self.generator), max(1, self.length - self.written))
        for _ in 0..<count {
            self.written += 1
            let part = form.isNumbered ? self.numbered(form) : self.entry(self.make(form))
            whole.commands += part.commands
            whole.stored += part.stored
            whole.published += part.published
        }
        self.events.note("bursts")
        return whole
    }
}
