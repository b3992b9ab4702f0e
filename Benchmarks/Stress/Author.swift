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
    /// How often ids have been raised above the clock: none of them comes twice.
    var raises = 0
    /// When the stream was deleted last, and how far ids had been counted until then.
    var deletedAt: Int64 = 0
    var formerCount = 0
    /// The time of ids that are counted.
    var countedFrom = 1000
    /// When it was asked last what is to be done.
    private(set) var now: Int64
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
        self.now = now
        self.without = without
        self.events = events
        self.generator = generator
        counters = Array(repeating: (0, 0), count: ledgers.count)
        habit = Habit(using: &self.generator, without: without)
        isTrimmed = self.generator.chance(0.45) && !without.contains(.trims)
        isDeleted = self.generator.chance(0.3) && !without.contains(.deletions) && ledgers.count == 1
        isTorrent = self.generator.chance(0.12) && !without.contains(.bursts) && ledgers.count == 1
        if self.generator.chance(0.15), !without.contains(.deletions), ledgers.count == 1 { regime = .counted(0) }
        self.length = isTorrent ? 5 * length : length
        lateCount = self.generator.chance(0.25) && !without.contains(.late) && ledgers.count == 1 ? 3 : 0
        due = now + self.generator.time(in: 0...1)
    }

    var isBatch: Bool { ledgers.count > 1 }

    /// Whether nothing more comes.
    var isDone: Bool { if case .done = phase { true } else { false } }

    /// Whether all that is left is due at once, so that the test comes to an end.
    var isFinishing = false

    /// The next operation that is due.
    ///
    /// - Parameter messagesOnly: Whether it must change nothing in a stream, as another operation is on its way.
    func next(_ now: Int64, messagesOnly: Bool) -> Operation? {
        self.now = now
        let index = halves.firstIndex { ($0.due <= now || isFinishing) && ($0.isMessage || !messagesOnly) }
        if let index {
            let half = halves.remove(at: index)
            return half.isMessage ? message(half.record) : entry(half.record)
        }
        if messagesOnly || now < due && !isFinishing { return nil }
        switch phase {
        case .done:
            return nil
        case .late(let left):
            if left == 0 || isFinishing {
                if halves.isEmpty { phase = .done }
                return nil
            }
            phase = .late(left - 1)
            due = now + generator.time(in: 0...2)
            events.note("records after the end")
            return write([Form.json, .stored, .storedThenText, .textThenStored], now)
        case .writing:
            if written >= length || isFinishing && written > 0 {
                if !halves.isEmpty { return nil }
                phase = .late(lateCount)
                return self.end()
            }
            pace(now)
            return removal(now) ?? burst() ?? write(nil, now)
        }
    }

    /// An agent works in fits and starts.
    private func pace(_ now: Int64) {
        if generator.chance(0.02) {
            let intervals: [Int64] = [0, 2, 20, 50, 50, 200]
            interval = (intervals.randomElement(using: &generator) ?? 50) * 1_000_000
            if generator.chance(0.1) { due = now + generator.time(in: 0.5...2) }
        }
        due = max(due, now) + interval
        if generator.chance(0.01), !isBatch {
            self.habit = Habit(using: &generator, without: without)
            events.note("changes of habit")
        }
    }

    // MARK: Records

    private func write(_ forms: [Form]?, _ now: Int64) -> Operation {
        var form = forms?.randomElement(using: &generator) ?? habit.form(using: &generator)
        if isBatch { form = .ours }
        written += 1
        if form.isNumbered { return numbered(form) }
        let record = make(form)
        guard form.isInTwoParts else { return form.isStored ? entry(record) : message(record) }
        // Both at once, as in a pipeline or a transaction, or the second some time after the first.
        let delays: [Double] = [0, 0, 0, 0.005, 0.05, 0.12, 0.3, 1]
        let delay = delays.randomElement(using: &generator) ?? 0
        if delay == 0, generator.chance(0.5) { return whole(record) }
        halves.append(Half(due: now + Int64(seconds: delay), record: record, isMessage: !form.isPublishedFirst))
        return form.isPublishedFirst ? message(record) : entry(record)
    }

    /// Many at once: more than a ring holds, at times.
    private func burst() -> Operation? {
        guard !without.contains(.bursts), !isBatch,
            generator.chance(isTorrent ? 0.05 : 0.004)
        else { return nil }
        let foreign: [Form] = without.contains(.foreign) ? [] : [.stored, .stored]
        let form = ([.ours, .oursUnpublished] + foreign).randomElement(using: &generator) ?? .ours
        var whole = Operation(commands: [])
        let count = min(Int.random(in: 20...1200, using: &generator), max(1, length - written))
        for _ in 0..<count {
            written += 1
            let part = form.isNumbered ? numbered(form) : entry(make(form))
            whole.commands += part.commands
            whole.stored += part.stored
            whole.published += part.published
        }
        events.note("bursts")
        return whole
    }
}
