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
    static let memory = Duration.seconds(2)

    private struct Noted {
        var record: LogRecord
        var until: ContinuousClock.Instant

        /// Whether the stream has been read since the message came.
        var isLookedFor = false
    }

    private var waiting: [Noted] = []
    private var unannounced: [Noted] = []
    private var unstored: [Noted] = []

    /// Whether this publisher has shown that it stores nothing, so that one look into the stream is enough.
    private var isPublishOnly = false

    /// When the stream is to be read for the message that waits longest.
    var deadline: ContinuousClock.Instant? { self.waiting.first?.until }

    /// A message without an id came.
    ///
    /// - Returns: Whether its entry is to be looked for; if not, that was given already.
    mutating func receive(_ record: LogRecord, at now: ContinuousClock.Instant) -> Bool {
        self.forget(before: now)
        if let index = self.unannounced.firstIndex(where: { $0.record.message == record.message }) {
            self.unannounced.remove(at: index)
            return false
        }
        self.waiting.append(Noted(record: record, until: self.isPublishOnly ? now : now + Self.patience))
        return true
    }

    /// The stream is about to be read.
    mutating func beginLooking() {
        for index in self.waiting.indices { self.waiting[index].isLookedFor = true }
    }

    /// The stream was read.
    ///
    /// - Returns: The messages that were looked for and have waited long enough, to be given as they are.
    mutating func endLooking(at now: ContinuousClock.Instant) -> [LogRecord] {
        let expired = self.waiting.prefix { $0.isLookedFor && $0.until <= now }
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
    /// - Returns: The record to give, `nil` when it was given already.
    mutating func find(_ entry: LogRecord, at now: ContinuousClock.Instant) -> LogRecord? {
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
        return entry
    }

    private mutating func forget(before now: ContinuousClock.Instant) {
        self.unannounced.removeAll { $0.until <= now }
        self.unstored.removeAll { $0.until <= now }
    }
}
