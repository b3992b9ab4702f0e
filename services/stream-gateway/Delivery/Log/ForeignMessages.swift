//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Joins messages that do not prove their place in the stream with the entries that they tell of, so that each record is
/// one event.
///
/// A publisher of another kind does not know its entry's id: message and entry come separately, in either order, and
/// belong together when their text is the same. A pure state machine.
struct ForeignMessages {
    /// A message that waits for the stream to be looked into.
    private struct Waiting {
        var record: LogRecord

        /// The entry that the message names, if it is one of ours.
        var entryID: EntryID?
        var bytes: Int

        /// Whether a look that is under way began after the message came.
        var isAsked = false

        /// How many looks did not find its entry.
        var looks = 0
        var since: Int64
    }

    /// An entry that waits for its message.
    struct Held {
        var record: LogRecord
        var hole: Hole?
        var until: Int64
    }

    /// What is to be done about an entry.
    enum Match {
        /// Give it, with what its message says.
        case give(LogRecord)

        /// Its message was given already, as that frame.
        case late(GivenFrame)

        /// Give it as it is.
        case alone

        /// It waits for its message.
        case held
    }

    /// How many messages and how many of their bytes wait at most; those that came first are given beyond that.
    private static let mostWaiting = (count: 4096, bytes: 4 << 20)

    private(set) var habits = PublisherHabits()
    private var waiting: [Waiting] = []
    private var waitingBytes = 0

    /// Entries that wait for their messages, in the stream's order.
    private(set) var held: [Held] = []

    /// Entries that were given whose messages may still come.
    private var unannounced = Notes<EntryID>(limit: 4096, duration: 30_000)

    /// Messages that were given without an id whose entries may still come, with their place in the ring.
    private(set) var unstored = Notes<GivenFrame>.messages

    /// Whether nothing waits, so that what comes on the channel can be judged by itself.
    var isEmpty: Bool { waiting.isEmpty && held.isEmpty }

    /// When the stream is to be looked into for what waits, as uptime in milliseconds.
    var deadline: Int64? {
        let patience = habits.messagePatience
        let message = waiting.first.map { $0.since + min(patience, 3 << Int64(min($0.looks, 8))) }
        guard let held = self.held.first?.until else { return message }
        return min(held, message ?? held)
    }

    // MARK: Messages

    /// What is to be done about a message.
    enum Reception {
        /// Its entry is to be looked for.
        case look

        /// It was given already.
        case known

        /// It belongs to the entry that waits at this place among held.
        case held(Int)
    }

    /// A message came that does not name its entry.
    mutating func receive(_ record: LogRecord, bytes: Int, at now: Moment) -> Reception {
        if let id = unannounced.take(record.message, at: now) {
            guard let index = held.firstIndex(where: { $0.record.id == id }) else {
                habits.sawLateMessage()
                return .known
            }
            habits.sawEntryFirst()
            return .held(index)
        }
        wait(record, entryID: nil, bytes: bytes, at: now)
        return .look
    }

    /// A message came that names an entry that was not read yet.
    mutating func expect(_ record: LogRecord, at id: EntryID, bytes: Int, now: Moment) {
        guard !waiting.contains(where: { $0.entryID == id }) else { return }
        wait(record, entryID: id, bytes: bytes, at: now)
    }

    private mutating func wait(_ record: LogRecord, entryID: EntryID?, bytes: Int, at now: Moment) {
        waiting.append(
            Waiting(record: record, entryID: entryID, bytes: bytes, since: now.uptime)
        )
        waitingBytes += bytes
    }

    /// The messages beyond what may wait, to be given as they are.
    mutating func overflow() -> [LogRecord] {
        var records: [LogRecord] = []
        while waiting.count > Self.mostWaiting.count || waitingBytes > Self.mostWaiting.bytes,
            let first = waiting.first
        {
            remove(0)
            if first.entryID == nil { records.append(first.record) }
        }
        return records
    }

    private mutating func remove(_ index: Int) {
        waitingBytes -= waiting.remove(at: index).bytes
    }

    // MARK: Looking

    /// A look begins. It will find the entries of all publishers that stored before they published.
    mutating func beginLook() {
        for index in waiting.indices { waiting[index].isAsked = true }
    }

    /// The messages that the entries of a page belong to, for each entry: so that no message is given up for one whose
    /// entry stands further behind.
    func assign(_ records: [LogRecord]) -> [Int?] {
        if self.waiting.isEmpty { return Array(repeating: nil, count: records.count) }
        var isTaken = Array(repeating: false, count: self.waiting.count)
        return records.map { record in
            let index = self.waiting.indices.first { index in
                if isTaken[index] { return false }
                let waiting = self.waiting[index]
                if let id = waiting.entryID { return id == record.id }
                return waiting.record.message == record.message
            }
            if let index { isTaken[index] = true }
            return index
        }
    }

    /// An entry was found.
    ///
    /// - Parameters:
    ///   - message: The waiting message that belongs to it, by assign(_:). It goes on standing among the waiting ones
    ///     until finish(_:).
    ///   - mayHold: Whether it may wait for its message.
    mutating func find(_ entry: LogRecord, message: Int?, hole: Hole?, mayHold: Bool, at now: Moment) -> Match {
        if let message {
            let waiting = self.waiting[message]
            if waiting.entryID != nil { return .alone }
            if waiting.looks == 0 { habits.sawEntryFirst() } else { habits.sawMessageFirst() }
            if entry.seq != nil { return .alone }
            var record = waiting.record
            record.id = entry.id
            return .give(record)
        }
        if let frame = unstored.take(entry.message, at: now) {
            habits.sawMessageFirst()
            return .late(frame)
        }
        // Ids that are no times do not say how old they are; then what is there when the stream is first read counts as old.
        guard let id = entry.id, Self.isNew(id, at: now) ?? mayHold else { return .alone }
        unannounced.add(entry.message, id, at: now)
        if entry.seq != nil || !mayHold || habits.storesOnly { return .alone }
        held.append(Held(record: entry, hole: hole, until: now.uptime + PublisherHabits.entryPatience))
        return .held
    }

    /// Whether an entry's message may still come: what is in the stream for a minute is announced no more.
    ///
    /// - Returns: `nil` where the id is no time.
    static func isNew(_ id: EntryID, at now: Moment) -> Bool? {
        id.isTime ? id.milliseconds >= now.wall &- min(now.wall, 60_000) : nil
    }

    /// A viewer is given an entry that was not read here.
    ///
    /// - Returns: The frame with which its message was given before, if it was.
    mutating func replay(_ message: String, of id: EntryID, at now: Moment) -> GivenFrame? {
        if let index = waiting.firstIndex(where: { $0.entryID == nil && $0.record.message == message }) {
            remove(index)
            return nil
        }
        if let frame = unstored.take(message, at: now) { return frame }
        unannounced.add(message, id, at: now)
        return nil
    }

    /// The messages in front of one that belongs to an entry, which were looked for as well: where the entry of a later
    /// message is, theirs would be, so they are in no stream.
    ///
    /// - Parameter assigned: The messages that belong to entries of this page.
    /// - Returns: Their records, and their places among the waiting ones.
    func unstored(before message: Int, assigned: Set<Int>, given: Set<Int>) -> [(index: Int, record: LogRecord)] {
        (0..<message).compactMap { index in
            let waiting = self.waiting[index]
            guard !assigned.contains(index), !given.contains(index), waiting.isAsked, waiting.entryID == nil
            else { return nil }
            return (index, waiting.record)
        }
    }

    /// Messages were given, with their entries or without.
    mutating func finish(_ indices: Set<Int>) {
        for index in indices.sorted(by: >) { remove(index) }
    }

    /// The look is over: the stream was read to its end.
    ///
    /// - Parameter position: Up to where it was read.
    /// - Returns: The messages that were looked for in vain and wait no longer, to be given as they are.
    mutating func endLook(at position: EntryID, now: Moment) -> [LogRecord] {
        for index in waiting.indices where waiting[index].isAsked {
            waiting[index].looks += 1
            waiting[index].isAsked = false
        }
        var records: [LogRecord] = []
        while let first = waiting.first {
            if let id = first.entryID {
                // It was read, or it is gone; or it was never in the stream, whatever the message says.
                guard id <= position || first.looks > 0 else { break }
                if id > position { records.append(first.record) }
            } else {
                guard first.looks > 0 else { break }
                guard now.uptime - first.since >= habits.messagePatience else { break }
                habits.sawNoEntry()
                records.append(first.record)
            }
            remove(0)
        }
        return records
    }

    /// The stream ends at an id: what names a later entry tells of one that is gone.
    ///
    /// - Returns: Those messages, and the ones in front of them, to be given as they are.
    mutating func abandon(after lastID: EntryID) -> [LogRecord] {
        let isGone = { (waiting: Waiting) in waiting.isAsked && waiting.entryID.map { $0 > lastID } ?? false }
        guard let last = waiting.lastIndex(where: isGone) else { return [] }
        let indices = (0...last).filter { isGone(waiting[$0]) || waiting[$0].entryID == nil }
        defer { finish(Set(indices)) }
        return indices.map { waiting[$0].record }
    }

    /// The stream cannot be read, and will not be until somebody changes that: nothing waits for it.
    mutating func giveUp() -> [LogRecord] {
        defer {
            waiting = []
            waitingBytes = 0
        }
        return waiting.map(\.record)
    }

    // MARK: Giving

    /// A message was given as it is, as the frame of that index.
    mutating func gaveUnstored(_ record: LogRecord, index: Int, at now: Moment) {
        unstored.add(record.message, GivenFrame(index: index, level: record.level), at: now)
    }

    /// Takes the entries out that wait in front of a place.
    mutating func releaseHeld(before index: Int) -> [Held] {
        defer { held.removeFirst(index) }
        return Array(held.prefix(index))
    }

    /// Takes out the entries that have waited long enough.
    mutating func expireHeld(at now: Moment) -> [Held] {
        let expired = held.prefix { $0.until <= now.uptime }.count
        if expired > 0 { habits.sawNoMessage() }
        return releaseHeld(before: expired)
    }
}

extension Notes<GivenFrame> {
    /// For messages that were given without an id.
    static var messages: Self { Self(limit: 1000, duration: 60_000) }
}
