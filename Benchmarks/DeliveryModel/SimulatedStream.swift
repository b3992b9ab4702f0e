//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import NIOCore

/// A Redis stream, as far as delivery depends on it, and what is published on its channel.
package struct SimulatedStream: Sendable {
    package struct Entry: Sendable {
        package var id: EntryID
        package var record: LogRecord

        /// Which one it is, as others may say the same.
        package var name: String
    }

    /// The run that everything here belongs to.
    package static let run: Identifier = {
        guard let run = Identifier(rawValue: "run-1") else { preconditionFailure("run-1 is an identifier") }
        return run
    }()

    /// Redis's clock, in milliseconds since 1970.
    package var clock: UInt64 = 1_700_000_000_000

    /// Below this no more ids are given, as by a publisher that names its own.
    private var floor: EntryID?

    /// Whether ids are far above the clock, so that they say nothing of when an entry was written.
    package var isHigh: Bool { lastID.milliseconds > 1 << 60 }

    /// What the stream holds.
    package private(set) var entries: [Entry] = []

    /// Whether there is a stream.
    package private(set) var exists = false

    /// The last id that the stream gave.
    package private(set) var lastID = EntryID.zero

    /// All ids that it gave.
    private var ids: [EntryID] = []

    /// How many entries it ever took.
    package private(set) var added = 0

    /// How much higher than that the counter was set.
    private var skipped = 0

    /// The number of the last record of ours.
    package var seq = 0

    /// The counter as a gateway takes it: what is beyond any number counts as unknown.
    package var counter: Int? { (0...1 << 53).contains(added) ? added : nil }

    /// How many entries are gone by that.
    package var gone: Int? { counter.map { $0 - entries.count } }

    /// Appends an entry.
    ///
    /// - Returns: Its id, and that of the entry before it.
    package mutating func append(_ record: LogRecord, name: String) -> (id: EntryID, previous: EntryID) {
        let previous = entries.last?.id ?? .zero
        var id = max(EntryID(milliseconds: clock, sequence: 0), floor ?? .zero)
        if id <= lastID {
            id = EntryID(milliseconds: lastID.milliseconds, sequence: lastID.sequence &+ 1)
        }
        var record = record
        record.id = id
        entries.append(Entry(id: id, record: record, name: name))
        exists = true
        lastID = id
        ids.append(id)
        added = ids.count &+ skipped
        return (id, previous)
    }

    /// Has the ids that follow be near the greatest that there can be.
    package mutating func raise() {
        // Where an id is given again, nobody can tell the two entries apart.
        raises += 1
        floor = EntryID(milliseconds: 18_446_744_073_709_551_000, sequence: 1000 * raises)
    }

    private var raises: UInt64 = 0

    /// Sets the counter higher, as `XSETID` does.
    package mutating func skip(_ count: Int) {
        if exists { (skipped, added) = (count, ids.count &+ count) }
    }

    /// Removes the oldest entries.
    package mutating func trim(to count: Int) -> [Entry] {
        let leaving = Array(entries.dropLast(count))
        entries.removeFirst(leaving.count)
        return leaving
    }

    /// Removes one entry.
    package mutating func remove(at index: Int) -> Entry {
        let entry = entries.remove(at: index)
        lastRemoved = max(lastRemoved, entry.id)
        return entry
    }

    /// The greatest id of an entry that was removed by itself.
    private var lastRemoved = EntryID.zero

    /// How many entries are gone, if all of them are older than those that are there.
    package var goneBeforeFirst: Int? {
        guard exists, entries.isEmpty || lastRemoved < entries[0].id else { return nil }
        return gone
    }

    /// Whether an id never was in the stream, as far as Redis can say.
    func isUnknown(_ id: EntryID) -> Bool {
        lastRemoved < id && !entries.contains { $0.id == id } && entries.contains { $0.id < id }
    }

    /// Removes the stream.
    package mutating func delete() -> [Entry] {
        defer {
            self = {
                var fresh = SimulatedStream()
                fresh.clock = clock
                fresh.seq = seq
                fresh.raises = raises
                return fresh
            }()
        }
        return self.entries
    }

    /// Loses the latest entries, as a Redis that was killed before it saved them.
    package mutating func lose(_ count: Int) -> [Entry] {
        let lost = Array(entries.suffix(count))
        entries.removeLast(lost.count)
        if let first = lost.first?.id { ids.removeAll { $0 >= first } }
        lastID = ids.last ?? .zero
        added = ids.count &+ skipped
        seq = entries.compactMap(\.record.seq).filter { $0 < 1 << 40 }.max() ?? 0
        return lost
    }

    /// The payload that a script publishes for a record of ours.
    static func payload(_ record: LogRecord, id: EntryID, previous: EntryID?) -> ByteBuffer {
        var record = record
        record.id = nil
        var text = String(decoding: record.payload.dropLast(), as: UTF8.self)
        if let previous { text += #","prev":"\#(previous)""# }
        return ByteBuffer(string: text + #","id":"\#(id)"}"#)
    }
}
