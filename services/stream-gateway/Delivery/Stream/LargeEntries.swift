//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization

/// The entries that were found to be too large, with the records that stand for them: no one asks Redis for them again.
final class LargeEntries: Sendable {
    /// An entry that is too large.
    struct Entry: Sendable {
        var record: LogRecord
        var id: EntryID

        /// How large it is.
        var bytes: Int
    }

    /// What is known of one stream.
    struct Knowledge: Sendable {
        /// In the stream's order.
        private(set) var entries: [Entry] = []

        /// Whether the stream's first entry is among them, so that `XINFO` would copy it.
        var beginsWithLarge = false

        /// How many entries are asked for at once. It grows as long as they turn out to be small.
        private(set) var count = 1

        /// How many may be asked for at once: what one command makes Redis copy is bounded by what there is.
        private(set) var most = StreamReader.pageSize

        /// How much memory the stream took the last time.
        private var usage = 0

        /// How many entries are remembered.
        private static let limit = 64

        /// Takes how much memory the stream takes now; 0 when that is not known. Where that is less than the entries
        /// have, some are gone, and nobody knows which.
        ///
        /// - Parameter jump: By how much it may grow before caution is called for.
        mutating func settle(usage: Int, jump: Int) {
            var known = entries.reduce(0) { $0 + $1.bytes }
            if usage > 0, usage < known {
                entries = []
                beginsWithLarge = false
                known = 0
            }
            if usage - self.usage >= jump { count = 1 }
            most = usage - known > 4 * jump ? 16 : StreamReader.pageSize
            count = min(count, most)
            self.usage = usage
        }

        /// Entries were read with one command.
        mutating func read(_ count: Int, bytes: Int) {
            if bytes > StreamReader.pageBytes {
                self.count = max(1, self.count / 4)
            } else if count == self.count, bytes < StreamReader.pageBytes / 2 {
                self.count = min(2 * self.count, most)
            }
        }

        mutating func add(_ entry: Entry) {
            count = 1
            guard !entries.contains(where: { $0.id == entry.id }) else { return }
            let index = entries.firstIndex { $0.id > entry.id } ?? entries.endIndex
            entries.insert(entry, at: index)
            if entries.count > Self.limit {
                entries.removeFirst()
                beginsWithLarge = false
            }
        }

        /// The first of them behind an id.
        func next(after id: EntryID) -> Entry? { entries.first { $0.id > id } }

        /// The last of them up to an id.
        func last(upTo id: EntryID) -> Entry? { entries.last { $0.id <= id } }
    }

    private struct State {
        var streams: [Subject: Knowledge] = [:]

        /// The streams in the order of their use, the last one last.
        var order: [Subject] = []
    }

    /// How many streams are remembered.
    private static let limit = 256

    private let state = Mutex(State())

    /// Reads or changes what is known of a stream.
    func with<Value: Sendable>(_ name: Subject, _ body: (inout Knowledge) -> Value) -> Value {
        self.state.withLock { state in
            if state.order.last != name {
                state.order.removeAll { $0 == name }
                state.order.append(name)
                if state.order.count > Self.limit { state.streams[state.order.removeFirst()] = nil }
            }
            return body(&state.streams[name, default: Knowledge()])
        }
    }
}
