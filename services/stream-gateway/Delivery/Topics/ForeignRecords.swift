//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Makes one event of a record that a publisher of another kind has both published and stored.
///
/// Such a publisher does not know the entry's id, so its message and its entry come separately, in either order, and
/// belong together when their text is the same. A pure state machine; times are the caller's.
struct ForeignRecords {
    /// How long a message waits for its entry.
    static let patience = Duration.milliseconds(150)

    /// How long an entry, or a message given without one, is remembered for the other that may follow.
    static let memory = Duration.seconds(5)

    /// How many of them are remembered: each message is compared with all.
    static let mostRemembered = 1000

    private struct Noted {
        var record: LogRecord
        var until: ContinuousClock.Instant

        /// Whether the stream has been read since the message came.
        var isLookedFor = false
    }

    /// How long an entry that was found before its message waits for it.
    static let entryPatience = Duration.milliseconds(200)

    private var waiting: [Noted] = []
    private var unannounced: [Noted] = []
    private var unstored: [Noted] = []

    /// Entries whose messages may be on their way, in the stream's order.
    private var held: [Noted] = []

    /// Whether this publisher has shown that it stores nothing, so that one look into the stream is enough.
    private var isPublishOnly = false

    /// Whether this publisher has shown that it publishes nothing, so that there is no message to wait for.
    private var isStoreOnly = false

    /// When the stream is to be read for the message or the entry that waits longest.
    var deadline: ContinuousClock.Instant? {
        guard let held = self.held.first?.until else { return self.waiting.first?.until }
        return min(held, self.waiting.first?.until ?? held)
    }

    /// Whether entries wait for their messages.
    var isHolding: Bool { !self.held.isEmpty }

    /// What is to be done about a message.
    enum Reception {
        /// Its entry is to be looked for in the stream.
        case look

        /// It was given already.
        case known

        /// The records to give: its entry, with what the message says of it, behind those that have waited longer.
        case give([LogRecord])
    }

    /// A message without an id came.
    mutating func receive(_ record: LogRecord, at now: ContinuousClock.Instant) -> Reception {
        self.forget(before: now)
        self.isStoreOnly = false
        if let index = self.held.firstIndex(where: { $0.record.message == record.message }) {
            var records = self.release(index + 1)
            var rich = record
            rich.id = records.removeLast().id
            if let noted = self.unannounced.firstIndex(where: { $0.record.id == rich.id }) {
                self.unannounced.remove(at: noted)
            }
            return .give(records + [rich])
        }
        if let index = self.unannounced.firstIndex(where: { $0.record.message == record.message }) {
            self.unannounced.remove(at: index)
            return .known
        }
        self.waiting.append(Noted(record: record, until: self.isPublishOnly ? now : now + Self.patience))
        return .look
    }

    /// The entries that still wait, because something comes behind them or they have waited long enough.
    ///
    /// - Parameter now: `nil` for all of them.
    mutating func releaseHeld(at now: ContinuousClock.Instant? = nil) -> [LogRecord] {
        guard let now else { return self.release(self.held.count) }
        let expired = self.held.prefix { $0.until <= now }.count
        if expired > 0 { self.isStoreOnly = true }
        return self.release(expired)
    }

    private mutating func release(_ count: Int) -> [LogRecord] {
        defer { self.held.removeFirst(count) }
        return self.held.prefix(count).map(\.record)
    }

    /// The stream is about to be read, and so looked through for messages that have waited long enough. An answer that is
    /// long on its way tells nothing of what comes meanwhile.
    mutating func beginLooking(at now: ContinuousClock.Instant) {
        for index in self.waiting.indices where self.waiting[index].until <= now {
            self.waiting[index].isLookedFor = true
        }
    }

    /// The stream was read.
    ///
    /// - Returns: The messages that were looked for in vain, to be given as they are.
    mutating func endLooking(at now: ContinuousClock.Instant) -> [LogRecord] {
        let expired = self.waiting.prefix(while: \.isLookedFor)
        self.waiting.removeFirst(expired.count)
        for noted in expired {
            self.isPublishOnly = true
            self.unstored.append(Noted(record: noted.record, until: now + Self.memory))
        }
        return expired.map(\.record)
    }

    /// A numbered entry was found in the stream. Its publisher knows the id, but may publish the bare text alone
    /// (`LOG_PUBSUB_JSON=0`); the entry says more.
    ///
    /// - Parameter notes: Whether the text may still come.
    /// - Returns: Whether the text was given already.
    mutating func claim(_ entry: LogRecord, notes: Bool, at now: ContinuousClock.Instant) -> Bool {
        self.forget(before: now)
        if let index = self.waiting.firstIndex(where: { $0.record.message == entry.message }) {
            self.waiting.remove(at: index)
            return false
        }
        if let index = self.unstored.firstIndex(where: { $0.record.message == entry.message }) {
            self.unstored.remove(at: index)
            return true
        }
        if notes { self.unannounced.append(Noted(record: entry, until: now + Self.memory)) }
        return false
    }

    /// An entry without a number was found in the stream.
    ///
    /// - Parameter mayHold: Whether it may wait for its message.
    /// - Returns: The record to give, `nil` when it was given already or is held.
    mutating func find(_ entry: LogRecord, mayHold: Bool, at now: ContinuousClock.Instant) -> LogRecord? {
        self.forget(before: now)
        self.isPublishOnly = false
        if let index = self.waiting.firstIndex(where: { $0.record.message == entry.message }) {
            var record = self.waiting.remove(at: index).record
            record.id = entry.id
            return record
        }
        if let index = self.unstored.firstIndex(where: { $0.record.message == entry.message }) {
            self.unstored.remove(at: index)
            return nil
        }
        self.unannounced.append(Noted(record: entry, until: now + Self.memory))
        // It was looked for between being stored and being published: a moment later the message says more of it.
        guard mayHold, !self.isStoreOnly else { return entry }
        self.held.append(Noted(record: entry, until: now + Self.entryPatience))
        return nil
    }

    private mutating func forget(before now: ContinuousClock.Instant) {
        Self.forget(&self.unannounced, before: now)
        Self.forget(&self.unstored, before: now)
    }

    /// They are in the order of their times.
    private static func forget(_ notes: inout [Noted], before now: ContinuousClock.Instant) {
        let expired = notes.prefix { $0.until <= now }.count
        notes.removeFirst(max(expired, notes.count - Self.mostRemembered))
    }
}
